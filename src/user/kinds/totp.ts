import { encodeBase32 } from '../../otp/base32.js'
import type { Code } from '../../otp/code.js'
import { formatKeyUri } from '../../otp/key-uri.js'
import { withFactor, type FactorRecord, type TotpFactor } from '../record.js'
import type { Compare, Kind } from './kind.js'

/** What every authenticator app understands (RFC 6238, section 1.2). It stays on the factor: a later default changes nobody. */
export const ENROLLED_TOTP = { algorithm: 'SHA-1', digits: 6, periodSeconds: 30 } as const

/** An authenticator app. */
export const totp: Kind<'totp'> = {
  rank: 1,
  isTyped: true,
  isRestricted: false,
  assurance: 'second-factor',
  present: () => ({ destination: null, synced: null }),
  codeDigits: (factors) => [...new Set(factors.filter(isTotp).map(({ digits }) => digits))],
  recipient: () => null,
  // An enrolment that release 0.1.0 began kept no account name.
  show({ secret: kept, accountName, issuer: brand }, issuer) {
    const secret = Uint8Array.from(Buffer.from(kept, 'base64url'))
    return {
      secret: encodeBase32(secret),
      uri: formatKeyUri({ issuer: brand ?? issuer, accountName: accountName || issuer, secret, ...ENROLLED_TOTP }),
    }
  },
  textOf: () => null,
  withText: (enrolment) => enrolment,
  credentialOwner: () => null,
  credential: () => null,
  isSame: (one, other) => isTotp(other) && one.secret === other.secret,
  attemptsLeft: () => Infinity,

  merge(one, other) {
    if (!isTotp(other) || !agree(one, other)) return null
    return other.lastStep > one.lastStep ? { ...one, lastStep: other.lastStep } : one
  },

  // A person with two apps is asked for "a code from your app": either app's is right, and every one is compared.
  check({ record, now, policy }, { factor: asked }, { code }, compare) {
    const all = record.factors.filter(isTotp)
    const apps = [...all.filter(({ id }) => id === asked.id), ...all.filter(({ id }) => id !== asked.id)]
    const compared = code === null ? [] : apps.flatMap((app) => match(app, code, now, policy.totpWindow, compare))
    const right = compared.filter(({ status }) => status === 'right')
    const [first] = right
    const told = { attemptsLeft: Infinity, amr: ['otp', 'mfa'], events: [] }
    if (first === undefined) {
      const [other] = compared
      const status = compared.some((one) => one.status === 'used')
        ? 'used'
        : other === undefined
          ? 'malformed'
          : 'wrong'
      return { status, factor: asked, next: record, ...told }
    }
    // A code that happens to be right for two apps is burnt in both: it has been seen.
    const burnt = right.map(({ app, step }) => ({ ...app, lastStep: step }))
    const factor = { ...first.app, lastStep: first.step, lastUsedAt: now }
    return { status: 'right', factor, next: withFactor(burnt.reduce(withFactor, record), factor), ...told }
  },

  confirm({ now, policy }, enrolment, _subject, { code }, compare) {
    if (code?.length !== ENROLLED_TOTP.digits) return { status: 'malformed' }
    const { id, name, secret } = enrolment
    const step = compare.totp({ secret, ...ENROLLED_TOTP }, code, now, policy.totpWindow).at(-1)
    if (step === undefined) return { status: 'wrong' }
    const fields = { id, name, confirmedAt: now, lastUsedAt: null }
    return { status: 'right', factor: { kind: 'totp', ...fields, secret, ...ENROLLED_TOTP, lastStep: step } }
  },
}

interface Match {
  readonly app: TotpFactor
  readonly status: 'right' | 'used' | 'wrong'
  readonly step: number
}

/** A code that also belongs to a burnt step counts as used. Nothing comes back for an app whose codes have other lengths. */
function match(app: TotpFactor, code: Code, now: number, window: number, compare: Compare): readonly Match[] {
  if (code.length !== app.digits) return []
  const steps = compare.totp(app, code, now, window)
  const [earliest] = steps
  const latest = steps.at(-1)
  if (earliest === undefined || latest === undefined) return [{ app, status: 'wrong', step: app.lastStep }]
  return [{ app, status: earliest > app.lastStep ? 'right' : 'used', step: latest }]
}

function agree(one: TotpFactor, other: TotpFactor): boolean {
  return one.algorithm === other.algorithm && one.digits === other.digits && one.periodSeconds === other.periodSeconds
}

function isTotp(factor: FactorRecord): factor is TotpFactor {
  return factor.kind === 'totp'
}

import { encodeBase64url } from '../crypto/bytes.js'
import { newRecordId } from '../crypto/claims.js'
import type { NotSent, Sent } from '../interfaces/delivery.js'
import type { EnrolmentOperations, Refused, StartedSms, StartedTotp } from '../interfaces/enrolment.js'
import { encodeBase32 } from '../otp/base32.js'
import { formatKeyUri } from '../otp/key-uri.js'
import { maskPhoneNumber } from '../sms/mask.js'
import { parsePhoneNumber } from '../sms/phone-number.js'
import { beginEnrolment, ENROLLED_TOTP, enrolmentRefusal, enrolmentStanding, withEnrolment } from '../user/enrolment.js'
import { refused, shutRefusal, type ProofFact } from '../user/proof.js'
import { unchanged, type Decision, type EnrolmentRecord, type UserRecord } from '../user/record.js'
import type { Context } from './context.js'
import {
  optionalBinding,
  optionalCountry,
  optionalName,
  readTextReader,
  requireAccountName,
  requireInput,
  requireUserId,
} from './input.js'
import { readProof } from './proofs.js'
import type { PreparedText, TextingOperation } from './texting.js'
import { unlessBusy } from './update.js'

/** The size that RFC 4226, section 4 recommends. */
const SECRET_BYTES = 20

/** What no factor is called: an id that is not even text is refused like any other that is unknown. */
const UNKNOWN_FACTOR = ''

type TotpEnrolment = Extract<EnrolmentRecord, { kind: 'totp' }>
type SmsEnrolment = Extract<EnrolmentRecord, { kind: 'sms' }>

interface BeginFields {
  readonly userId: string
  readonly name: string | null
  readonly proof: ProofFact
  readonly replaces: string | null
}

interface Planned {
  readonly status: 'planned'
  readonly enrolment: SmsEnrolment
  readonly text: PreparedText
}

/** The half of an enrolment in which a secret or a phone number is taken on trial. */
export function createEnrolmentBeginning(
  context: Context,
): Pick<EnrolmentOperations, 'beginTotp' | 'beginSms' | 'resend'> {
  const { options, users, texting } = context
  const { ring, policy, random, issuer, sms } = options

  /** What both kinds of enrolment are begun with. */
  function readBegin(input: object): BeginFields {
    requireInput(input)
    const { userId, name, proof, binding, replaces } = input as Partial<
      Record<'userId' | 'name' | 'proof' | 'binding' | 'replaces', unknown>
    >
    const user = requireUserId(userId)
    return {
      userId: user,
      name: optionalName(name),
      proof: readProof(ring, user, optionalBinding(binding), proof),
      replaces:
        replaces === undefined || replaces === null ? null : typeof replaces === 'string' ? replaces : UNKNOWN_FACTOR,
    }
  }

  function pending({ name, replaces }: BeginFields, now: number): Omit<TotpEnrolment, 'kind' | 'secret'> {
    const expiresAt = now + policy.enrolmentLifetimeSeconds * 1000
    return { id: newRecordId(random), name, replaces, createdAt: now, expiresAt, wrongCodes: 0 }
  }

  /** Prepares the text of a pending enrolment of a phone number. */
  async function textEnrolment(
    operation: TextingOperation,
    record: UserRecord,
    userId: string,
    enrolment: SmsEnrolment,
    now: number,
  ): Promise<{ readonly next: UserRecord; readonly text: PreparedText }> {
    const { phoneNumber, country } = enrolment
    const { textedAt } = record
    const subject = { ...enrolment, binding: null }
    const text = await operation.prepare({ userId, subject, purpose: 'enrolment', phoneNumber, country, textedAt }, now)
    if (text.sent === null) return { next: record, text }
    return {
      next: { ...withEnrolment(record, enrolment.id, { text: text.sent.text }), textedAt: text.sent.textedAt },
      text,
    }
  }

  return {
    async beginTotp(input): Promise<StartedTotp | Refused> {
      const fields = readBegin(input)
      const { userId } = fields
      const accountName = requireAccountName(input.accountName)
      const work = users.update(userId, (record, now): Decision<StartedTotp | Refused> => {
        const refusal = enrolmentRefusal(record, { kind: 'totp', ...fields }, now, policy)
        if (refusal !== null) return unchanged(record, refusal)
        const secret = random.bytes(SECRET_BYTES)
        const uri = formatKeyUri({ issuer, accountName, secret, ...ENROLLED_TOTP })
        const enrolment: TotpEnrolment = { kind: 'totp', ...pending(fields, now), secret: encodeBase64url(secret) }
        const { id: enrolmentId, expiresAt } = enrolment
        const started = { status: 'started', enrolmentId, secret: encodeBase32(secret), uri, expiresAt } as const
        return { ...beginEnrolment(record, userId, enrolment, now), outcome: started }
      })
      return unlessBusy(
        work.then((committed) => committed.outcome),
        refused('busy'),
      )
    },

    async beginSms(input): Promise<StartedSms | Refused> {
      const fields = readBegin(input)
      const { userId } = fields
      const operation = texting.begin(readTextReader(input))
      const defaultCountry = optionalCountry(input.defaultCountry)
      if (sms === null) return refused('sms-unavailable')
      const number = await parsePhoneNumber(input.phoneNumber, { defaultCountry, countries: sms.countries })
      if (number.status !== 'valid') return refused(number.status)
      const { e164: phoneNumber, country } = number
      const begin = async (record: UserRecord, now: number): Promise<Decision<Refused | Planned>> => {
        const refusal = enrolmentRefusal(record, { kind: 'sms', ...fields }, now, policy)
        if (refusal !== null) return unchanged(record, refusal)
        const shutUntil = await operation.regionShutUntil(userId, country)
        if (shutUntil !== null) return unchanged(record, refused('sms-unavailable', shutUntil))
        const enrolment: SmsEnrolment = { kind: 'sms', ...pending(fields, now), phoneNumber, country, text: null }
        const begun = beginEnrolment(record, userId, enrolment, now)
        const { next, text } = await textEnrolment(operation, begun.next, userId, enrolment, now)
        return { next, outcome: { status: 'planned', enrolment, text }, events: begun.events }
      }
      const work = operation.run(() => users.update(userId, begin))
      const outcome = await unlessBusy(
        work.then((committed) => committed.outcome),
        refused('busy'),
      )
      if (outcome.status === 'refused') return outcome
      const { id: enrolmentId, expiresAt } = outcome.enrolment
      const delivery = await outcome.text.dispatch()
      return {
        status: 'started',
        enrolmentId,
        destination: maskPhoneNumber(phoneNumber),
        delivery,
        expiresAt,
        restricted: true,
      }
    },

    async resend(input): Promise<Sent | NotSent | Refused> {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const operation = texting.begin(readTextReader(input))
      const { enrolmentId } = input
      const plan = async (record: UserRecord, now: number): Promise<Decision<Refused | Planned>> => {
        const refusal = shutRefusal(record, now, policy)
        if (refusal !== null) return unchanged(record, refusal)
        const standing = enrolmentStanding(record, enrolmentId, now, policy)
        if (standing.status === 'shut' || standing.enrolment.kind === 'totp')
          return unchanged(record, refused('unknown-enrolment'))
        const { enrolment } = standing
        const { next, text } = await textEnrolment(operation, record, userId, enrolment, now)
        return { next, outcome: { status: 'planned', enrolment, text }, events: [] }
      }
      const work = operation.run(() => users.update(userId, plan))
      const outcome = await unlessBusy(
        work.then((committed) => committed.outcome),
        refused('busy'),
      )
      return outcome.status === 'refused' ? outcome : outcome.text.dispatch()
    },
  }
}

import { maskPhoneNumber } from '../../sms/mask.js'
import type { TextSubject } from '../decision.js'
import { withFactor, type FactorRecord, type SmsFactor, type TextState } from '../record.js'
import { isCodeLive, textOf, withText } from '../texts.js'
import type { Check, Compare, Given, Kind } from './kind.js'
import type { Case } from '../decision.js'

/** Digits of a texted code. */
export const SMS_CODE_DIGITS = 6

/** A phone number that gets text messages. */
export const sms: Kind<'sms'> = {
  rank: 2,
  isTyped: true,
  isRestricted: true,
  assurance: 'second-factor',
  present: ({ phoneNumber }) => ({ destination: maskPhoneNumber(phoneNumber), synced: null }),
  codeDigits: () => [SMS_CODE_DIGITS],
  recipient: ({ phoneNumber, country, channel }) => ({ phoneNumber, country, channel }),
  show: ({ phoneNumber }) => ({ destination: maskPhoneNumber(phoneNumber), restricted: true }),
  textOf: ({ text }) => text,
  withText: (enrolment, text) => ({ ...enrolment, text }),
  credentialOwner: () => null,
  credential: () => null,
  isSame: (one, other) => isSms(other) && one.phoneNumber === other.phoneNumber,
  merge: (one) => one,
  attemptsLeft: ({ record, policy }, challengeId) =>
    Math.max(0, policy.wrongCodesPerCode - (textOf(record, challengeId)?.wrongCodes ?? 0)),

  check(at, { subject, factor }, given, compare) {
    const { record, now } = at
    const text = textOf(record, subject.id)
    const own = sms.attemptsLeft(at, subject.id)
    const status = isSms(factor) ? compareText(at, factor.phoneNumber, text, subject, given, compare) : 'not-live'
    const checked = { status, factor, amr: ['sms', 'mfa'], events: [] }
    if (status === 'right') {
      const used = { ...factor, lastUsedAt: now }
      return { next: withFactor(record, used), attemptsLeft: own, ...checked, factor: used }
    }
    if (status !== 'wrong' || text === null) return { next: record, attemptsLeft: own, ...checked }
    const next = withText(record, { ...text, wrongCodes: text.wrongCodes + 1 })
    return { next, attemptsLeft: own - 1, ...checked }
  },

  confirm(at, enrolment, subject, given, compare) {
    const { id, name, phoneNumber, country, channel } = enrolment
    const status = compareText(at, phoneNumber, enrolment.text, subject, given, compare)
    if (status !== 'right') return { status }
    return {
      status,
      factor: { kind: 'sms', id, name, confirmedAt: at.now, lastUsedAt: null, phoneNumber, country, channel },
    }
  },
}

function compareText(
  { now, policy }: Case,
  phoneNumber: string,
  text: TextState | null,
  subject: TextSubject,
  { code }: Given,
  compare: Compare,
): Exclude<Check['status'], 'used' | 'forged'> {
  if (code?.length !== SMS_CODE_DIGITS) return 'malformed'
  if (text?.phoneNumber !== phoneNumber || !isCodeLive(text, subject.expiresAt, now, policy)) return 'not-live'
  const right = compare.text(subject, text, code)
  if (right === null) return 'not-live'
  return right ? 'right' : 'wrong'
}

function isSms(factor: FactorRecord): factor is SmsFactor {
  return factor.kind === 'sms'
}

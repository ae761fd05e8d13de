import { truncate } from '../otp/hotp.js'
import type { KeyRing } from './keyring.js'

/** Digits of a code sent by text message. */
export const SMS_CODE_DIGITS = 6

/** What a texted code depends on; another value of any of them is another code. */
export interface SmsCodeContext {
  readonly userId: string
  /** The id of the challenge or enrolment it is for. */
  readonly subjectId: string
  /** E.164. */
  readonly phoneNumber: string
  readonly purpose: string
  readonly binding: string | null
  /** Counts the codes of one subject: a code that outlived its five minutes is followed by the next. */
  readonly generation: number
}

/**
 * The code for a text message: HOTP truncation (RFC 4226, section 5.3) of HMAC-SHA-256 over the context. Derived and
 * never stored, so a resend repeats it and nothing at rest reveals it. Null when the ring lacks the key.
 */
export function smsCode(ring: KeyRing, keyId: string, context: SmsCodeContext): string | null {
  const { userId, subjectId, phoneNumber, purpose, binding, generation } = context
  const fields = [userId, subjectId, phoneNumber, purpose, String(generation)]
  const mac = ring.mac(keyId, 'sms-code', binding === null ? fields : [...fields, binding])
  return mac === null ? null : truncate(mac, SMS_CODE_DIGITS)
}

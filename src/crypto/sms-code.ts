import { truncate } from '../otp/hotp.js'
import type { KeyRing } from './keyring.js'

const DIGITS = 6

/** What a texted code depends on; another value of any of them is another code. */
export interface SmsCodeSubject {
  readonly userId: string
  /** The id of the challenge or enrolment it is for. */
  readonly subjectId: string
  /** E.164. */
  readonly phoneNumber: string
  readonly purpose: string
  readonly bindingDigest: string | null
  readonly summary: string | null
  /** Counts the codes of one subject: a code that outlived its minutes is followed by the next. */
  readonly generation: number
}

/**
 * The six-digit code for a text message: HOTP truncation (RFC 4226, section 5.3) of HMAC-SHA-256 over its subject. Derived
 * and never stored, so a resend repeats it and nothing at rest reveals it. Null when the ring lacks the key.
 */
export function smsCode(ring: KeyRing, keyId: string, subject: SmsCodeSubject): string | null {
  const { userId, subjectId, phoneNumber, purpose, bindingDigest, summary, generation } = subject
  const optional = [bindingDigest, summary].flatMap((field) => (field === null ? ['-', ''] : ['+', field]))
  const mac = ring.mac(keyId, 'sms-code', [userId, subjectId, phoneNumber, purpose, String(generation), ...optional])
  return mac === null ? null : truncate(mac, DIGITS)
}

import { keptBytes, utf8 } from '../crypto/bytes.js'
import type { KeyRing } from '../crypto/keyring.js'
import { smsCode } from '../crypto/sms-code.js'
import { equalBytes } from '../otp/equal.js'
import { matchTotp } from '../otp/totp.js'
import type { Compare } from '../user/kinds/kind.js'

/** The comparisons of one user's codes. */
export function comparisonsFor(ring: KeyRing, userId: string): Compare {
  return {
    totp: ({ secret, algorithm, digits, periodSeconds }, code, at, window) =>
      matchTotp(keptBytes(secret), code, { at, window, algorithm, digits, periodSeconds }),
    text({ id: subjectId, purpose, bindingDigest, summary }, { phoneNumber, keyId, generation }, code) {
      const subject = { userId, subjectId, phoneNumber, purpose, bindingDigest, summary, generation }
      const expected = smsCode(ring, keyId, subject)
      return expected === null ? null : equalText(code, expected)
    },
  }
}

/** Whether two texts are the same, in a time that depends on their length only. */
export function equalText(one: string, other: string): boolean {
  return equalBytes(utf8(one), utf8(other))
}

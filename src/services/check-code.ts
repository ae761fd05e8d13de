import { smsCode, SMS_CODE_DIGITS, type SmsCodeContext } from '../crypto/codes.js'
import type { KeyRing } from '../crypto/keyring.js'
import { normaliseCode } from '../otp/code.js'
import { equalBytes } from '../otp/equal.js'
import { matchTotp } from '../otp/totp.js'
import { keptBytes, utf8 } from '../crypto/bytes.js'
import type { Policy } from '../interfaces/policy.js'
import type { CodeFact } from '../user/guessing.js'
import type { TextState, TotpParameters } from '../user/record.js'
import { isCodeLive } from '../user/texts.js'

/** Compares a code with an authenticator app's. A code that also belongs to a burnt step counts as used. */
export function checkTotp(parameters: TotpParameters, lastStep: number, code: string, now: number): CodeFact {
  const { secret, algorithm, digits, periodSeconds } = parameters
  if (normaliseCode(code, digits) === null) return { status: 'malformed' }
  const steps = matchTotp(keptBytes(secret), code, { at: now, window: 1, algorithm, digits, periodSeconds })
  const earliest = steps[0]
  const latest = steps.at(-1)
  if (earliest === undefined || latest === undefined) return { status: 'wrong' }
  return earliest > lastStep ? { status: 'right', step: latest } : { status: 'used' }
}

/** Compares a code with the one that was texted, while it lives. */
export function checkSms(
  ring: KeyRing,
  text: TextState | null,
  context: Omit<SmsCodeContext, 'generation'> & { readonly expiresAt: number },
  code: string,
  now: number,
  policy: Policy,
): CodeFact {
  const typed = normaliseCode(code, SMS_CODE_DIGITS)
  if (typed === null) return { status: 'malformed' }
  if (text?.phoneNumber !== context.phoneNumber) return { status: 'not-live' }
  if (!isCodeLive(text, context.expiresAt, now, policy)) return { status: 'not-live' }
  const expected = smsCode(ring, text.keyId, { ...context, generation: text.generation })
  if (expected === null) return { status: 'not-live' }
  return equalBytes(utf8(typed), utf8(expected)) ? { status: 'right', step: null } : { status: 'wrong' }
}

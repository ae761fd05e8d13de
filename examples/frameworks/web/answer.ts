import type { Approved, Rejected, TwoFactor, VerifyChallengeInput } from 'countersign'
import type { Form } from './host.js'
import { text } from './json.js'

/** Answers a challenge by what the person gave: `{ recoveryCode }`, a passkey's `{ response }` or a `{ code }`. */
export function answerChallenge(
  { challenge }: TwoFactor,
  given: Form,
  input: Omit<VerifyChallengeInput, 'code' | 'response'>,
): Promise<Approved | Rejected> {
  const { code, response, recoveryCode } = given
  if (recoveryCode !== undefined) {
    const { token, binding, clientAddress } = input
    return challenge.redeemRecoveryCode({ token, binding, clientAddress, recoveryCode: text(recoveryCode) })
  }
  if (response !== undefined) return challenge.verify({ ...input, response })
  return challenge.verify({ ...input, code: text(code) })
}

import { passkeyChallenge } from '../crypto/claims.js'
import { slowHashRecoveryCode } from '../crypto/recovery-code.js'
import { TwoFactorError } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import type { PasskeyVerifier } from '../interfaces/passkeys.js'
import { withDeadline } from '../records/deadline.js'
import { strippedCause } from '../stripped-cause.js'
import type { Fact, Need } from '../user/decision.js'
import { isAssertion, isAttestation } from './passkey-answers.js'
import { createPermits } from './permits.js'
import type { RecordGroups } from './record-groups.js'
import type { Asking } from './shell.js'

/** Fetches what only the outside world knows. */
export interface Needs {
  fetch(need: Need, userId: string, asking: Asking): Promise<Fact>
}

/** Makes the fetchers of every need. */
export function createNeeds(options: ResolvedOptions, groups: RecordGroups): Needs {
  const { ring, passkeys } = options
  const permits = createPermits(options, groups)
  return {
    async fetch(need, userId, asking) {
      switch (need.need) {
        case 'permit':
          return { answer: await permits.permit(need.ask, userId, asking), ...need }
        case 'slow-hash':
          return { ...need, answer: await slowHashRecoveryCode(need.ask.code, need.ask.salt) }
        case 'assertion': {
          const { challengeId, credential } = need.ask
          const challenge = passkeyChallenge(ring, userId, challengeId)
          const { response } = asking
          return {
            ...need,
            answer: await callVerifier(
              passkeys,
              (verifier) => verifier.verifyAssertion({ challenge, response, credential }),
              isAssertion,
            ),
          }
        }
        case 'attestation': {
          const challenge = passkeyChallenge(ring, userId, need.ask.enrolmentId)
          const { response } = asking
          return {
            ...need,
            answer: await callVerifier(
              passkeys,
              (verifier) => verifier.verifyAttestation({ challenge, response }),
              isAttestation,
            ),
          }
        }
      }
    },
  }
}

/** How long a verifier may take: it loads its library on first use, and computes. */
const VERIFIER_MS = 10_000

/**
 * Asks the passkey verifier. One that is not configured accepts nothing; one that answers otherwise than it should, fails.
 * @throws TwoFactorError `ERR_PASSKEYS_FAILED`
 */
export async function callVerifier<Answer extends object>(
  verifier: PasskeyVerifier | null,
  call: (verifier: PasskeyVerifier) => Promise<Answer>,
  isAnswer: (answer: object) => boolean,
): Promise<Answer | { readonly status: 'rejected' }> {
  if (verifier === null) return { status: 'rejected' }
  const late = (): Error => new TwoFactorError('ERR_PASSKEYS_FAILED', 'passkeys did not answer in time')
  const work = async (): Promise<Answer> => {
    const answer: unknown = await call(verifier)
    if (typeof answer === 'object' && answer !== null && isAnswer(answer)) return answer as Answer
    throw new TwoFactorError('ERR_PASSKEYS_FAILED', 'passkeys must answer as PasskeyVerifier says')
  }
  return withDeadline(VERIFIER_MS, work, late).catch((error: unknown) => {
    if (error instanceof TwoFactorError) throw error
    throw new TwoFactorError('ERR_PASSKEYS_FAILED', 'passkeys failed', { cause: strippedCause(error) })
  })
}

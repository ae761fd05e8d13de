import { verifyChallenge } from '../crypto/claims.js'
import type { ChallengeOperations } from '../interfaces/challenge.js'
import { withChallenge } from '../user/challenge.js'
import { provenBy } from '../user/proof.js'
import { createChallengeAsking } from './challenge-asking.js'
import { createChallengeProving } from './challenge-proving.js'
import type { Context } from './context.js'
import { optionalBinding, optionalMaxAgeSeconds, requireInput, requireUserId } from './input.js'
import { readProof } from './proofs.js'

/** `twoFactor.challenge`. */
export function createChallenge(context: Context): ChallengeOperations {
  const { options, users } = context
  const { ring, policy } = options
  return {
    ...createChallengeAsking(context),
    ...createChallengeProving(context),

    async cancel(input) {
      requireInput(input)
      const claims = verifyChallenge(ring, input.token)
      if (claims !== null) {
        await users.update(claims.userId, (record) => {
          const open =
            record.epoch === claims.epoch &&
            record.challenges.some(({ id, state }) => id === claims.challengeId && state === 'open')
          return {
            next: open ? withChallenge(record, claims.challengeId, { state: 'settled' }) : record,
            outcome: undefined,
            events: [],
          }
        })
      }
      return { status: 'cancelled' }
    },

    async checkProof(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const binding = optionalBinding(input.binding)
      const maxAgeSeconds = optionalMaxAgeSeconds(input.maxAgeSeconds, policy.proofLifetimeSeconds)
      const proof = readProof(ring, userId, binding, input.proof)
      if (proof.status !== 'signed') return { status: 'invalid' }
      const { record, now } = await users.read(userId)
      const proven = provenBy(record, proof, maxAgeSeconds, now)
      return proven === null ? { status: 'invalid' } : { status: 'valid', ...proven }
    },
  }
}

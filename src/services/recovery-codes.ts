import type { RecoveryCodeOperations } from '../interfaces/account.js'
import type { Refused } from '../interfaces/enrolment.js'
import { proofRefusal, refused } from '../user/proof.js'
import { unchanged, type Decision } from '../user/record.js'
import type { Context } from './context.js'
import { optionalBinding, requireInput, requireUserId } from './input.js'
import { readProof } from './proofs.js'
import { issueCodes, newRecoveryCodes, once } from './recovery-code-sets.js'
import { unlessBusy } from './update.js'

interface Issued {
  readonly status: 'issued'
  readonly codes: readonly string[]
}

/** `twoFactor.recoveryCodes`. */
export function createRecoveryCodes({ options, users }: Context): RecoveryCodeOperations {
  const { ring, policy, random } = options
  return {
    async regenerate(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const proof = readProof(ring, userId, optionalBinding(input.binding), input.proof)
      const codesOnce = once(() => newRecoveryCodes(random))
      const work = users.update(userId, async (record, now): Promise<Decision<Refused | Issued>> => {
        // Recovery codes recover a factor; without one there is nothing to prove and nothing to recover.
        const refusal =
          record.factors.length === 0 ? refused('unknown-factor') : proofRefusal(record, proof, now, policy)
        if (refusal !== null) return unchanged(record, refusal)
        const { next, events, codes } = issueCodes(unchanged(record, undefined), userId, await codesOnce(), now)
        return { next, events, outcome: { status: 'issued', codes } }
      })
      const committed = await unlessBusy(work, null)
      if (committed === null) return refused('busy')
      const { outcome } = committed
      return outcome.status === 'refused' ? outcome : { status: 'regenerated', recoveryCodes: outcome.codes }
    },
  }
}

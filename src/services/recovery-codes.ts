import type { RecoveryCodeOperations } from '../interfaces/recovery-codes.js'
import { unlessBusy } from '../records/swap.js'
import { refused } from '../user/proof.js'
import { acknowledgeRecoveryCodes, recoveryCodesStatus, regenerateRecoveryCodes } from '../user/recovery-codes.js'
import { optionalBinding, readProof, requireInput, requireUserId } from './input.js'
import { newRecoveryCodes } from './new-recovery-codes.js'
import type { Shell } from '../shell/shell.js'

/** `twoFactor.recoveryCodes`. */
export function createRecoveryCodes({ options, look, run }: Shell): RecoveryCodeOperations {
  const { ring, random } = options
  return {
    async regenerate(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const proof = readProof(ring, userId, optionalBinding(input.binding), input.proof)
      const newCodes = newRecoveryCodes(random)
      const ran = await unlessBusy(
        run(userId, (at) => regenerateRecoveryCodes(at, { proof, newCodes })),
        null,
      )
      return ran?.outcome ?? refused('busy')
    },

    async status(input) {
      requireInput(input)
      return look(requireUserId(input.userId), recoveryCodesStatus)
    },

    async acknowledge(input) {
      requireInput(input)
      return (await run(requireUserId(input.userId), acknowledgeRecoveryCodes)).outcome
    },
  }
}

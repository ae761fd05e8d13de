import type { FactorOperations } from '../interfaces/factors.js'
import { unlessBusy } from '../records/swap.js'
import { preferFactor, removeFactor, renameFactor } from '../user/factors.js'
import { presentFactors } from '../user/presenting.js'
import { refused } from '../user/proof.js'
import {
  optionalBinding,
  optionalName,
  optionalStaysRequired,
  readAsking,
  readProof,
  requireInput,
  requireUserId,
} from './input.js'
import type { Shell } from '../shell/shell.js'

/** `twoFactor.factors`. */
export function createFactors({ options, look, run }: Shell): FactorOperations {
  const { ring } = options
  return {
    async list(input) {
      requireInput(input)
      const factors = await look(requireUserId(input.userId), ({ record }) => presentFactors(record))
      return { status: 'listed', factors }
    },

    async rename(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { factorId } = input
      const name = optionalName(input.name)
      const ran = await unlessBusy(
        run(userId, (at) => renameFactor(at, { factorId, name })),
        null,
      )
      return ran?.outcome ?? refused('busy')
    },

    async prefer(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { factorId } = input
      const proof = readProof(ring, userId, optionalBinding(input.binding), input.proof)
      const ran = await unlessBusy(
        run(userId, (at) => preferFactor(at, { factorId, proof })),
        null,
      )
      return ran?.outcome ?? refused('busy')
    },

    async remove(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { factorId } = input
      const proof = readProof(ring, userId, optionalBinding(input.binding), input.proof)
      const required = optionalStaysRequired(input.required)
      const ran = await unlessBusy(
        run(userId, (at) => removeFactor(at, { factorId, proof, required }), readAsking(input)),
        null,
      )
      return ran?.outcome ?? refused('busy')
    },
  }
}

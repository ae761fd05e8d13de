import type { FactorOperations } from '../interfaces/account.js'
import type { Refused } from '../interfaces/enrolment.js'
import { removeFactor } from '../user/factors.js'
import { proofRefusal, refused } from '../user/proof.js'
import { presentFactor, presentFactors, unchanged, type Decision, type FactorRecord } from '../user/record.js'
import type { Context } from './context.js'
import {
  optionalBinding,
  optionalLocale,
  optionalName,
  optionalStaysRequired,
  requireInput,
  requireUserId,
} from './input.js'
import { readProof } from './proofs.js'
import { unlessBusy } from './update.js'

interface Found {
  readonly status: 'found'
  readonly factor: FactorRecord
}

/** `twoFactor.factors`. */
export function createFactors({ options, users, texting }: Context): FactorOperations {
  const { ring, policy } = options
  return {
    async list(input) {
      requireInput(input)
      const { record } = await users.read(requireUserId(input.userId))
      return { status: 'listed', factors: presentFactors(record) }
    },

    async rename(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { factorId } = input
      const name = optionalName(input.name)
      const work = users.update(userId, (record, now): Decision<Refused | Found> => {
        const factor = record.factors.find(({ id }) => id === factorId)
        if (factor === undefined) return unchanged(record, refused('unknown-factor'))
        const renamed = { ...factor, name }
        return {
          next: { ...record, factors: record.factors.map((one) => (one.id === factor.id ? renamed : one)) },
          outcome: { status: 'found', factor: renamed },
          events: [{ type: 'factor-renamed', userId, at: now, factorId: factor.id, factorKind: factor.kind }],
        }
      })
      const committed = await unlessBusy(work, null)
      if (committed === null) return refused('busy')
      const { record, outcome } = committed
      return outcome.status === 'refused'
        ? outcome
        : { status: 'renamed', factor: presentFactor(record, outcome.factor) }
    },

    async prefer(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { factorId } = input
      const proof = readProof(ring, userId, optionalBinding(input.binding), input.proof)
      const work = users.update(userId, (record, now): Decision<Refused | Found> => {
        const refusal = proofRefusal(record, proof, now, policy)
        if (refusal !== null) return unchanged(record, refusal)
        const factor = record.factors.find(({ id }) => id === factorId)
        if (factor === undefined) return unchanged(record, refused('unknown-factor'))
        return {
          next: { ...record, preferredFactorId: factor.id },
          outcome: { status: 'found', factor },
          events: [{ type: 'factor-preferred', userId, at: now, factorId: factor.id, factorKind: factor.kind }],
        }
      })
      const committed = await unlessBusy(work, null)
      if (committed === null) return refused('busy')
      const { record, outcome } = committed
      return outcome.status === 'refused'
        ? outcome
        : { status: 'preferred', factor: presentFactor(record, outcome.factor) }
    },

    async remove(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { factorId } = input
      const proof = readProof(ring, userId, optionalBinding(input.binding), input.proof)
      const required = optionalStaysRequired(input.required)
      const locale = optionalLocale(input.locale)
      const work = users.update(userId, (record, now): ReturnType<typeof removeFactor> => {
        const refusal = proofRefusal(record, proof, now, policy)
        return refusal === null ? removeFactor(record, userId, factorId, required, now) : unchanged(record, refusal)
      })
      const committed = await unlessBusy(work, null)
      if (committed === null) return refused('busy')
      const { record, outcome, now } = committed
      if (outcome.status === 'refused') return outcome
      await texting.notify('number-removed', { userId, gone: [outcome.factor], left: record.factors, locale, at: now })
      return { status: 'removed', factor: presentFactor(record, outcome.factor), enabled: !outcome.last }
    },
  }
}

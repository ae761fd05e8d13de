import { newRecordId } from '../crypto/claims.js'
import type { AdminOperations } from '../interfaces/account.js'
import type { Refused } from '../interfaces/enrolment.js'
import { reset, unlock } from '../user/account.js'
import { importFactor } from '../user/factors.js'
import { refused } from '../user/proof.js'
import { presentFactor, unchanged, type Decision, type FactorRecord, type TotpFactor } from '../user/record.js'
import type { Context } from './context.js'
import { readImport } from './imported-secret.js'
import { requireActor, requireInput, requireUserId } from './input.js'
import { issueCodes, newRecoveryCodes, once } from './recovery-code-sets.js'
import { unlessBusy } from './update.js'

interface Imported {
  readonly status: 'imported'
  readonly factor: FactorRecord
  readonly recoveryCodes: readonly string[] | null
}

/** `twoFactor.admin`. */
export function createAdmin({ options, users, texting }: Context): AdminOperations {
  const { random } = options
  return {
    async reset(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const actor = requireActor(input.actor)
      const { outcome, now } = await users.update(userId, (record, at, stored): Decision<readonly FactorRecord[]> => {
        if (!stored) return unchanged(record, [])
        return { ...reset(record, userId, actor, at), outcome: record.factors }
      })
      await texting.notify('number-removed', { userId, gone: outcome, left: [], locale: null, at: now })
      return { status: 'reset' }
    },

    async unlock(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const actor = requireActor(input.actor)
      await users.update(userId, (record, now, stored) =>
        stored ? unlock(record, userId, actor, now) : unchanged(record, undefined),
      )
      return { status: 'unlocked' }
    },

    async importTotp(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const actor = requireActor(input.actor)
      const { confirmedAt, ...fields } = readImport(input)
      const codesOnce = once(() => newRecoveryCodes(random))
      const work = users.update(userId, async (record, now): Promise<Decision<Refused | Imported>> => {
        const factor: TotpFactor = { kind: 'totp', id: newRecordId(random), confirmedAt: confirmedAt ?? now, ...fields }
        const decision = importFactor(record, userId, factor, actor, now)
        const { outcome } = decision
        if (outcome.status === 'refused') return { ...decision, outcome }
        if (record.factors.length > 0) return { ...decision, outcome: { ...outcome, recoveryCodes: null } }
        const { next, events, codes } = issueCodes(decision, userId, await codesOnce(), now)
        return { next, events, outcome: { ...outcome, recoveryCodes: codes } }
      })
      const committed = await unlessBusy(work, null)
      if (committed === null) return refused('busy')
      const { record, outcome } = committed
      return outcome.status === 'refused' ? outcome : { ...outcome, factor: presentFactor(record, outcome.factor) }
    },
  }
}

import type { AccountOperations, AccountStatus } from '../interfaces/account.js'
import type { Refused } from '../interfaces/enrolment.js'
import { TwoFactorError } from '../errors.js'
import { passwordChanged, switchOff } from '../user/account.js'
import { guessStanding } from '../user/guessing.js'
import { proofRefusal, refused } from '../user/proof.js'
import { presentFactors, recoveryCodesRemaining, unchanged, type Decision, type FactorRecord } from '../user/record.js'
import { liveTrustedDevices } from '../user/trusted-devices.js'
import type { Context } from './context.js'
import { optionalBinding, optionalLocale, optionalStaysRequired, requireInput, requireUserId } from './input.js'
import { readProof } from './proofs.js'
import { unlessBusy } from './update.js'

const READ_AT_ONCE = 8

/** `twoFactor.account`. */
export function createAccount({ options, users, texting, emit }: Context): AccountOperations {
  const { ring, policy } = options

  async function statusOf(userId: string): Promise<AccountStatus> {
    const { record, now } = await users.read(userId)
    const standing = guessStanding(record.guesses, now, policy)
    return {
      status: 'known',
      userId,
      enabled: record.factors.length > 0,
      factors: presentFactors(record),
      recoveryCodesRemaining: recoveryCodesRemaining(record),
      trustedDevices: liveTrustedDevices(record, now),
      lockedUntilAt: standing.status === 'locked' ? standing.retryAt : null,
      suspended: standing.status === 'suspended',
      enrolmentRequired: record.enrolmentRequired,
    }
  }

  return {
    async status(input) {
      requireInput(input)
      return statusOf(requireUserId(input.userId))
    },

    async statuses(input) {
      requireInput(input)
      const given: unknown = input.userIds
      if (!Array.isArray(given))
        throw new TwoFactorError('ERR_USER_IDS_INVALID', 'userIds must be an array of user ids')
      const userIds = Array.from(given, requireUserId)
      const statuses: AccountStatus[] = []
      for (let start = 0; start < userIds.length; start += READ_AT_ONCE) {
        statuses.push(...(await Promise.all(userIds.slice(start, start + READ_AT_ONCE).map(statusOf))))
      }
      return statuses
    },

    async disable(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const proof = readProof(ring, userId, optionalBinding(input.binding), input.proof)
      const required = optionalStaysRequired(input.required)
      const locale = optionalLocale(input.locale)
      const work = users.update(userId, (record, now): Decision<Refused | SwitchedOff> => {
        const refusal = proofRefusal(record, proof, now, policy)
        if (refusal !== null) return unchanged(record, refusal)
        if (required && record.factors.length > 0) return unchanged(record, refused('last-factor-required'))
        return { ...switchOff(record, userId, now), outcome: { status: 'off', factors: record.factors } }
      })
      const committed = await unlessBusy(work, null)
      if (committed === null) return refused('busy')
      const { outcome, now } = committed
      if (outcome.status === 'refused') return outcome
      await texting.notify('number-removed', { userId, gone: outcome.factors, left: [], locale, at: now })
      return { status: 'disabled' }
    },

    async passwordChanged(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      await users.update(userId, (record, now, stored) =>
        stored ? passwordChanged(record, userId, now) : unchanged(record, undefined),
      )
      return { status: 'recorded' }
    },

    async erase(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const at = options.clock.now()
      if (await users.erase(userId)) emit([{ type: 'erased', userId, at }])
      return { status: 'erased' }
    },
  }
}

interface SwitchedOff {
  readonly status: 'off'
  readonly factors: readonly FactorRecord[]
}

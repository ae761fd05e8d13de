import { TwoFactorError } from '../errors.js'
import type { AccountOperations, AccountStatus } from '../interfaces/account.js'
import { userKey } from '../records/keys.js'
import { unlessBusy } from '../records/swap.js'
import { accountStatus, changePassword, disable } from '../user/account.js'
import { refused } from '../user/proof.js'
import { optionalBinding, optionalStaysRequired, readAsking, readProof, requireInput, requireUserId } from './input.js'
import type { Shell } from '../shell/shell.js'

const READ_AT_ONCE = 8

/** `twoFactor.account`. */
export function createAccount({ options, groups, look, run, tell }: Shell): AccountOperations {
  const { ring, clock, namespace } = options
  return {
    async status(input) {
      requireInput(input)
      return look(requireUserId(input.userId), accountStatus)
    },

    async statuses(input) {
      requireInput(input)
      const given: unknown = input.userIds
      if (!Array.isArray(given))
        throw new TwoFactorError('ERR_USER_IDS_INVALID', 'userIds must be an array of user ids')
      const userIds = Array.from(given, requireUserId)
      const statuses: AccountStatus[] = []
      for (let start = 0; start < userIds.length; start += READ_AT_ONCE) {
        const batch = userIds.slice(start, start + READ_AT_ONCE)
        statuses.push(...(await Promise.all(batch.map((userId) => look(userId, accountStatus)))))
      }
      return statuses
    },

    async activity(input) {
      requireInput(input)
      const activity = await look(requireUserId(input.userId), ({ record }) => record.activity.toReversed())
      return { status: 'listed', activity }
    },

    async disable(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const proof = readProof(ring, userId, optionalBinding(input.binding), input.proof)
      const required = optionalStaysRequired(input.required)
      const ran = await unlessBusy(
        run(userId, (at) => disable(at, { proof, required }), readAsking(input)),
        null,
      )
      return ran?.outcome ?? refused('busy')
    },

    async passwordChanged(input) {
      requireInput(input)
      return (await run(requireUserId(input.userId), changePassword)).outcome
    },

    async erase(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const at = clock.now()
      if (await groups.users.erase(userKey(namespace, userId))) tell(userId, at, [{ type: 'erased' }])
      return { status: 'erased' }
    },
  }
}

import { only, type Step } from '../command.js'
import { forgive } from '../guesses.js'
import { revokeEverything } from '../state.js'

const passwordChanged: Step = {
  says: 'passwordChanged()',
  async takes({ model, userId, twoFactor }) {
    revokeEverything(model)
    await twoFactor.account.passwordChanged({ userId })
  },
}

const unlock: Step = {
  says: 'unlock()',
  async takes({ model, userId, twoFactor }) {
    forgive(model)
    await twoFactor.admin.unlock({ userId, actor: 'staff' })
  },
}

export const accountCommands = [only(1, passwordChanged), only(1, unlock)]

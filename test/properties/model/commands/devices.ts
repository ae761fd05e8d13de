import fc from 'fast-check'
import { expect } from 'vitest'
import { only, pick, recent, sort, whose, type Step, type Whose } from '../command.js'
import { handed } from '../real.js'
import { revokeDevices } from '../state.js'

interface Revoke {
  readonly index: number
  readonly whose: Whose
}

function revoking({ index, whose: owner }: Revoke): Step {
  return {
    says: `revoke(${owner} -${index + 1})`,
    needs: (scene) => scene[owner].devices.length > 0,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const device = pick(scene[owner].devices, index)
      if (model.devices.includes(device)) device.revoked = true
      const { id: deviceId } = handed(real.devices, device)
      expect(await twoFactor.trustedDevices.revoke({ userId, deviceId })).toEqual({ status: 'revoked' })
    },
  }
}

const revokeAll: Step = {
  says: 'revokeAll()',
  async takes({ model, userId, twoFactor }) {
    revokeDevices(model)
    await twoFactor.trustedDevices.revokeAll({ userId })
  },
}

export const deviceCommands = [sort(2, fc.record<Revoke>({ index: recent, whose }), revoking), only(1, revokeAll)]

import { deviceCookieName } from '../crypto/device-cookie.js'
import type { TrustedDeviceOperations } from '../interfaces/account.js'
import { liveTrustedDevices, revokeTrustedDevice, revokeTrustedDevices } from '../user/trusted-devices.js'
import type { Context } from './context.js'
import { requireInput, requireUserId } from './input.js'

/** `twoFactor.trustedDevices`. */
export function createTrustedDevices({ options, users }: Context): TrustedDeviceOperations {
  return {
    async list(input) {
      requireInput(input)
      const { record, now } = await users.read(requireUserId(input.userId))
      return { status: 'listed', devices: liveTrustedDevices(record, now) }
    },

    async revoke(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { deviceId } = input
      await users.update(userId, (record, now) => revokeTrustedDevice(record, userId, deviceId, now))
      return { status: 'revoked' }
    },

    async revokeAll(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      await users.update(userId, (record, now) => revokeTrustedDevices(record, userId, now))
      return { status: 'revoked' }
    },

    cookieName(input) {
      requireInput(input)
      return deviceCookieName(options.namespace, requireUserId(input.userId))
    },
  }
}

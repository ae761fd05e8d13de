import { deviceCookieName, findDevice, joinDeviceTokens } from '../crypto/device-cookie.js'
import type { TrustedDeviceOperations } from '../interfaces/trusted-devices.js'
import { listTrustedDevices, revokeTrustedDevice, revokeTrustedDevices } from '../user/trusted-devices.js'
import { requireDeviceToken, requireInput, requireUserId } from './input.js'
import type { Shell } from '../shell/shell.js'

/** `twoFactor.trustedDevices`. */
export function createTrustedDevices({ options, look, run }: Shell): TrustedDeviceOperations {
  const { ring, namespace } = options
  return {
    async list(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const current = findDevice(ring, userId, input.token)
      const devices = await look(userId, ({ record, now }) => listTrustedDevices(record, current, now))
      return { status: 'listed', devices }
    },

    async revoke(input) {
      requireInput(input)
      const { deviceId } = input
      return (await run(requireUserId(input.userId), (at) => revokeTrustedDevice(at, deviceId))).outcome
    },

    async revokeAll(input) {
      requireInput(input)
      return (await run(requireUserId(input.userId), (at) => revokeTrustedDevices(at))).outcome
    },

    cookieName(input) {
      requireInput(input)
      return deviceCookieName(namespace, requireUserId(input.userId))
    },

    sharedCookie(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      return joinDeviceTokens(ring, userId, requireDeviceToken(ring, userId, input.token), input.cookie)
    },
  }
}

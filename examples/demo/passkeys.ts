import { isIP } from 'node:net'
import type { PasskeyVerifier } from 'countersign'
import { passkeys } from 'countersign/passkeys'

/** Passkeys for the portal at `origin`; null where browsers have none: without HTTPS, or under an address instead of a name. */
export function passkeysAt(origin: string): PasskeyVerifier | null {
  const { hostname, protocol } = new URL(origin)
  const usable = hostname === 'localhost' || (protocol === 'https:' && isIP(hostname.replace(/^\[|\]$/g, '')) === 0)
  return usable ? passkeys({ rpId: hostname, origins: [origin] }) : null
}

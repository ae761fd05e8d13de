import { parseKeyUri } from '../otp/key-uri.js'
import { generateTotp } from '../otp/totp.js'
import type { Clock } from '../interfaces/clock.js'

/** A pretend authenticator app that has scanned one barcode. */
export interface Authenticator {
  readonly issuer: string
  readonly accountName: string
  /** How long it shows each code. */
  readonly periodSeconds: number
  /** The code it shows at an instant: epoch ms, or a clock. */
  code(at: number | Clock): string
}

/**
 * Scans a key URI.
 * @throws TwoFactorError `ERR_KEY_URI_INVALID`
 */
export function authenticator(uri: string): Authenticator {
  const { issuer, accountName, secret, algorithm, digits, periodSeconds } = parseKeyUri(uri)
  return {
    issuer,
    accountName,
    periodSeconds,
    code: (at) =>
      generateTotp(secret, { at: typeof at === 'number' ? at : at.now(), algorithm, digits, periodSeconds }),
  }
}

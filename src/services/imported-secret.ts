import { encodeBase64url } from '../crypto/bytes.js'
import { TwoFactorError } from '../errors.js'
import type { ImportTotpInput } from '../interfaces/account.js'
import { decodeBase32 } from '../otp/base32.js'
import { resolveAlgorithm, resolveDigits, resolvePeriodSeconds } from '../otp/parameters.js'
import type { TotpFactor } from '../user/record.js'
import { optionalName } from './input.js'

/** The floor of RFC 4226, section 4 (R6). */
const MIN_SECRET_BYTES = 16
const MAX_SECRET_BYTES = 64

/** An imported factor's fields, checked. */
export function readImport(
  input: ImportTotpInput,
): Omit<TotpFactor, 'kind' | 'id' | 'confirmedAt'> & { readonly confirmedAt: number | null } {
  const { lastStep = -1, confirmedAt = null, allowShortSecret = false } = input
  if (typeof allowShortSecret !== 'boolean') throw invalid('allowShortSecret must be a boolean')
  const secret = decodeSecret(input.secret)
  const least = allowShortSecret ? 1 : MIN_SECRET_BYTES
  if (secret.length < least || secret.length > MAX_SECRET_BYTES) {
    throw invalid(`secret must have ${least} to ${MAX_SECRET_BYTES} bytes`)
  }
  if (!Number.isSafeInteger(lastStep) || lastStep < -1)
    throw new TwoFactorError('ERR_AFTER_STEP_INVALID', 'lastStep must be a step')
  if (confirmedAt !== null && !(Number.isSafeInteger(confirmedAt) && confirmedAt >= 0)) {
    throw new TwoFactorError('ERR_AT_INVALID', 'confirmedAt must be epoch milliseconds')
  }
  return {
    name: optionalName(input.name),
    secret: encodeBase64url(secret),
    algorithm: resolveAlgorithm(input.algorithm),
    digits: resolveDigits(input.digits),
    periodSeconds: resolvePeriodSeconds(input.periodSeconds),
    lastStep,
    confirmedAt,
  }
}

/** Decodes by the encoding that the host names: guessing would make another secret of a Base32 one that reads as hex. */
function decodeSecret(secret: unknown): Uint8Array {
  const { encoding, value } = (typeof secret === 'object' && secret !== null ? secret : {}) as {
    encoding?: unknown
    value?: unknown
  }
  if (encoding === 'raw') {
    if (value instanceof Uint8Array) return value
    throw invalid('secret.value must be bytes')
  }
  if (typeof value !== 'string' || value.length > 4 * MAX_SECRET_BYTES) throw invalid('secret.value must be a string')
  switch (encoding) {
    case 'base32':
      return fromBase32(value)
    case 'hex':
      if (/^(?:[0-9A-Fa-f]{2})+$/.test(value)) return Uint8Array.from(Buffer.from(value, 'hex'))
      throw invalid('secret.value must be hex')
    case 'ascii':
      if (/^[\x20-\x7e]+$/.test(value)) return Uint8Array.from(Buffer.from(value, 'latin1'))
      throw invalid('secret.value must be printable ASCII')
    default:
      throw invalid("secret.encoding must be 'base32', 'hex', 'ascii' or 'raw'")
  }
}

function fromBase32(value: string): Uint8Array {
  try {
    return decodeBase32(value)
  } catch {
    throw invalid('secret.value must be Base32')
  }
}

function invalid(message: string): TwoFactorError {
  return new TwoFactorError('ERR_SECRET_INVALID', message)
}

import { TwoFactorError } from '../errors.js'

/** What an engine can hold beyond well-formed Unicode. */
export interface EngineLimits {
  /** Whether text may contain U+0000. */
  readonly holdsNul: boolean
  /** Whether text may begin with U+FEFF, which some decoders take for a byte order mark and drop. */
  readonly holdsMark: boolean
  /** The longest key in bytes of UTF-8. */
  readonly keyBytes: number
  /** The longest value in bytes of UTF-8, where an engine has a bound that records come near. */
  readonly valueBytes?: number
}

// A lone surrogate has no UTF-8: every driver would quietly turn it into U+FFFD, and two keys would become one.
function requireExact(argument: string, text: string, limits: EngineLimits): void {
  const given: unknown = text
  if (typeof given !== 'string') throw new TwoFactorError('ERR_INPUT_INVALID', `${argument} must be a string`)
  if (!text.isWellFormed())
    throw new TwoFactorError('ERR_INPUT_INVALID', `${argument} must not contain a lone surrogate`)
  if (!limits.holdsNul && text.includes('\0')) {
    throw new TwoFactorError('ERR_INPUT_INVALID', `${argument} must not contain U+0000, which this engine cannot hold`)
  }
  if (!limits.holdsMark && text.startsWith('\ufeff')) {
    throw new TwoFactorError('ERR_INPUT_INVALID', `${argument} must not begin with U+FEFF, which some drivers drop`)
  }
}

/**
 * Refuses a key that would not come back from the engine exactly as it went in.
 * @throws TwoFactorError `ERR_INPUT_INVALID`
 */
export function checkKey(key: string, limits: EngineLimits): void {
  requireExact('key', key, limits)
  if (Buffer.byteLength(key) > limits.keyBytes) {
    throw new TwoFactorError('ERR_INPUT_INVALID', `key must be at most ${limits.keyBytes} bytes of UTF-8`)
  }
}

/**
 * Refuses values and an expiry that the engine would alter.
 * @throws TwoFactorError `ERR_INPUT_INVALID`
 */
export function checkSwap(
  previous: string | null,
  next: string | null,
  expiresAt: number | null,
  limits: EngineLimits,
): void {
  if (previous !== null) requireExact('previous', previous, limits)
  if (next !== null) requireExact('next', next, limits)
  if (next !== null && Buffer.byteLength(next) > (limits.valueBytes ?? Infinity))
    throw new TwoFactorError('ERR_INPUT_INVALID', `next must be at most ${String(limits.valueBytes)} bytes of UTF-8`)
  if (expiresAt !== null && !isInstant(expiresAt)) {
    throw new TwoFactorError('ERR_INPUT_INVALID', 'expiresAt must be null or whole epoch milliseconds')
  }
}

/** Whether `at` is a whole number of epoch milliseconds, 1970 or later. */
export function isInstant(at: number): boolean {
  return Number.isSafeInteger(at) && at >= 0
}

import { TwoFactorError } from '../errors.js'
import { readCode } from './code.js'
import { visitCounterMacs } from './hmac.js'
import { generateHotp, truncateToNumber } from './hotp.js'
import {
  checkKey,
  checkOptions,
  isIntegerWithin,
  resolveAlgorithm,
  resolveDigits,
  resolvePeriodSeconds,
  type TotpParameters,
} from './parameters.js'

/** What `generateTotp` needs besides the key. */
export interface GenerateTotpOptions extends TotpParameters {
  /** The instant the code is for, epoch ms. */
  readonly at: number
}

/** When a code was received, and how far the clocks may differ. */
export interface MatchTotpOptions extends TotpParameters {
  /** The instant the code was received, epoch ms. */
  readonly at: number
  /** How many steps before and after the current one are accepted, 0 to 2; 1 unless said otherwise (RFC 6238, section 5.2). */
  readonly window?: number | undefined
}

/** What `verifyTotp` needs besides the key and the code. */
export interface VerifyTotpOptions extends MatchTotpOptions {
  /** The step of the last code accepted, which with every step before it is refused; null, the default, when there is none. */
  readonly afterStep?: number | null | undefined
}

/** Keep `step` and give it as `afterStep` next time, so that no code is accepted twice. */
export type VerifyTotpResult = { readonly status: 'valid'; readonly step: number } | { readonly status: 'invalid' }

/**
 * The number of the step (RFC 6238's T) that the instant `at`, epoch ms and possibly fractional, falls in.
 *
 * @throws `ERR_AT_INVALID` unless 0 <= at < 2^53, `ERR_PERIOD_SECONDS_INVALID`
 */
export function totpStep(at: number, periodSeconds?: number): number {
  if (!Number.isFinite(at) || at < 0 || at > Number.MAX_SAFE_INTEGER) {
    throw new TwoFactorError('ERR_AT_INVALID', 'at must be epoch milliseconds from 0 to 2^53 - 1')
  }
  return Math.floor(at / (resolvePeriodSeconds(periodSeconds) * 1000))
}

/**
 * The TOTP code of `key` (1 to 1024 bytes) at an instant (RFC 6238, section 4).
 *
 * @throws `ERR_KEY_INVALID`, `ERR_AT_INVALID`, `ERR_ALGORITHM_INVALID`, `ERR_DIGITS_INVALID`, `ERR_PERIOD_SECONDS_INVALID`,
 * `ERR_INPUT_INVALID`
 */
export function generateTotp(key: Uint8Array, options: GenerateTotpOptions): string {
  checkOptions(options)
  return generateHotp(key, totpStep(options.at, options.periodSeconds), options)
}

/**
 * Whether `code`, as a person typed it, is a TOTP code of `key` that has not been used (RFC 6238, section 5.2). White space,
 * dashes, zero-width and direction marks are removed and the decimal digits of any script are read; what is then not n
 * digits is `invalid`, never a throw.
 *
 * @returns `valid` with the step to keep, or `invalid`. When two steps of the window share the code, `step` is the later
 * one and the code is refused if either has been burnt, so keeping `step` rules out a replay even then.
 * @throws `ERR_KEY_INVALID`, `ERR_AT_INVALID`, `ERR_WINDOW_INVALID`, `ERR_AFTER_STEP_INVALID`, `ERR_ALGORITHM_INVALID`,
 * `ERR_DIGITS_INVALID`, `ERR_PERIOD_SECONDS_INVALID`, `ERR_INPUT_INVALID`
 */
export function verifyTotp(key: Uint8Array, code: string, options: VerifyTotpOptions): VerifyTotpResult {
  checkOptions(options)
  const { afterStep = null } = options
  if (afterStep !== null && !isIntegerWithin(afterStep, 0, Number.MAX_SAFE_INTEGER)) {
    throw new TwoFactorError('ERR_AFTER_STEP_INVALID', 'afterStep must be null or an integer from 0 to 2^53 - 1')
  }
  const steps = matchTotp(key, code, options)
  const [earliest] = steps
  const latest = steps.at(-1)
  if (earliest === undefined || latest === undefined) return { status: 'invalid' }
  return afterStep === null || earliest > afterStep ? { status: 'valid', step: latest } : { status: 'invalid' }
}

/**
 * Every step of the window whose code is `code`, ascending and used ones included; none when the code is malformed. A `Code`
 * that was read before costs nothing more, so a code can be tried on several keys. No step is left out after a match.
 */
export function matchTotp(key: Uint8Array, code: unknown, options: MatchTotpOptions): readonly number[] {
  checkKey(key)
  const { at, window = 1, periodSeconds } = options
  if (!isIntegerWithin(window, 0, 2)) throw new TwoFactorError('ERR_WINDOW_INVALID', 'window must be 0, 1 or 2')
  const algorithm = resolveAlgorithm(options.algorithm)
  const digits = resolveDigits(options.digits)
  const current = totpStep(at, periodSeconds)
  const bare = readCode(code, [digits])
  if (bare === null) return []

  // Numbers compare in one machine operation, which leaks no common prefix.
  const given = Number(bare)
  const steps: number[] = []
  visitCounterMacs(algorithm, key, Math.max(0, current - window), current + window, (mac, step) => {
    if (truncateToNumber(mac, digits) === given) steps.push(step)
  })
  return steps
}

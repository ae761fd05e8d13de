import { encodeBase64url } from '../crypto/bytes.js'
import { normaliseRecoveryCode } from '../crypto/recovery-code.js'
import { TwoFactorError } from '../errors.js'
import type { ImportTotpInput } from '../interfaces/admin.js'
import type { Random } from '../interfaces/random.js'
import { decodeBase32 } from '../otp/base32.js'
import { isBytes } from '../is-bytes.js'
import { resolveAlgorithm, resolveDigits, resolvePeriodSeconds } from '../otp/parameters.js'
import { totpStep } from '../otp/totp.js'
import type { TotpFactor } from '../user/record.js'
import type { NewRecoveryCodes } from '../user/recovery-codes.js'
import { optionalName } from './input.js'
import { newRecoveryCodes, takeOverRecoveryCodes } from './new-recovery-codes.js'

/** The floor of RFC 4226, section 4 (R6). */
const MIN_SECRET_BYTES = 16
/** What short secrets in the wild have: 80 bits. Fewer protect nobody. */
const MIN_SHORT_SECRET_BYTES = 10
const MAX_SECRET_BYTES = 64
const DAY_MS = 86_400_000
const MAX_CODES = 20
/** 40 bits at least, were the code written in hexadecimal. */
const MIN_CODE_LENGTH = 10
const MAX_CODE_LENGTH = 64

/** An imported authenticator app's fields, checked. Without a last step, every step up to now counts as used. */
export function readImportedTotp(input: ImportTotpInput, now: number): Omit<TotpFactor, 'kind' | 'id' | 'lastUsedAt'> {
  const allowShortSecret: unknown = input.allowShortSecret ?? false
  if (typeof allowShortSecret !== 'boolean') throw invalid('allowShortSecret must be a boolean')
  const secret = decodeSecret(input.secret)
  const least = allowShortSecret ? MIN_SHORT_SECRET_BYTES : MIN_SECRET_BYTES
  if (secret.length < least || secret.length > MAX_SECRET_BYTES) {
    throw invalid(`secret must have ${least} to ${MAX_SECRET_BYTES} bytes`)
  }
  const periodSeconds = resolvePeriodSeconds(input.periodSeconds ?? undefined)
  return {
    name: optionalName(input.name),
    secret: encodeBase64url(secret),
    algorithm: resolveAlgorithm(input.algorithm ?? undefined),
    digits: resolveDigits(input.digits ?? undefined),
    periodSeconds,
    lastStep: readLastStep(input.lastStep, now, periodSeconds),
    confirmedAt: readImportedAt(input.confirmedAt, now),
  }
}

/** A step in milliseconds, say, would shut the person out for good, so it may lie a day ahead at most. */
function readLastStep(lastStep: unknown, now: number, periodSeconds: number): number {
  if (lastStep === undefined || lastStep === null) return totpStep(now, periodSeconds)
  const latest = totpStep(now + DAY_MS, periodSeconds)
  if (Number.isSafeInteger(lastStep) && (lastStep as number) >= -1 && (lastStep as number) <= latest)
    return lastStep as number
  throw new TwoFactorError('ERR_AFTER_STEP_INVALID', 'lastStep must be a step, at most a day ahead of now')
}

/** When a factor was confirmed elsewhere; now unless said otherwise. */
export function readImportedAt(confirmedAt: unknown, now: number): number {
  if (confirmedAt === undefined || confirmedAt === null) return now
  if (Number.isSafeInteger(confirmedAt) && (confirmedAt as number) >= 0) return confirmedAt as number
  throw new TwoFactorError('ERR_AT_INVALID', 'confirmedAt must be epoch milliseconds')
}

/** The recovery codes that come with an import: new ones, none, or those of the other system. */
export async function readImportedCodes(
  given: unknown,
  random: Random,
): Promise<{ readonly newCodes: NewRecoveryCodes | null; readonly tells: boolean }> {
  if (given === undefined || given === null || given === 'issue')
    return { newCodes: newRecoveryCodes(random), tells: true }
  if (given === 'none') return { newCodes: null, tells: false }
  if (!Array.isArray(given) || given.length < 1 || given.length > MAX_CODES) {
    throw new TwoFactorError(
      'ERR_RECOVERY_CODES_INVALID',
      "recoveryCodes must be 'issue', 'none' or a list of 1 to 20 codes",
    )
  }
  const codes = Array.from(given, readCode)
  if (new Set(codes).size !== codes.length)
    throw new TwoFactorError('ERR_RECOVERY_CODES_INVALID', 'recoveryCodes must differ')
  return { newCodes: await takeOverRecoveryCodes(codes, random), tells: false }
}

function readCode(given: unknown): string {
  const code = normaliseRecoveryCode(given)
  if (code !== null && code.length >= MIN_CODE_LENGTH && code.length <= MAX_CODE_LENGTH) return code
  throw new TwoFactorError('ERR_RECOVERY_CODES_INVALID', 'each of recoveryCodes must have 10 to 64 letters and digits')
}

/** Decodes by the encoding that the host names: guessing would make another secret of a Base32 one that reads as hex. */
function decodeSecret(secret: unknown): Uint8Array {
  const { encoding, value } = (typeof secret === 'object' && secret !== null ? secret : {}) as {
    encoding?: unknown
    value?: unknown
  }
  if (encoding === 'raw') {
    if (isBytes(value)) return value
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
    return decodeBase32(value, { leftoverBits: 'drop' })
  } catch {
    throw invalid('secret.value must be Base32')
  }
}

function invalid(message: string): TwoFactorError {
  return new TwoFactorError('ERR_SECRET_INVALID', message)
}

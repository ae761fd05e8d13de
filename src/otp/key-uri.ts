import { TwoFactorError } from '../errors.js'
import { decodeBase32, encodeBase32 } from './base32.js'
import type { HmacAlgorithm } from './hmac.js'
import { isBytes } from './is-bytes.js'
import {
  checkOptions,
  isIntegerWithin,
  resolveAlgorithm,
  resolveDigits,
  resolvePeriodSeconds,
  type TotpParameters,
} from './parameters.js'

/** What an authenticator app is told, once, when a secret is handed over. */
export interface KeyUri {
  /** Who asks for the code, as the app shows it. */
  readonly issuer: string
  /** Whose code it is, such as an e-mail address. */
  readonly accountName: string
  readonly secret: Uint8Array
  readonly algorithm: HmacAlgorithm
  readonly digits: number
  readonly periodSeconds: number
}

/** What `formatKeyUri` writes. */
export interface FormatKeyUriInput extends TotpParameters {
  /** 1 to 255 characters without colon, control characters or white space around. */
  readonly issuer: string
  /** Like the issuer. */
  readonly accountName: string
  /** 1 to 1024 bytes. */
  readonly secret: Uint8Array
}

const maxCharacters = 2048

/**
 * The `otpauth://totp/` URI of a secret, for authenticator apps (Google Authenticator's Key URI Format). It holds the
 * secret: show it to its owner once, and never log it.
 *
 * @throws `ERR_ISSUER_INVALID`, `ERR_ACCOUNT_NAME_INVALID`, `ERR_SECRET_INVALID`, `ERR_ALGORITHM_INVALID`, `ERR_DIGITS_INVALID`,
 * `ERR_PERIOD_SECONDS_INVALID`, `ERR_INPUT_INVALID`, and `ERR_KEY_URI_INVALID` when the whole is longer than 2048 characters
 */
export function formatKeyUri(input: FormatKeyUriInput): string {
  checkOptions(input)
  const { issuer, accountName, secret } = input
  if (!isKeyUriName(issuer)) throw new TwoFactorError('ERR_ISSUER_INVALID', `issuer must be ${nameRule}`)
  if (!isKeyUriName(accountName))
    throw new TwoFactorError('ERR_ACCOUNT_NAME_INVALID', `accountName must be ${nameRule}`)
  if (!isBytes(secret) || secret.length < 1 || secret.length > 1024) {
    throw new TwoFactorError('ERR_SECRET_INVALID', 'secret must be a Uint8Array of 1 to 1024 bytes')
  }
  const issuerText = encodeURIComponent(issuer)
  // Defaults are written too: the apps that ignore these parameters have the same ones, and none is left to guess.
  const uri =
    `otpauth://totp/${issuerText}:${encodeURIComponent(accountName)}?secret=${encodeBase32(secret)}&issuer=${issuerText}` +
    `&algorithm=${resolveAlgorithm(input.algorithm).replace('-', '')}` +
    `&digits=${resolveDigits(input.digits)}&period=${resolvePeriodSeconds(input.periodSeconds)}`
  if (uri.length > maxCharacters)
    throw new TwoFactorError('ERR_KEY_URI_INVALID', 'the key uri must be at most 2048 characters')
  return uri
}

/**
 * What an `otpauth://totp/` URI says. The issuer may stand in the label, in the parameter, or equally in both; parameters
 * of other names are ignored.
 *
 * @throws `ERR_KEY_URI_INVALID` for anything else, counter-based (`hotp`) URIs included.
 */
export function parseKeyUri(uri: string): KeyUri {
  if (typeof uri !== 'string' || uri.length > maxCharacters)
    throw invalid('must be a string of at most 2048 characters')
  const parts = /^otpauth:\/\/totp\/(?<label>[^/?#]+)\?(?<query>[^?#]+)$/i.exec(uri)?.groups
  if (parts === undefined || !/^[!-~]+$/.test(uri)) throw invalid('must be an otpauth://totp/ uri')
  const parameters = parseQuery(parts['query'] ?? '')
  const { issuer, accountName } = parseNames(parts['label'] ?? '', parameters.get('issuer'))
  return {
    issuer,
    accountName,
    secret: parseSecret(parameters.get('secret')),
    algorithm: parseAlgorithm(parameters.get('algorithm')),
    digits: parseInteger(parameters.get('digits') ?? '6', 6, 10),
    periodSeconds: parseInteger(parameters.get('period') ?? '30', 1, 120),
  }
}

const nameRule = '1 to 255 characters without colon, control characters or white space around'

/** Whether `value` can be an issuer or an account name in a key URI. */
export function isKeyUriName(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 255) return false
  // Controls include those that reverse the reading direction, with which one name poses as another.
  return (
    value.isWellFormed() && value === value.trim() && !/[:\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(value)
  )
}

function parseQuery(query: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const parameter of query.split('&')) {
    const split = parameter.indexOf('=')
    const name = percentDecode(parameter.slice(0, Math.max(0, split)))
    if (name === '' || parameters.has(name)) throw invalid('must have named parameters that differ')
    parameters.set(name, percentDecode(parameter.slice(split + 1)))
  }
  return parameters
}

function parseNames(label: string, parameter: string | undefined): { issuer: string; accountName: string } {
  const names = percentDecode(label).split(':')
  const accountName = names.pop()?.replace(/^ +/, '')
  const prefix = names.pop()
  const issuer = prefix ?? parameter
  if (names.length > 0 || !isKeyUriName(issuer) || !isKeyUriName(accountName))
    throw invalid('must name an issuer and an account')
  if (parameter !== undefined && parameter !== issuer) throw invalid('must name one issuer only')
  return { issuer, accountName }
}

function parseSecret(text = ''): Uint8Array {
  const secret = decodeSecret(text)
  if (secret.length < 1 || secret.length > 1024) throw invalid('must have a secret of 1 to 1024 bytes')
  return secret
}

function decodeSecret(text: string): Uint8Array {
  try {
    return decodeBase32(text)
  } catch {
    throw invalid('must have a Base32 secret')
  }
}

function parseAlgorithm(algorithm = 'SHA1'): HmacAlgorithm {
  switch (algorithm.toUpperCase()) {
    case 'SHA1':
      return 'SHA-1'
    case 'SHA256':
      return 'SHA-256'
    case 'SHA512':
      return 'SHA-512'
    default:
      throw invalid('must have algorithm SHA1, SHA256 or SHA512')
  }
}

function parseInteger(text: string, least: number, most: number): number {
  const value = /^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : Number.NaN
  if (!isIntegerWithin(value, least, most)) throw invalid('must have 6 to 10 digits and a period of 1 to 120')
  return value
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('must be percent-encoded UTF-8')
  }
}

function invalid(rule: string): TwoFactorError {
  return new TwoFactorError('ERR_KEY_URI_INVALID', `the key uri ${rule}`)
}

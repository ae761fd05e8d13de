import { TwoFactorError } from '../errors.js'
import { decodeBase32, encodeBase32 } from './base32.js'
import type { HmacAlgorithm } from './hmac.js'
import { isBytes } from '../is-bytes.js'
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

/**
 * How a key URI departed from what `formatKeyUri` writes, and what was made of it:
 *
 * - `white-space-removed`: around the URI, a name or a parameter;
 * - `unescaped-text`: it held characters that a URI writes as percent escapes;
 * - `plus-read-as-space`: a parameter was written as forms write it;
 * - `parameter-name-lowered`, `parameter-repeated` (the last counts), `empty-parameter-ignored`;
 * - `issuer-missing`: `issuer` is empty; `label-issuer-replaced`: the label named another issuer than the parameter, which counts;
 * - `colon-in-name`: a name holds a colon, so that `formatKeyUri` will refuse it;
 * - `algorithm-respelled`: such as HmacSHA1;
 * - `leftover-bits-dropped`: the secret had bits beyond its last whole byte.
 */
export type KeyUriChange =
  | 'white-space-removed'
  | 'unescaped-text'
  | 'plus-read-as-space'
  | 'parameter-name-lowered'
  | 'parameter-repeated'
  | 'empty-parameter-ignored'
  | 'issuer-missing'
  | 'label-issuer-replaced'
  | 'colon-in-name'
  | 'algorithm-respelled'
  | 'leftover-bits-dropped'

/** What `parseKeyUri` read. */
export interface ParsedKeyUri extends KeyUri {
  /** What was not as `formatKeyUri` would write it, each once, in no order; empty for a URI that needed no forgiving. */
  readonly changes: readonly KeyUriChange[]
}

/** What `formatKeyUri` writes. */
export interface FormatKeyUriInput extends TotpParameters {
  /** 1 to 255 characters without colon, control characters or white space around. */
  readonly issuer: string
  /**
   * Like the issuer. A colon is refused and not replaced: apps take what stands before it for the issuer, and a replacement
   * would show a name that the user does not have. Whoever has such names chooses what to show instead.
   */
  readonly accountName: string
  /** 1 to 1024 bytes. */
  readonly secret: Uint8Array
}

const maxCharacters = 2048
const nameRule = '1 to 255 characters without colon, control characters or white space around'

/** Whether `value` can be an issuer or an account name in a key URI. */
export function isKeyUriName(value: unknown): value is string {
  return isShownName(value) && !value.includes(':')
}

function isShownName(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 255) return false
  // Controls include those that reverse the reading direction, with which one name poses as another.
  return (
    value.isWellFormed() && value === value.trim() && !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(value)
  )
}

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
  if (uri.length > maxCharacters) throw invalid('must be at most 2048 characters')
  return uri
}

/**
 * What an `otpauth://totp/` URI says, as issuers of all kinds write it; what had to be forgiven stands in `changes`. The issuer
 * may stand in the label, in the parameter, which counts where they differ, or nowhere, and is then empty. Parameters of
 * other names are ignored.
 *
 * @throws `ERR_KEY_URI_INVALID` for anything else: counter-based (`hotp`) URIs, algorithms other than three, no secret, no
 * account name, control characters in names, broken escapes
 */
export function parseKeyUri(uri: string): ParsedKeyUri {
  if (typeof uri !== 'string' || uri.length > maxCharacters)
    throw invalid('must be a string of at most 2048 characters')
  const changes = new Set<KeyUriChange>()
  const trimmed = trim(uri, changes)
  const [, label, query] = /^otpauth:\/\/totp\/([^/?#]+)\?([^?#]+)$/i.exec(trimmed) ?? []
  if (label === undefined || query === undefined) throw invalid('must be an otpauth://totp/ uri')
  if (!/^[!-~]+$/.test(trimmed)) changes.add('unescaped-text')
  const parameters = readQuery(query, changes)
  const names = readNames(percentDecode(label), parameters.issuer, changes)
  return {
    ...names,
    secret: readSecret(formDecode(parameters.secret, changes), changes),
    algorithm: readAlgorithm(formDecode(parameters.algorithm, changes), changes),
    digits: readInteger(formDecode(parameters.digits, changes) || '6', 6, 10),
    periodSeconds: readInteger(formDecode(parameters.period, changes) || '30', 1, 120),
    changes: [...changes],
  }
}

type Changes = Set<KeyUriChange>

const parameterNames = ['secret', 'issuer', 'algorithm', 'digits', 'period'] as const
type Parameters = Record<(typeof parameterNames)[number], string>

/** The parameters as written, still encoded; those that are absent are empty. */
function readQuery(query: string, changes: Changes): Parameters {
  const parameters: Parameters = { secret: '', issuer: '', algorithm: '', digits: '', period: '' }
  for (const parameter of query.split('&')) {
    const [written = '', ...values] = parameter.split('=')
    const value = values.join('=')
    const name = percentDecode(written)
    const known = parameterNames.find((each) => each === name.toLowerCase())
    if (known === undefined) continue
    if (known !== name) changes.add('parameter-name-lowered')
    if (value === '') {
      changes.add('empty-parameter-ignored')
      continue
    }
    if (parameters[known] !== '') changes.add('parameter-repeated')
    parameters[known] = value
  }
  return parameters
}

function readNames(label: string, issuerParameter: string, changes: Changes): { issuer: string; accountName: string } {
  // A plus is a plus where the label has one too, which was never written as a form.
  const literal = trim(percentDecode(issuerParameter), changes)
  const parameter = label.startsWith(`${literal}:`) ? literal : formDecode(issuerParameter, changes)
  const end = label.startsWith(`${parameter}:`) ? parameter.length : label.indexOf(':')
  const prefix = trim(label.slice(0, Math.max(0, end)), changes)
  // The format allows spaces here.
  const accountName = trim(label.slice(end + 1).replace(/^ +/, ''), changes)
  const issuer = parameter === '' ? prefix : parameter
  const issuers = [prefix, issuer].filter((name) => name !== '')
  if (![...issuers, accountName].every((name) => isShownName(name))) throw invalid('must have names that can be shown')
  if (issuer === '') changes.add('issuer-missing')
  if (prefix !== '' && prefix !== issuer) changes.add('label-issuer-replaced')
  if (issuer.includes(':') || accountName.includes(':')) changes.add('colon-in-name')
  return { issuer, accountName }
}

function readSecret(text: string, changes: Changes): Uint8Array {
  const exact = decodeSecret(text, 'refuse')
  if (exact === null) changes.add('leftover-bits-dropped')
  const secret = exact ?? decodeSecret(text, 'drop')
  if (secret === null || !isIntegerWithin(secret.length, 1, 1024))
    throw invalid('must have a Base32 secret of 1 to 1024 bytes')
  return secret
}

function decodeSecret(text: string, leftoverBits: 'refuse' | 'drop'): Uint8Array | null {
  try {
    return decodeBase32(text, { leftoverBits })
  } catch {
    return null
  }
}

const algorithmNames = new Map<string, HmacAlgorithm>([
  ['', 'SHA-1'],
  ['SHA1', 'SHA-1'],
  ['SHA256', 'SHA-256'],
  ['SHA512', 'SHA-512'],
])

function readAlgorithm(text: string, changes: Changes): HmacAlgorithm {
  const written = text.toUpperCase()
  const name = written.replace(/(?:HMAC[-_ ]?)?SHA[-_ ]?(?=\d)/, 'SHA')
  if (name !== written) changes.add('algorithm-respelled')
  const algorithm = algorithmNames.get(name)
  if (algorithm === undefined) throw invalid('must have algorithm SHA1, SHA256 or SHA512')
  return algorithm
}

function readInteger(text: string, least: number, most: number): number {
  const value = /^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : Number.NaN
  if (!isIntegerWithin(value, least, most)) throw invalid('must have 6 to 10 digits and a period of 1 to 120')
  return value
}

/** A parameter's value. Forms write a space as a plus, and a plus as an escape. */
function formDecode(value: string, changes: Changes): string {
  if (value.includes('+')) changes.add('plus-read-as-space')
  return trim(percentDecode(value.replaceAll('+', ' ')), changes)
}

function trim(text: string, changes: Changes): string {
  const trimmed = text.trim()
  if (trimmed !== text) changes.add('white-space-removed')
  return trimmed
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

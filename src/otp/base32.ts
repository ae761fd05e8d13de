import { decode, encode } from 'thirty-two'
import { TwoFactorError } from '../errors.js'
import { isBytes } from '../is-bytes.js'
import { checkOptions } from './parameters.js'

/** What `decodeBase32` forgives. */
export interface DecodeBase32Options {
  /**
   * What to do with bits left over beyond the last whole byte, which no encoder writes but some issuers' secrets have, being
   * drawn letter by letter. `refuse`, unless said otherwise; `drop` them as authenticator apps do, whatever the length.
   */
  readonly leftoverBits?: 'refuse' | 'drop' | undefined
}

const maxBytes = 1024
const maxCharacters = 2048

/**
 * Base32 (RFC 4648, section 6) of up to 1024 bytes: upper case, without padding.
 *
 * @throws `ERR_BASE32_INVALID` when `bytes` is not a Uint8Array or is longer.
 */
export function encodeBase32(bytes: Uint8Array): string {
  if (!isBytes(bytes)) throw new TwoFactorError('ERR_BASE32_INVALID', 'bytes must be a Uint8Array')
  if (bytes.length > maxBytes) throw new TwoFactorError('ERR_BASE32_INVALID', 'bytes must be at most 1024 long')
  return unpadded(encode(Buffer.from(bytes)).toString('latin1'))
}

/**
 * The bytes behind a Base32 text (RFC 4648, section 6) of up to 2048 characters. Lower case, white space and dashes are
 * forgiven, as is padding when it is complete. Nothing is guessed: `0`, `1`, `8` and `9` are refused, and so are, unless
 * `leftoverBits` is `drop`, bits beyond the last byte and a length that no bytes have.
 *
 * @throws `ERR_BASE32_INVALID` for any other text, `ERR_INPUT_INVALID`
 */
export function decodeBase32(text: string, options: DecodeBase32Options = {}): Uint8Array {
  checkOptions(options)
  const { leftoverBits = 'refuse' } = options
  if (!['refuse', 'drop'].includes(leftoverBits))
    throw new TwoFactorError('ERR_INPUT_INVALID', "leftoverBits must be 'refuse' or 'drop'")
  if (typeof text !== 'string') throw new TwoFactorError('ERR_BASE32_INVALID', 'text must be a string')
  if (text.length > maxCharacters)
    throw new TwoFactorError('ERR_BASE32_INVALID', 'text must be at most 2048 characters')
  const written = text.replace(/[\s-]/g, '')
  const digits = unpadded(written)
  const padding = written.length - digits.length
  if (padding > 0 && (padding > 6 || written.length % 8 !== 0)) {
    throw new TwoFactorError('ERR_BASE32_INVALID', 'text must be padded fully or not at all')
  }
  // Before upper-casing, which would turn ſ and ı into letters of the alphabet.
  if (!/^[A-Za-z2-7]*$/.test(digits))
    throw new TwoFactorError('ERR_BASE32_INVALID', 'text must hold only A to Z and 2 to 7')
  // A copy, because a Buffer may share its memory with others.
  const bytes = new Uint8Array(decode(digits))
  if (leftoverBits === 'refuse' && encodeBase32(bytes) !== digits.toUpperCase()) {
    throw new TwoFactorError('ERR_BASE32_INVALID', 'text must be the Base32 of whole bytes')
  }
  return bytes
}

function unpadded(text: string): string {
  return text.replace(/=+$/, '')
}

import { decode, encode } from 'thirty-two'
import { TwoFactorError } from '../errors.js'
import { isBytes } from './is-bytes.js'

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
 * forgiven, as is padding when it is complete. Nothing is guessed: `0`, `1`, `8`, `9`, a length that no bytes have and
 * bits beyond the last byte are refused.
 *
 * @throws `ERR_BASE32_INVALID` for any other text.
 */
export function decodeBase32(text: string): Uint8Array {
  if (typeof text !== 'string') throw new TwoFactorError('ERR_BASE32_INVALID', 'text must be a string')
  if (text.length > maxCharacters)
    throw new TwoFactorError('ERR_BASE32_INVALID', 'text must be at most 2048 characters')
  const written = text.replace(/[\s-]/g, '')
  const digits = unpadded(written)
  const padding = written.length - digits.length
  if (padding > 0 && (padding > 7 || written.length % 8 !== 0)) {
    throw new TwoFactorError('ERR_BASE32_INVALID', 'text must be padded fully or not at all')
  }
  // Before upper-casing, which would turn ſ and ı into letters of the alphabet.
  if (!/^[A-Za-z2-7]*$/.test(digits))
    throw new TwoFactorError('ERR_BASE32_INVALID', 'text must hold only A to Z and 2 to 7')
  // A copy, because a Buffer may share its memory with others.
  const bytes = new Uint8Array(decode(digits.toUpperCase()))
  if (unpadded(encode(Buffer.from(bytes)).toString('latin1')) !== digits.toUpperCase()) {
    throw new TwoFactorError('ERR_BASE32_INVALID', 'text must be the Base32 of whole bytes')
  }
  return bytes
}

function unpadded(text: string): string {
  return text.replace(/=+$/, '')
}

/** The UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array {
  return Buffer.from(text)
}

/** Unpadded base64url (RFC 4648, section 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/** The bytes of canonical, unpadded base64url, or null: each byte string has exactly one spelling. */
export function decodeBase64url(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64url')
  return isCanonical(text, bytes) ? bytes : null
}

/** Node skips what is not base64, reads `+` and `/` too, and ignores the bits that are left over. */
function isCanonical(text: string, bytes: Buffer): boolean {
  const leftOver = text.length % 4
  if (leftOver === 1 || bytes.length !== Math.floor((text.length * 3) / 4)) return false
  if (Buffer.byteLength(text) !== text.length || text.includes('+') || text.includes('/')) return false
  return leftOver === 0 || text.endsWith(bytes.toString('base64url', bytes.length + 1 - leftOver))
}

/** The bytes of what `encodeBase64url` wrote into a record. */
export function keptBytes(text: string): Uint8Array {
  return Buffer.from(text, 'base64url')
}

/** Joins fields so that no two different lists give the same bytes: each is preceded by its length in 32 bits. */
export function lengthPrefixed(fields: readonly (string | Uint8Array)[]): Uint8Array {
  let total = 0
  for (const field of fields) total += 4 + byteLength(field)
  const joined = Buffer.allocUnsafe(total)
  let offset = 0
  for (const field of fields) {
    const length = byteLength(field)
    joined.writeUInt32BE(length, offset)
    if (typeof field === 'string') joined.write(field, offset + 4)
    else joined.set(field, offset + 4)
    offset += 4 + length
  }
  return ofThisRealm(joined)
}

/** Under Jest's jsdom, Node's buffers are of another realm than the code, and @noble/hashes does not take them for bytes. */
export function ofThisRealm(bytes: ArrayBufferView): Uint8Array {
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function byteLength(field: string | Uint8Array): number {
  return typeof field === 'string' ? Buffer.byteLength(field) : field.length
}

/** The texts that `lengthPrefixed` joined, or null when the bytes are no such list of UTF-8. */
export function readLengthPrefixed(bytes: Uint8Array): readonly string[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fields: string[] = []
  let offset = 0
  while (offset < bytes.length) {
    if (offset + 4 > bytes.length) return null
    const end = offset + 4 + view.getUint32(offset)
    if (end > bytes.length) return null
    fields.push(Buffer.from(bytes.buffer, bytes.byteOffset + offset + 4, end - offset - 4).toString('utf8'))
    offset = end
  }
  return fields
}

/** The most bytes that a name takes in a record, escapes included. */
export const MAX_NAME_BYTES = 40

/** Bytes that `text` takes in a record, escapes included. */
function recordBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2
}

/**
 * A name as a record keeps it: one line, no control or text-direction characters, cut to 40 bytes between characters.
 * Names come from people and browsers, so an odd one is made plain rather than refused.
 */
export function plainName(text: string): string {
  const line = text
    .slice(0, 1024)
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  let name = ''
  for (const character of line) {
    if (recordBytes(name + character) > MAX_NAME_BYTES) break
    name += character
  }
  return name.trimEnd()
}

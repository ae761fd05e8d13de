const maxCharacters = 64
const spacesAndDashes = /[\s\-\u2010-\u2015\u2212]/g

/**
 * What a person typed, as exactly `digits` ASCII digits once white space and dashes of any kind are removed; null for
 * everything else, other scripts' digits included.
 */
export function normaliseCode(code: unknown, digits: number): string | null {
  if (typeof code !== 'string' || code.length > maxCharacters) return null
  const bare = code.replace(spacesAndDashes, '')
  return bare.length === digits && /^[0-9]+$/.test(bare) ? bare : null
}

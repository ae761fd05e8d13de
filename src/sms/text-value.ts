import { septets } from './gsm7.js'

/** Letters that do not decompose. */
const spelledOut = new Map([
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['ł', 'l'],
  ['Ł', 'L'],
  ['đ', 'd'],
  ['Đ', 'D'],
  ['ð', 'd'],
  ['Ð', 'D'],
  ['þ', 'th'],
  ['Þ', 'Th'],
  ['ħ', 'h'],
  ['Ħ', 'H'],
  ['ı', 'i'],
  ['ẞ', 'SS'],
  ['\u2044', '/'],
])

const dots = '...'

/**
 * Writes a host's value so that a text message can carry it and nothing in it can pass for the origin-bound line: one line
 * of GSM-7, diacritics dropped where GSM-7 lacks the letter, `?` for what it cannot write at all, no double quotes, no `#`,
 * and no `@` at the start of a word.
 */
export function toTextValue(value: string): string {
  const line = value
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/[\p{Pi}\p{Pf}\u201A\u201E]/gu, "'")
  return (
    Array.from(line, toGsm7)
      .join('')
      // Compatibility forms have become plain ones by now: a full-width @ is an @.
      .replace(/"/g, "'")
      .replace(/#/g, '')
      .replace(/(?<![\p{L}\p{N}])@+/gu, '')
      .replace(/ +/g, ' ')
      .trim()
  )
}

/** The same for a value that a stranger may have chosen: phones make no link of it. */
export function toUnlinkedTextValue(value: string): string {
  return toTextValue(value)
    .replace(/\/{2,}/g, '/')
    .replace(/\.(?=\p{L})/gu, '. ')
}

/** `value` cut to at most `limit` septets, dots included; null when that would leave next to nothing. */
export function shortenTextValue(value: string, limit: number): string | null {
  if ((septets(value) ?? Infinity) <= limit) return value
  if (limit < 10) return null
  let kept = ''
  let left = limit - dots.length
  for (const character of value) {
    left -= septets(character) ?? limit
    if (left < 0) break
    kept += character
  }
  return kept.trimEnd() + dots
}

function toGsm7(character: string): string {
  if (septets(character) !== null) return character
  const bare = character.normalize('NFKD').replace(/\p{M}/gu, '')
  return Array.from(bare, (part) => (septets(part) === null ? (spelledOut.get(part) ?? '?') : part)).join('')
}

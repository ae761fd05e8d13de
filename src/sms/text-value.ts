import { septets } from './gsm7.js'
import { spellInGsm7 } from './spelling.js'

/** The alphabets of text messages: `gsm-7`, which all carry, or whatever Unicode can write. */
export type SmsAlphabet = 'gsm-7' | 'unicode'

/**
 * Writes a host's value so that a text message can carry it and nothing in it can pass for the origin-bound line: one line,
 * no invisible characters, no double quotes, no `#`, no `@` at the start of a word, and full-width and other forms of
 * ordinary characters as the ordinary ones. For `gsm-7` spelled in that alphabet as far as it can be.
 */
export function toTextValue(value: string, alphabet: SmsAlphabet): string {
  const line = Array.from(value, toOrdinary)
    .join('')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(invisible, '')
    .replace(strayJoiner, '')
    .normalize('NFC')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/["`\u00B4\u2032\p{Pi}\p{Pf}\u201A\u201E]/gu, "'")
  return (alphabet === 'gsm-7' ? spellInGsm7(line) : line)
    .replace(/#/g, ' ')
    .replace(/(?<![\p{L}\p{N}])@+/gu, '')
    .replace(/ +/g, ' ')
    .trim()
}

/** The same for a value that a stranger may have chosen: phones make no link of it. */
export function toUnlinkedTextValue(value: string, alphabet: SmsAlphabet): string {
  return toTextValue(value, alphabet)
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=\p{L}):(?=\S)/gu, ': ')
    .replace(/[.\u3002](?=[\p{L}\p{M}])/gu, '$& ')
    .replace(addressV4, (address) => address.replace(/[.\u3002]/g, '$& '))
}

/** Tells whether `alphabet` can write all of `text`. */
export function isWritable(text: string, alphabet: SmsAlphabet): boolean {
  return alphabet === 'gsm-7' ? septets(text) !== null : text.isWellFormed()
}

/** What shows nothing, or turns the direction of what does. */
const invisible = /(?![\u200C\u200D])[\p{Cf}\p{DI}]/gu

/** Joiners belong between letters of the scripts that are spelled with them, and in emoji. */
const strayJoiner = /(?<![^\0-\x7F\p{P}\p{Z}\p{Cf}])[\u200C\u200D]|[\u200C\u200D](?![^\0-\x7F\p{P}\p{Z}\p{Cf}])/gu

/** What can be read as an IPv4 address: even "1.000.000.000" becomes a link on some phones. */
const addressV4 = /\d(?:[.\u3002](?:25[0-5]|2[0-4]\d|[01]?\d?\d)){2}[.\u3002]\d/g

/** The plain form of a full-width, small, mathematical or other form of characters that GSM-7 has; but "10²" is not "102". */
function toOrdinary(character: string): string {
  if (septets(character) !== null || /\p{No}/u.test(character)) return character
  const ordinary = character === '\uFF61' ? '\u3002' : character.normalize('NFKC')
  return ordinary === '\u3002' || (septets(ordinary) !== null && ordinary.trim() !== '') ? ordinary : character
}

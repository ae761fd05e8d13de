import { septets } from './gsm7.js'

/** ISO 4217 codes of the currency signs that GSM-7 lacks and that stand for one currency. */
const currencies = readTable(
  '₹=INR ₺=TRY ₽=RUB ₩=KRW ₪=ILS ₦=NGN ₫=VND ₱=PHP ₴=UAH ₡=CRC ₲=PYG ₵=GHS ₸=KZT ₭=LAK ₮=MNT ₼=AZN ₾=GEL ৳=BDT ฿=THB ៛=KHR ؋=AFN ֏=AMD',
)

/**
 * How letters and signs that do not decompose are customarily written (most letters: ICAO Doc 9303-3, section 6). `¢` stands
 * for a hundredth of many currencies, so it has no ISO code.
 */
const customary = readTable(
  'œ=oe Œ=OE ł=l Ł=L đ=d Đ=D ð=d Ð=D þ=th Þ=Th ħ=h Ħ=H ŧ=t Ŧ=T ŋ=n Ŋ=N ı=i ẞ=SS ə=e Ə=E ɛ=e Ɛ=E ɔ=o Ɔ=O ɓ=b Ɓ=B ɗ=d Ɗ=D ƙ=k Ƙ=K ƴ=y Ƴ=Y ' +
    "\u02B9=' \u02BB=' \u02BC=' \u02BD=' " +
    '\u00B5=u ¢=c ©=(c) ®=(R) ×=x ·=- •=- →=-> \u2044=/ \u2215=/',
)

const signs = `[${[...currencies.keys()].join('')}]`
const beforeSign = new RegExp(`(?<=[\\p{L}\\p{N}]|${signs})(?=${signs})`, 'gu')
const afterSign = new RegExp(`(?<=${signs})(?=[-+.,]?[\\p{L}\\p{N}])`, 'gu')
const beforeFraction = /(?<=\p{N})(?=[\u00BC-\u00BE\u2150-\u215F\u2189])/gu

/**
 * Spells `text` in GSM-7: currency signs as their ISO code, set off by spaces (`₹1,200` is `INR 1,200`); diacritics dropped
 * where GSM-7 lacks the letter; other Latin letters and signs as people customarily write them. What has no spelling stays
 * as it is, so the result may still not be GSM-7.
 */
export function spellInGsm7(text: string): string {
  if (septets(text) !== null) return text
  const spaced = text
    .replace(/\uFFE6/g, '₩')
    .replace(beforeSign, ' ')
    .replace(afterSign, ' ')
    // "1½" is "1 1/2": without the space it would be eleven halves.
    .replace(beforeFraction, ' ')
  return Array.from(spaced, spellCharacter).join('')
}

function spellCharacter(character: string): string {
  if (septets(character) !== null) return character
  const known = customary.get(character)
  if (known !== undefined) return known
  if (isDecorated(character)) return character
  const parts = Array.from(character.normalize('NFKD'), spellPart)
  const spelling = parts.join('')
  const lost = parts.includes(null) || (spelling.trim() === '' && !/\s|\p{Script=Inherited}/u.test(character))
  return lost ? character : spelling
}

/** A superscript or a digit in a circle is no plain digit: "10²" must not become "102". A fraction is two numbers and a slash. */
function isDecorated(character: string): boolean {
  return /\p{No}/u.test(character) && !character.normalize('NFKD').includes('\u2044')
}

function spellPart(part: string): string | null {
  if (septets(part) !== null) return part
  if (/\p{Script=Inherited}/u.test(part)) return ''
  return currencies.get(part) ?? customary.get(part) ?? null
}

function readTable(entries: string): ReadonlyMap<string, string> {
  return new Map(entries.split(' ').map((entry) => [entry.charAt(0), entry.slice(2)]))
}

import { septets } from './gsm7.js'

/**
 * How many segments a text message takes. In GSM-7 160 septets make one, and each of several holds 153; any other text goes
 * out as UCS-2, with 70 units in one and 67 in each of several (3GPP TS 23.038, sections 4 and 6.2; TS 23.040, 9.2.3.24.1).
 * What takes two septets or two units is never split between segments.
 */
export function segmentCount(text: string): number {
  const length = septets(text)
  const [alone, each] = length === null ? [70, 67] : [160, 153]
  if ((length ?? text.length) <= alone) return 1
  let count = 1
  let used = 0
  for (const character of text) {
    const size = (length === null ? null : septets(character)) ?? character.length
    if (used + size > each) {
      count += 1
      used = 0
    }
    used += size
  }
  return count
}

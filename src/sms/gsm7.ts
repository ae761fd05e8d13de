/** The default alphabet of GSM 03.38 (3GPP TS 23.038, section 6.2.1): one septet a character. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)

/** Its extension table (section 6.2.1.1): an escape and a character, two septets. */
const extension = new Set('\f^{}\\[~]|€')

/** How many septets `text` takes in a text message, or null when a character is outside GSM-7. */
export function septets(text: string): number | null {
  let count = 0
  for (const character of text) {
    if (basic.has(character)) count += 1
    else if (extension.has(character)) count += 2
    else return null
  }
  return count
}

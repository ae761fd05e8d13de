/** The country calling codes of one and two digits (ITU-T E.164, list of assigned codes); all others have three. */
const callingCode = /^\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/

/**
 * What may be shown of a phone number: its last four digits, such as `•••• 0123`, but never more than half of the digits
 * that follow the country calling code.
 */
export function maskPhoneNumber(e164: string): string {
  const national = e164.replace(callingCode, '')
  const shown = Math.min(4, Math.floor(national.length / 2))
  return `•••• ${national.slice(national.length - shown)}`
}

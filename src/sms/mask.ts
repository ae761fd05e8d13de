/** What may be shown of a phone number: its last four digits, such as `•••• 0123`. */
export function maskPhoneNumber(e164: string): string {
  return `•••• ${e164.slice(-4)}`
}

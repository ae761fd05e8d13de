/** A text as JSON in which nothing speaks to the terminal, for names may come from anybody. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[^\P{C}\p{Cn}]|[\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  )
}

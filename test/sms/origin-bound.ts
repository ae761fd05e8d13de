/**
 * Readers of text messages as browsers have them. `parseWicg` follows "Parsing" in WICG, Origin-bound one-time codes
 * delivered via SMS, step by step; `findAnywhere` is the laxer kind, which takes the first `@host #code` after white space.
 */
export interface OriginBoundCode {
  readonly host: string
  readonly code: string
  readonly embeddedHost: string | null
}

export function parseWicg(message: string): OriginBoundCode | null {
  const line = message.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n').at(-1) ?? ''
  const host = markedToken(line, 0, '@')
  if (host === null || line[host.end] !== ' ') return null
  const code = markedToken(line, host.end + 1, '#')
  if (code === null) return null
  const embedded = line[code.end] === ' ' ? markedToken(line, code.end + 1, '%') : null
  return { host: host.token, code: code.token, embeddedHost: embedded?.token ?? null }
}

export function findAnywhere(message: string): { readonly host: string; readonly code: string }[] {
  return Array.from(message.matchAll(/(?:^|\s)@([a-zA-Z0-9.-]+) #([^#\s]+)/g), ([, host = '', code = '']) => ({
    host,
    code,
  }))
}

/** Every line that would be read as bound to an origin, were it the last. */
export function originBoundLines(message: string): OriginBoundCode[] {
  return message.split(/[\r\n\u2028\u2029]/).flatMap((line) => parseWicg(line) ?? [])
}

function markedToken(line: string, start: number, marker: string): { token: string; end: number } | null {
  if (line[start] !== marker) return null
  const token = /^[^\t\n\f\r ]*/.exec(line.slice(start + 1))?.[0] ?? ''
  return token === '' ? null : { token, end: start + 1 + token.length }
}

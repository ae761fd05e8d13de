/** Stands in every hostile text, so that a test can tell whether an answer repeats what it was given. */
export const MARK = 'Zx9Mark'

/** What no argument that is a string may be. */
export const notStrings: readonly unknown[] = [
  0,
  1,
  -1,
  Number.NaN,
  Infinity,
  5n,
  true,
  false,
  Symbol(MARK),
  [],
  [MARK],
  {},
  { toString: () => MARK },
  Object.create(null),
  () => MARK,
  new Date(0),
  new Map(),
  new Uint8Array(4),
  new String(MARK),
  new Proxy({}, { get: () => MARK }),
]

/** Strings that are well typed and otherwise up to no good. */
export const oddStrings: readonly string[] = [
  MARK,
  `${MARK}\0`,
  `${MARK}\u202e`,
  `${MARK}\ud800`,
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  "' OR 1=1 --",
  '<script>',
  '${7*7}',
  'null',
  'undefined',
  '١٢٣٤٥',
  '１２３４５６７',
  '12345\u200b',
  '12e456',
  '0x1e24',
  ' ',
  '\n',
  MARK.repeat(20_000),
]

/** What an attacker may put where a token, an id or a code belongs. */
export const hostileValues: readonly unknown[] = [undefined, null, '', ...notStrings, ...oddStrings]

/** A name for a value in the title of a test. */
export function nameOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 24 ? `${value.slice(0, 24)}…` : value)
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value)
  return String(value)
}

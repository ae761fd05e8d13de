/** The JSON of a record, as anything may be put into it. */
export type Wire = Readonly<Record<string, unknown>> | readonly unknown[]

/** What stands in turn where a field is. */
const CANDIDATES: readonly unknown[] = [
  null,
  '',
  'x',
  'a b',
  'é=',
  -2,
  -1,
  0,
  7,
  1.5,
  2 ** 53,
  true,
  false,
  {},
  [],
  [[]],
]

/** Which of the candidates each class of field takes. Nothing else may be read. */
const TAKES = {
  whole: [0, 7],
  step: [-1, 0, 7],
  flag: [0],
  boolean: [true, false],
  'one of two': [0],
  'one of many': [0, 7],
  text: ['', 'x', 'a b', 'é='],
  name: ['x', 'a b', 'é='],
  base64url: ['x'],
  list: [[]],
  row: [],
  letter: [],
  'SHA bits': [],
  anything: CANDIDATES,
  'anything in a list': [[], [[]]],
} as const satisfies Readonly<Record<string, readonly unknown[]>>

/** The class of a field; `or null` behind it where it may be absent. */
export type FieldClass = keyof typeof TAKES | `${keyof typeof TAKES} or null`

/** The JSON with the value at `path` replaced. */
export function replaceAt(wire: Wire, path: readonly (string | number)[], value: unknown): Wire {
  const [step, ...rest] = path
  if (step === undefined) return value as Wire
  const before = (wire as Readonly<Record<string, unknown>>)[step] as Wire
  const after = replaceAt(before, rest, value)
  if (!Array.isArray(wire)) return { ...(wire as object), [step]: after }
  return wire.map((each: unknown, index) => (index === step ? after : each))
}

/** The value at `path`. */
export function valueAt(wire: Wire, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Readonly<Record<string, unknown>>)[step], wire)
}

/** The candidates that the field at `path` takes, by `decode`, beside those that a field of its class should take. */
export function takenAt(
  wire: Wire,
  path: readonly (string | number)[],
  fieldClass: FieldClass,
  decode: (json: string) => object | null,
): { readonly taken: readonly unknown[]; readonly should: readonly unknown[] } {
  const orNull = fieldClass.endsWith(' or null')
  const takes: readonly unknown[] = TAKES[fieldClass.replace(/ or null$/, '') as keyof typeof TAKES]
  const should = new Set([...takes, ...(orNull ? [null] : [])].map((value) => JSON.stringify(value)))
  return {
    taken: CANDIDATES.filter((value) => decode(JSON.stringify(replaceAt(wire, path, value))) !== null),
    should: CANDIDATES.filter((value) => should.has(JSON.stringify(value))),
  }
}

/**
 * How one value of a record is written as JSON, and read back. Reading is strict: what is not exactly such a value gives
 * undefined, which no field ever holds.
 */
export interface Field<Value> {
  write(value: Value): unknown
  read(json: unknown): Value | undefined
}

/** Any value that passes `test`, written as it is. */
function plain<Value>(test: (json: unknown) => json is Value): Field<Value> {
  return { write: (value) => value, read: (json) => (test(json) ? json : undefined) }
}

/** A string. */
export const text = plain((json) => typeof json === 'string')

/** A string with at least one character. */
export const name = plain((json): json is string => typeof json === 'string' && json !== '')

/** Unpadded base64url, such as ids, hashes and secrets. */
export const base64url = plain((json): json is string => typeof json === 'string' && /^[A-Za-z0-9_-]+$/.test(json))

/** A whole number that is not negative: a count, or an instant. */
export const whole = plain((json): json is number => Number.isSafeInteger(json) && (json as number) >= 0)

/** A step; -1 stands before the first. */
export const step = plain((json): json is number => Number.isSafeInteger(json) && (json as number) >= -1)

/** True or false, as 1 or 0. */
export const flag: Field<boolean> = {
  write: (value) => (value ? 1 : 0),
  read: (json) => (json === 1 ? true : json === 0 ? false : undefined),
}

/** One of a few values, written as its number. New values are added at the end. */
export function oneOf<const Value>(values: readonly Value[]): Field<Value> {
  return {
    write: (value) => values.indexOf(value),
    read: (json) => (Number.isSafeInteger(json) ? values[json as number] : undefined),
  }
}

/** A value that may be null. */
export function nullable<Value>(field: Field<Value>): Field<Value | null> {
  return {
    write: (value) => (value === null ? null : field.write(value)),
    read: (json) => (json === null ? null : field.read(json)),
  }
}

/** A list. */
export function list<Value>(field: Field<Value>): Field<readonly Value[]> {
  return {
    write(values) {
      const json: unknown[] = []
      for (const value of values) json.push(field.write(value))
      return json
    },
    read(json) {
      if (!Array.isArray(json)) return undefined
      const values: Value[] = []
      for (const member of json as readonly unknown[]) {
        const value = field.read(member)
        if (value === undefined) return undefined
        values.push(value)
      }
      return values
    },
  }
}

/** A table of fields: how each member of an object is written. */
export type FieldTable<Value extends object> = { readonly [Name in keyof Value]-?: Field<Value[Name]> }

/** An object, written as the array of its members in the order of the table: names would take most of the space. */
export function row<Value extends object>(table: FieldTable<Value>): Field<Value> {
  const members = Object.entries<Field<unknown>>(table).map(([name, field]) => ({ name, field }))
  const { length } = members
  return {
    write(value) {
      const json: unknown[] = []
      for (const { name, field } of members) json.push(field.write((value as Record<string, unknown>)[name]))
      return json
    },
    read(json) {
      if (!Array.isArray(json) || json.length !== length) return undefined
      const value: Record<string, unknown> = {}
      let index = 0
      for (const { name, field } of members) {
        const member = field.read(json[index++])
        if (member === undefined) return undefined
        value[name] = member
      }
      return value as Value
    },
  }
}

/** Objects of several kinds, each written under a letter before its own row. */
export function kinds<Value extends { readonly kind: string }>(table: {
  readonly [Kind in Value['kind']]: {
    readonly letter: string
    readonly fields: Field<Omit<Extract<Value, { kind: Kind }>, 'kind'>>
  }
}): Field<Value> {
  const known = Object.entries(table) as [Value['kind'], { letter: string; fields: Field<object> }][]
  return {
    write(value) {
      const { letter, fields } = table[value.kind as Value['kind']] as { letter: string; fields: Field<object> }
      return [letter, ...(fields.write(value) as unknown[])]
    },
    read(json) {
      if (!Array.isArray(json)) return undefined
      const [letter, ...members] = json as unknown[]
      const found = known.find(([, one]) => one.letter === letter)
      const value = found?.[1].fields.read(members)
      return found === undefined || value === undefined ? undefined : ({ kind: found[0], ...value } as unknown as Value)
    },
  }
}

/** The JSON behind a text, or undefined when it is none. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return undefined
  }
}

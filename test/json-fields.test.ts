import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  base64url,
  flag,
  kinds,
  list,
  name,
  nullable,
  oneOf,
  parseJson,
  row,
  step,
  text,
  whole,
  type Field,
} from '../src/json-fields.js'

interface Circle {
  readonly kind: 'circle'
  readonly radius: number
}
interface Label {
  readonly kind: 'label'
  readonly words: string
  readonly bold: boolean
}

const shape = kinds<Circle | Label>({
  circle: { letter: 'c', fields: row({ radius: whole }) },
  label: { letter: 'l', fields: row({ words: name, bold: flag }) },
})
const point = row<{ readonly x: number; readonly y: number | null }>({ x: whole, y: nullable(whole) })
const colour = oneOf(['red', 'green', 'blue'])

/** What a JSON text may hold, and a little more. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  1,
  2,
  3,
  -1,
  -2,
  1.5,
  2 ** 53 - 1,
  2 ** 53,
  Number.NaN,
  Infinity,
  '',
  'a',
  'a b',
  'a=',
  'a\\n',
  'é',
  '0',
  [],
  [0],
  [1, 2],
  [1, null],
  [null, 1],
  [1, 2, 3],
  ['c', 5],
  ['c'],
  ['c', 5, 5],
  ['l', 'a', 1],
  ['l', '', 1],
  ['x', 5],
  [undefined, 5],
  {},
  { x: 1, y: 2 },
  { 0: 1, 1: 2, length: 2 },
]

/** For each field, what of the values it reads, as what. */
const table: readonly (readonly [string, Field<unknown>, readonly (readonly [json: unknown, value: unknown])[]])[] = [
  ['text', text, ['', 'a', 'a b', 'a=', 'a\\n', 'é', '0'].map((value) => [value, value])],
  ['name', name, ['a', 'a b', 'a=', 'a\\n', 'é', '0'].map((value) => [value, value])],
  ['base64url', base64url, ['a', '0'].map((value) => [value, value])],
  ['whole', whole, [0, 1, 2, 3, 2 ** 53 - 1].map((value) => [value, value])],
  ['step', step, [0, 1, 2, 3, -1, 2 ** 53 - 1].map((value) => [value, value])],
  [
    'flag',
    flag,
    [
      [0, false],
      [1, true],
    ],
  ],
  [
    'oneOf',
    colour,
    [
      [0, 'red'],
      [1, 'green'],
      [2, 'blue'],
    ],
  ],
  [
    'nullable',
    nullable(flag),
    [
      [null, null],
      [0, false],
      [1, true],
    ],
  ],
  ['list', list(nullable(whole)), [[], [0], [1, 2], [1, null], [null, 1], [1, 2, 3]].map((value) => [value, value])],
  [
    'row',
    point,
    [
      [[1, 2], { x: 1, y: 2 }],
      [[1, null], { x: 1, y: null }],
    ],
  ],
  [
    'kinds',
    shape,
    [
      [['c', 5], { kind: 'circle', radius: 5 }],
      [['l', 'a', 1], { kind: 'label', words: 'a', bold: true }],
    ],
  ],
]

describe('a field', () => {
  it.each(table)('reads exactly what it writes: %s', (_name, field, takes) => {
    const read = VALUES.flatMap((value) => {
      const found = field.read(value)
      return found === undefined ? [] : [[value, found]]
    })
    expect(read).toEqual(takes)
    for (const [json, value] of takes) expect(field.write(value)).toEqual(json)
  })

  it('gives back every value that it wrote, through JSON', () => {
    const number = fc.nat({ max: Number.MAX_SAFE_INTEGER })
    const any = fc.oneof(
      fc.record({ kind: fc.constant('circle' as const), radius: number }),
      fc.record({ kind: fc.constant('label' as const), words: fc.string({ minLength: 1 }), bold: fc.boolean() }),
    )
    const shapes = list(shape)
    fc.assert(
      fc.property(fc.array(any), (given) => {
        expect(shapes.read(parseJson(JSON.stringify(shapes.write(given))))).toEqual(given)
      }),
    )
  })

  it('writes the members of a row in the order of its table, whatever that of the value', () => {
    expect(point.write({ y: 2, x: 1 })).toEqual([1, 2])
  })

  it('sets nothing but its own members', () => {
    expect(Object.keys(point.read([1, 2]) ?? {})).toEqual(['x', 'y'])
    const proto = row<{ readonly __proto__: number }>(Object.fromEntries([['__proto__', whole]]) as never)
    expect(Object.getPrototypeOf(proto.read([5]) ?? {})).toBe(Object.prototype)
  })
})

describe('the JSON behind a text', () => {
  it('is undefined where there is none', () => {
    expect(parseJson('{"a":[1]}')).toEqual({ a: [1] })
    expect(parseJson('null')).toBeNull()
    for (const json of ['', 'x', '{', '[1,]', 'undefined']) expect(parseJson(json)).toBeUndefined()
  })
})

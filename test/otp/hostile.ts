import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { TwoFactorError, type TwoFactorErrorCode } from '../../src/errors.js'

/** What a caller without types might pass where bytes, a number or a string belongs. */
export const strangeValues: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  Number.NaN,
  Infinity,
  5n,
  '',
  'x',
  '__proto__',
  'constructor',
  Symbol('s'),
  [],
  [6],
  {},
  Object.create(null),
  () => 6,
  new Date(0),
  new Map(),
  new ArrayBuffer(20),
  new Uint16Array(20),
  new DataView(new ArrayBuffer(20)),
  new Proxy({}, {}),
  new Proxy(new Uint8Array(20), {}),
  { length: 20 },
  { valueOf: () => 6 },
]

export const strangeNumbers: readonly unknown[] = [
  null,
  Number.NaN,
  Infinity,
  -Infinity,
  -1,
  1.5,
  2 ** 53,
  6n,
  '6',
  [6],
  {},
  { valueOf: () => 6 },
  Symbol('6'),
]

/** A Uint8Array of another realm, such as Node's buffers are to a test running under Jest. */
export function foreignBytes(length: number): Uint8Array {
  return runInNewContext('new Uint8Array(length).fill(7)', { length }) as Uint8Array
}

/** Calls `run` and expects a TwoFactorError of `code` whose message shows none of `secrets`. */
export function expectError(code: TwoFactorErrorCode, run: () => unknown, ...secrets: readonly string[]): void {
  let thrown: unknown
  try {
    run()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TwoFactorError)
  const error = thrown as TwoFactorError
  expect(error.code).toBe(code)
  // A message ends in a word, not in what an empty one leaves of it.
  expect(error.message).toMatch(/^[a-z][^\n]*[^.\s]$/)
  expect(error.cause).toBeUndefined()
  for (const secret of secrets) expect(error.message).not.toContain(secret)
}

/** Gives a value to a function whose types would not take it. */
export function smuggle(value: unknown): never {
  return value as never
}

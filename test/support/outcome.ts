import { expect } from 'vitest'
import { TwoFactorError, type TwoFactorErrorCode } from '../../src/errors.js'

interface Tagged {
  readonly status: string
}

/** `outcome`, which must be of `status`; the failure shows what it was instead. */
export function must<Outcome extends Tagged, Status extends Outcome['status']>(
  outcome: Outcome,
  status: Status,
): Extract<Outcome, { readonly status: Status }> {
  if (outcome.status !== status) throw new Error(`expected ${status}, got ${JSON.stringify(outcome)}`)
  return outcome as Extract<Outcome, { readonly status: Status }>
}

/** A code that is not `code` and, by all odds, none of its neighbours'. */
export function wrongCode(code: string): string {
  return String((Number(code) + 500_000) % 1_000_000).padStart(6, '0')
}

/** Expects `work` to reject with a TwoFactorError of `code` whose message is one lower-case clause, and gives the error. */
export async function expectCode(work: Promise<unknown>, code: TwoFactorErrorCode): Promise<TwoFactorError> {
  const error = await work.then(
    (outcome) => {
      throw new Error(`expected ${code}, got ${JSON.stringify(outcome)}`)
    },
    (thrown: unknown) => thrown,
  )
  return expectFailure(error, code)
}

/** Expects `work` to throw what `expectCode` expects of a rejection, and gives the error. */
export function expectThrown(work: () => unknown, code: TwoFactorErrorCode): TwoFactorError {
  let thrown: unknown
  try {
    work()
  } catch (error) {
    thrown = error
  }
  return expectFailure(thrown, code)
}

function expectFailure(error: unknown, code: TwoFactorErrorCode): TwoFactorError {
  expect(error).toBeInstanceOf(TwoFactorError)
  const failure = error as TwoFactorError
  expect(failure.code).toBe(code)
  expect(failure.message).toMatch(/^[a-z][^\n]*[^.\s]$/)
  return failure
}

/** Gives a value to a parameter whose type would not take it. */
export function smuggle(value: unknown): never {
  return value as never
}

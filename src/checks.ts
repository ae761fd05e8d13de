import { TwoFactorError, type TwoFactorErrorCode } from './errors.js'

/** A misspelt option would be a default that nobody chose. */
export function refuseUnknown(given: object, known: readonly string[], code: TwoFactorErrorCode, what: string): void {
  demand(
    Object.keys(given).every((name) => known.includes(name)),
    code,
    `${what} has an unknown member`,
  )
}

/** Throws unless the condition holds. */
export function demand(condition: boolean, code: TwoFactorErrorCode, message: string): asserts condition {
  if (!condition) throw new TwoFactorError(code, message)
}

/** Whether `value` is an object. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Whether `value` is an object with these methods. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}

/** Whether `value` is a number of the range, both ends included. */
export function within(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}

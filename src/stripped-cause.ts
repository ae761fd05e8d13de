/** A class or driver code, such as `TimeoutError`, `ECONNREFUSED` or SQLSTATE `57P01`; not a value that happens to be short. */
const WORD = /^(?:[A-Za-z][A-Za-z0-9_.]{0,63}|[0-9A-Z]{5})$/

/**
 * A plug-in's error without what it may echo: its class and its code are kept; its message and stack are not, for they may
 * quote the values that were passed.
 */
export function strippedCause(error: unknown): Error {
  const words = ['name', 'code']
    .map((member) => read(error, member))
    .filter((word) => typeof word === 'string' && WORD.test(word))
  const cause = new Error(words.join(' ') || 'unnamed failure')
  cause.stack = ''
  return cause
}

/** A member of anything, were it an object whose getters throw. */
function read(value: unknown, member: string): unknown {
  try {
    return (value as Record<string, unknown> | null)?.[member]
  } catch {
    return undefined
  }
}

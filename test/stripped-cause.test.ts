import { describe, expect, it } from 'vitest'
import { strippedCause } from '../src/stripped-cause.js'

describe("the cause of a plug-in's failure", () => {
  it.each<[string, unknown, string]>([
    ['an error', new TypeError('secret'), 'TypeError'],
    [
      "a driver's error with a code",
      Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }),
      'Error ECONNREFUSED',
    ],
    ['an SQLSTATE', Object.assign(new Error('secret'), { code: '57P01' }), 'Error 57P01'],
    ['a code that is no word', Object.assign(new Error('secret'), { code: '+14155550123' }), 'Error'],
    ['a name that is a sentence', Object.assign(new Error('secret'), { name: 'value was secret' }), 'unnamed failure'],
    ['a code that is six digits', Object.assign(new Error('secret'), { code: '123456' }), 'Error'],
    ['nothing', undefined, 'unnamed failure'],
    ['null', null, 'unnamed failure'],
    ['text', 'secret', 'unnamed failure'],
    [
      'getters that throw',
      {
        get name() {
          throw new Error('secret')
        },
      },
      'unnamed failure',
    ],
    [
      'a proxy that bites',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('secret')
          },
        },
      ),
      'unnamed failure',
    ],
  ])('of %s is its class and code alone', (_what, error, message) => {
    const cause = strippedCause(error)
    expect(cause).toBeInstanceOf(Error)
    expect(cause.message).toBe(message)
    expect(cause.stack).toBe('')
    expect(`${String(cause.stack)} ${JSON.stringify(cause)} ${String(cause.cause)}`).not.toContain('secret')
  })
})

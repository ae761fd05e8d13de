import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import * as here from '../../src/errors.js'

type Errors = typeof here

/** A second copy of the errors: as CommonJS, in a realm of its own. */
function otherCopy(): Errors {
  const source = readFileSync(new URL('../../src/errors.ts', import.meta.url), 'utf8')
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  return runInContext(`(() => { const exports = {}; ${outputText}; return exports })()`, createContext({})) as Errors
}

const there = otherCopy()
const revoked = Proxy.revocable({}, {})
revoked.revoke()

const impostors: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a text', 'SmsDeliveryError'],
  ['a plain error', new Error('x')],
  ['an object with the name alone', { name: 'SmsDeliveryError', code: 'ERR_SMS_INVALID', reason: 'transient' }],
  ['a revoked proxy', revoked.proxy],
  [
    'an object whose brand cannot be read',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
      },
    ),
  ],
  ['a function', () => undefined],
]

describe.each([
  ['of this copy', here],
  ['of another copy in another realm', there],
])('an error %s', (_which, made) => {
  const failure = new made.TwoFactorError('ERR_SMS_INVALID', 'sms is wrong')
  const delivery = new made.SmsDeliveryError('throttled')

  it('is recognised by every copy', () => {
    for (const copy of [here, there]) {
      expect(copy.isTwoFactorError(failure)).toBe(true)
      expect(failure instanceof copy.TwoFactorError).toBe(true)
      expect(copy.isSmsDeliveryError(delivery)).toBe(true)
      expect(delivery instanceof copy.SmsDeliveryError).toBe(true)
    }
  })

  it('is not taken for the other one', () => {
    for (const copy of [here, there]) {
      expect(copy.isTwoFactorError(delivery)).toBe(false)
      expect(delivery instanceof copy.TwoFactorError).toBe(false)
      expect(copy.isSmsDeliveryError(failure)).toBe(false)
      expect(failure instanceof copy.SmsDeliveryError).toBe(false)
    }
  })

  it('shows no brand', () => {
    expect(Reflect.ownKeys(delivery).map(String).sort()).toEqual(['message', 'name', 'reason', 'stack'])
    expect(JSON.stringify(failure)).toBe('{"code":"ERR_SMS_INVALID","name":"TwoFactorError"}')
  })

  it('with a reason that nobody knows is no delivery error, yet an instance', () => {
    for (const reason of ['bounced', undefined, 7]) {
      const odd = new made.SmsDeliveryError(reason as here.SmsDeliveryFailure)
      expect(here.isSmsDeliveryError(odd)).toBe(false)
      expect(odd instanceof here.SmsDeliveryError).toBe(true)
    }
  })
})

describe('a subclass', () => {
  class Mine extends here.SmsDeliveryError {}

  it('makes errors that every copy recognises', () => {
    const mine = new Mine('transient')
    expect(there.isSmsDeliveryError(mine)).toBe(true)
    expect(mine instanceof here.SmsDeliveryError).toBe(true)
    expect(mine instanceof Mine).toBe(true)
  })

  it('has no instances but its own', () => {
    expect(new here.SmsDeliveryError('transient') instanceof Mine).toBe(false)
    expect(new there.SmsDeliveryError('transient') instanceof Mine).toBe(false)
  })
})

it.each(impostors)('%s is no error of ours', (_what, value) => {
  expect(here.isTwoFactorError(value)).toBe(false)
  expect(here.isSmsDeliveryError(value)).toBe(false)
  expect(value instanceof here.TwoFactorError).toBe(false)
  expect(value instanceof here.SmsDeliveryError).toBe(false)
})

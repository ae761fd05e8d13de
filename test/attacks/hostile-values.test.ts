import { describe, expect, it } from 'vitest'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import { MARK, nameOf, notStrings } from '../support/hostile.js'
import { allOperations, type AccountOperation } from '../support/operations.js'
import { wordsOf } from '../support/secrets.js'
import { contents } from '../support/world.js'
import { isTwoFactorError, type TwoFactor } from 'countersign'

/** Every value thrown at every parameter, where everything else is right. None of them is a text. */
const values: readonly unknown[] = [
  ...notStrings,
  Object.freeze({ __proto__: { admin: true }, length: 3 }),
  new Proxy({}, { get: () => undefined, has: () => true }),
  new Error(MARK),
  Promise.resolve(MARK),
]

const isTruth = (value: unknown): boolean => typeof value === 'boolean'
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value)

/** The values that a parameter may well have, though they are no texts. */
const fitting: Readonly<Record<string, (value: unknown) => boolean>> = {
  required: isTruth,
  allowShortSecret: isTruth,
  maxAgeSeconds: (value) => value === 1,
  periodSeconds: (value) => value === 1,
  confirmedAt: (value) => value === 0 || value === 1,
  lastStep: isWhole,
  userIds: Array.isArray,
  trustDevice: (value) => typeof (value as { readonly name?: unknown }).name === 'string',
  onProgress: (value) => typeof value === 'function',
}

/** What comes from outside, so that a wrong value is an answer, or is ignored, in place of an error of the host's. */
const fromOutside = [
  ...[
    'token',
    'code',
    'response',
    'recoveryCode',
    'proof',
    'trustedDeviceToken',
    'factorId',
    'enrolmentId',
    'deviceId',
  ],
  ...['replaces', 'phoneNumber', 'cookie'],
]

/** `twoFactor`, whose every input is passed through `change` on its way. */
function changing(twoFactor: TwoFactor, change: (input: object) => object): TwoFactor {
  const groups = Object.entries(twoFactor).map(([group, operations]) => {
    const changed = Object.entries(operations as Record<string, (input?: object) => unknown>).map(
      ([name, run]) => [name, (input: object = {}): unknown => run(change(input))] as const,
    )
    return [group, Object.fromEntries(changed)] as const
  })
  return Object.fromEntries(groups) as unknown as TwoFactor
}

const through = (account: FullAccount, change: (input: object) => object): FullAccount => ({
  ...account,
  world: { ...account.world, twoFactor: changing(account.world.twoFactor, change) },
})

/** The parameters that an operation reads, given or not. */
async function parametersOf({ run, account }: AccountOperation): Promise<readonly string[]> {
  const read = new Set<string>()
  const noting = (input: object): object =>
    new Proxy(input, {
      get(target, name) {
        if (typeof name === 'string') read.add(name)
        return Reflect.get(target, name) as unknown
      },
    })
  await run(through(await makeFullAccount(account), noting))
  return [...read]
}

describe.each(allOperations)('hostile values (CWE-20, CWE-843) at every parameter of "$name"', (operation) => {
  it('are turned away: a branded error or a plain answer, nothing done and nothing repeated', async () => {
    const parameters = await parametersOf(operation)
    for (const parameter of parameters) {
      let account = await makeFullAccount(operation.account)
      let before = await contents(account.world.data)
      for (const value of values.filter((one) => fitting[parameter]?.(one) !== true)) {
        const about = `${parameter} = ${nameOf(value)}`
        const hostile = through(account, (input) => ({ ...input, [parameter]: value }))
        const [answer, error] = await operation.run(hostile).then(
          (outcome) => [outcome, null] as const,
          (thrown: unknown) => [null, thrown] as const,
        )
        if (error !== null) {
          expect(isTwoFactorError(error) ? error.code : error, about).toMatch(/^ERR_[A-Z_]+_INVALID$/)
          expect(wordsOf(error), about).not.toContain(MARK)
        } else {
          expect(fromOutside, about).toContain(parameter)
          expect(JSON.stringify(answer), about).not.toContain(MARK)
        }
        const after = await contents(account.world.data)
        if (answer?.status === operation.ends && (after.size !== before.size || account.world.events.length > 0)) {
          // Ignored: the operation did what it does without it.
          account = await makeFullAccount(operation.account)
          before = await contents(account.world.data)
          continue
        }
        expect(after, about).toEqual(before)
        expect([account.world.inbox.attempts, account.world.events.filter(doing)], about).toEqual([0, []])
      }
    }
  })
})

/** Whether an event tells of more than an attempt. */
const doing = ({ type }: { readonly type: string }): boolean => !/-(?:rejected|begun)$/.test(type)

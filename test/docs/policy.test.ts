import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.js'
import { resolveOptions, type SmsOptions, type TwoFactorOptions } from '../../src/options.js'
import type { Policy } from '../../src/interfaces/policy.js'
import { membersOf } from './source-types.js'
import { tablesOf } from './tables.js'

const PAGE = 'docs/policy.md'

interface Row {
  readonly name: string
  readonly standard: string
  readonly range: string
}

const rows: readonly Row[] = tablesOf(PAGE).flatMap((table) =>
  table.rows.map(([name = '', standard = '', range = '', why = '']) => {
    expect(why, `${name} says why`).not.toBe('')
    return { name, standard, range }
  }),
)
const policyNames = Object.keys(resolveWith({}).policy) as (keyof Policy)[]
const policyRows = rows.filter(({ name }) => (policyNames as string[]).includes(name))

const sms = { sender: { send: () => Promise.resolve() }, countries: 'all' } as const satisfies SmsOptions

function resolveWith(options: Partial<TwoFactorOptions>) {
  const keys = [{ id: 'k1', secret: new Uint8Array(32) }]
  return resolveOptions({ issuer: 'Acme', keys, store: memoryStore(), ...options })
}

const resolvePolicy = (overrides: object): Policy => resolveWith({ policy: overrides }).policy

/** The ends of a range such as `60 to 900`. */
function endsOf(range: string): readonly [number, number] | null {
  const [, least, most] = /^([\d.]+) to ([\d.]+)$/.exec(range) ?? []
  return least === undefined || most === undefined ? null : [Number(least), Number(most)]
}

describe(`the tables of ${PAGE}`, () => {
  it('name every option and every member of the policy once, and nothing else', () => {
    const names = [
      ...membersOf('options.ts', 'TwoFactorOptions'),
      ...membersOf('options.ts', 'SmsOptions').map((name) => `sms.${name}`),
      ...policyNames,
    ]
    expect(rows.map(({ name }) => name).sort()).toEqual([...names].sort())
  })

  it('give the default of every member of the policy', () => {
    const defaults = policyRows.map(({ name, standard }) => [name, standard])
    const standard = { ...resolvePolicy({}), minimumAssurance: resolvePolicy({}).minimumAssurance['sign-in'] }
    expect(defaults).toEqual(policyRows.map(({ name }) => [name, String(standard[name as keyof Policy])]))
  })

  it.each(policyRows.filter(({ range }) => endsOf(range) !== null))('give the range of $name', ({ name, range }) => {
    const [least, most] = endsOf(range) ?? [NaN, NaN]
    const step = name === 'regionUnverifiedShare' ? 0.01 : 1
    for (const value of [least, most]) expect(resolvePolicy({ [name]: value })).toMatchObject({ [name]: value })
    for (const value of [least - step, most + step])
      expect(() => resolvePolicy({ [name]: value })).toThrow(expect.objectContaining({ code: 'ERR_POLICY_INVALID' }))
  })

  it('give the assurances that a purpose can ask for', () => {
    const { range = '' } = rows.find(({ name }) => name === 'minimumAssurance') ?? {}
    const words = [...range.matchAll(/`([^`]+)`/g)].map(([, word]) => word)
    expect(words).toHaveLength(5)
    for (const purpose of ['sign-in', 'step-up'])
      for (const word of words) {
        expect(resolvePolicy({ minimumAssurance: { [purpose]: word } }).minimumAssurance).toMatchObject({
          [purpose]: word,
        })
      }
    for (const wrong of [{ 'sign-in': 'any' }, { 'sign-up': 'recovery' }, 'recovery'])
      expect(() => resolvePolicy({ minimumAssurance: wrong })).toThrow(
        expect.objectContaining({ code: 'ERR_POLICY_INVALID' }),
      )
  })

  const twoWords = policyRows.filter(({ name, range }) => endsOf(range) === null && name !== 'minimumAssurance')
  it.each(twoWords)('give the words of $name', ({ name, range }) => {
    const words = [...range.matchAll(/`([^`]+)`/g)].map(([, word]) => word)
    expect(words).toHaveLength(2)
    for (const word of words) expect(resolvePolicy({ [name]: word })).toMatchObject({ [name]: word })
    expect(() => resolvePolicy({ [name]: 'neither' })).toThrow(expect.objectContaining({ code: 'ERR_POLICY_INVALID' }))
  })

  it.each<[string, (seconds: number | undefined) => number]>([
    ['storeTimeoutSeconds', (seconds) => resolveWith({ storeTimeoutSeconds: seconds }).storeTimeoutMs / 1000],
    [
      'sms.timeoutSeconds',
      (seconds) => resolveWith({ sms: { ...sms, timeoutSeconds: seconds } }).sms!.timeoutMs / 1000,
    ],
    [
      'sms.segments',
      (segments) => resolveWith({ sms: { ...sms, segments: segments as SmsOptions['segments'] } }).sms!.segments,
    ],
  ])('give default and range of %s', (name, resolve) => {
    const row = rows.find((one) => one.name === name)
    const [least, most] = endsOf(row?.range ?? '') ?? [NaN, NaN]
    expect(String(resolve(undefined))).toBe(row?.standard)
    expect([resolve(least), resolve(most)]).toEqual([least, most])
    expect(() => resolve(least - 0.01)).toThrow()
    expect(() => resolve(most + 0.01)).toThrow()
  })
})

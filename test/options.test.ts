import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TwoFactorError, type TwoFactorErrorCode } from '../src/errors.js'
import type { Policy } from '../src/interfaces/policy.js'
import { resolveOptions, type TwoFactorOptions } from '../src/options.js'
import { memoryStore } from '../src/stores/memory.js'
import { smsInbox } from '../src/testing/index.js'
import { createTwoFactor } from '../src/two-factor.js'
import { fakePasskeyVerifier } from './support/fake-passkeys.js'
import { MARK, nameOf, notStrings } from './support/hostile.js'
import { smuggle } from './support/outcome.js'

const secret = new Uint8Array(32).fill(7)
const right: TwoFactorOptions = { issuer: 'Acme', keys: [{ id: 'k1', secret }], store: memoryStore() }
const sms = { sender: smsInbox(), countries: 'all' } as const

/** The code that construction throws, or null when it does not. */
function codeOf(options: unknown): TwoFactorErrorCode | null {
  try {
    createTwoFactor(smuggle(options))
    return null
  } catch (error) {
    expect(error).toBeInstanceOf(TwoFactorError)
    const { code, message, stack, cause } = error as TwoFactorError
    expect(message).toMatch(/^[a-z][^\n]*[^.]$/)
    expect(`${message} ${String(stack)} ${String(cause)}`).not.toContain(MARK)
    return code
  }
}

const key = (change: object): object => ({ keys: [{ id: 'k1', secret, ...change }] })
const texts = (change: object): object => ({ sms: { ...sms, ...change } })
const seventeen = Array.from({ length: 17 }, (_, index) => ({ id: `k${index}`, secret }))

const wrong: readonly [TwoFactorErrorCode, what: string, changes: readonly object[]][] = [
  [
    'ERR_ISSUER_INVALID',
    'issuer',
    [undefined, null, '', ' Acme', 'Acme ', 'Ac:me', 'Ac\nme', 'x'.repeat(65), 'a\ud800b', ...notStrings].map(
      (issuer) => ({ issuer }),
    ),
  ],
  [
    'ERR_KEYS_INVALID',
    'keys',
    [undefined, null, [], {}, MARK, seventeen, [null], [MARK], Array(1), new Set(seventeen)].map((keys) => ({ keys })),
  ],
  [
    'ERR_KEYS_INVALID',
    'a key id',
    [undefined, null, '', 'a b', 'k.1', 'é', 'k'.repeat(33), ...notStrings].map((id) => key({ id })),
  ],
  ['ERR_KEYS_INVALID', 'two keys of one id', [{ keys: [right.keys[0], right.keys[0]] }]],
  [
    'ERR_KEYS_INVALID',
    'a key secret',
    [
      undefined,
      null,
      '',
      MARK,
      'x'.repeat(42),
      '?'.repeat(60),
      `${'A'.repeat(43)}=A`,
      ' '.repeat(64),
      new Uint8Array(31),
      new Uint16Array(32),
      new ArrayBuffer(32),
      7,
    ].map((value) => key({ secret: value })),
  ],
  [
    'ERR_STORE_INVALID',
    'store',
    [undefined, null, MARK, {}, { get: () => null }, { ...memoryStore(), swap: 'yes' }, memoryStore].map((store) => ({
      store,
    })),
  ],
  [
    'ERR_STORE_TIMEOUT_SECONDS_INVALID',
    'storeTimeoutSeconds',
    [0, 0.09, 61, -1, Number.NaN, Infinity, '5', null, 5n].map((storeTimeoutSeconds) => ({ storeTimeoutSeconds })),
  ],
  [
    'ERR_STORE_CONCURRENCY_INVALID',
    'storeConcurrency',
    [0, 0.5, 1.5, 10_001, -1, Number.NaN, Infinity, '10', null, 5n].map((storeConcurrency) => ({ storeConcurrency })),
  ],
  [
    'ERR_STORE_WAIT_SECONDS_INVALID',
    'storeWaitSeconds',
    [0, 0.9, 301, -1, Number.NaN, Infinity, '30', null, 5n].map((storeWaitSeconds) => ({ storeWaitSeconds })),
  ],
  [
    'ERR_NAMESPACE_INVALID',
    'namespace',
    [null, '', 'x'.repeat(65), 'é'.repeat(33), '\ud800', ...notStrings].map((namespace) => ({ namespace })),
  ],
  ['ERR_CLOCK_INVALID', 'clock', [null, MARK, {}, Date.now, { now: 5 }].map((clock) => ({ clock }))],
  ['ERR_RANDOM_INVALID', 'random', [null, MARK, {}, Math.random, { bytes: 5 }].map((random) => ({ random }))],
  ['ERR_ON_EVENT_INVALID', 'onEvent', [null, MARK, {}, []].map((onEvent) => ({ onEvent }))],
  [
    'ERR_POLICY_INVALID',
    'policy',
    [
      null,
      MARK,
      7,
      () => ({}),
      { [MARK]: 1 },
      { firstLockSeconds: null },
      { wrongCodesPerChallenge: 5 },
      { textLimits: MARK },
      { textLimits: null },
      { trustedDevices: MARK },
      { trustedDevices: true },
      { trustedDevices: null },
      { toString: 5 },
    ].map((policy) => ({ policy })),
  ],
  [
    'ERR_PASSKEYS_INVALID',
    'passkeys',
    [null, MARK, 7, {}, [], { ...fakePasskeyVerifier(), verifyAssertion: undefined }].map((passkeys) => ({ passkeys })),
  ],
  [
    'ERR_SMS_INVALID',
    'sms',
    [null, MARK, {}, { sender: smsInbox() }, { countries: 'all' }].map((given) => ({ sms: given })),
  ],
  ['ERR_SMS_INVALID', 'sms.sender', [null, MARK, {}, { send: 5 }].map((sender) => texts({ sender }))],
  [
    'ERR_SMS_INVALID',
    'sms.countries',
    [
      undefined,
      null,
      [],
      'US',
      'All',
      ['us'],
      ['USA'],
      ['US', MARK],
      [undefined],
      Array(1),
      { 0: 'US', length: 1 },
    ].map((countries) => texts({ countries })),
  ],
  ['ERR_SMS_INVALID', 'sms.message', [null, MARK, {}].map((message) => texts({ message }))],
  ['ERR_SMS_INVALID', 'sms.screen', [MARK, {}, 7].map((screen) => texts({ screen }))],
  [
    'ERR_SMS_INVALID',
    'sms.timeoutSeconds',
    [0, 61, Number.NaN, '10', null].map((timeoutSeconds) => texts({ timeoutSeconds })),
  ],
  ['ERR_SMS_INVALID', 'sms.alphabet', [null, '', MARK, 'ucs-2', 7].map((alphabet) => texts({ alphabet }))],
  ['ERR_SMS_INVALID', 'sms.segments', [null, 0, 4, 1.5, '1', Number.NaN].map((segments) => texts({ segments }))],
  [
    'ERR_SMS_INVALID',
    'sms.origin',
    [null, '', `${MARK} x`, 'http://acme.example', 'https://acme.example:8080', 'https://127.0.0.1', 7].map((origin) =>
      texts({ origin }),
    ),
  ],
  [
    'ERR_MESSAGE_INVALID',
    'a template',
    [
      () => MARK,
      () => '',
      () => 7,
      () => {
        throw new Error(MARK)
      },
    ].map((message) => texts({ message })),
  ],
]

describe('an issuer that texts cannot show', () => {
  it.each(['診療所', 'Клиника 24'])('throws ERR_ISSUER_INVALID at construction: %s', (issuer) => {
    expect(codeOf({ ...right, issuer, sms })).toBe('ERR_ISSUER_INVALID')
  })
})

describe('a wrong option', () => {
  it.each(wrong)('throws %s: %s', (code, _what, changes) => {
    for (const change of changes) expect(codeOf({ ...right, ...change }), nameOf(Object.values(change)[0])).toBe(code)
  })

  it('throws ERR_OPTIONS_INVALID when it is all of them', () => {
    for (const options of [undefined, null, MARK, 7, true, () => right])
      expect(codeOf(options), nameOf(options)).toBe('ERR_OPTIONS_INVALID')
  })
})

describe('an option that there is none of', () => {
  it('throws the code of what it was given to', () => {
    expect(codeOf({ ...right, storage: null })).toBe('ERR_OPTIONS_INVALID')
    expect(codeOf({ ...right, sms: { ...sms, origins: [] } })).toBe('ERR_SMS_INVALID')
    expect(codeOf({ ...right, policy: { lockSecs: 5 } })).toBe('ERR_POLICY_INVALID')
  })
})

describe('a cap on the texts of an hour', () => {
  it.each([0, -1, 1.5, Number.NaN, Infinity, 1_000_001, '5', true, {}])('of %o is refused', (textsPerHour) => {
    expect(codeOf({ ...right, policy: { textsPerHour } })).toBe('ERR_POLICY_INVALID')
  })

  it.each([1, 1_000_000, null])('of %o is taken', (textsPerHour) => {
    expect(resolveOptions({ ...right, policy: { textsPerHour } }).policy.textsPerHour).toBe(textsPerHour)
  })
})

describe('a right option', () => {
  it.each<[string, object]>([
    ['the fewest there can be', {}],
    [
      'undefined for every optional one',
      {
        sms: undefined,
        namespace: undefined,
        policy: undefined,
        storeTimeoutSeconds: undefined,
        passkeys: undefined,
        clock: undefined,
        random: undefined,
        onEvent: undefined,
      },
    ],
    ['passkeys', { passkeys: fakePasskeyVerifier() }],
    ['sixteen keys', { keys: seventeen.slice(1) }],
    ['a key in base64', key({ secret: Buffer.from(secret).toString('base64') })],
    ['a key in base64url', key({ secret: Buffer.from(secret.map((_, index) => 255 - index)).toString('base64url') })],
    ['an issuer of 64 characters', { issuer: 'x'.repeat(64) }],
    ['a longer key', key({ secret: new Uint8Array(64) })],
    ['a key id of 32 characters', key({ id: '2026-01_production-'.padEnd(32, 'x') })],
    ['texts to two countries', texts({ countries: ['US', 'FR'] })],
    [
      'texts with undefined for every optional one',
      texts({
        origin: undefined,
        message: undefined,
        alphabet: undefined,
        segments: undefined,
        screen: undefined,
        timeoutSeconds: undefined,
      }),
    ],
    ['texts with an origin', texts({ origin: 'https://acme.example' })],
    ['an issuer in another script, where no text has to show it', { issuer: '診療所' }],
    [
      'an issuer in another script, where texts can show it',
      { issuer: '診療所', ...texts({ alphabet: 'unicode', segments: 2 }) },
    ],
    ['the shortest and the longest timeout', { storeTimeoutSeconds: 0.1, ...texts({ timeoutSeconds: 60 }) }],
    ['the longest and the shortest timeout', { storeTimeoutSeconds: 60, ...texts({ timeoutSeconds: 1 }) }],
    ['the fewest store calls, and the shortest wait', { storeConcurrency: 1, storeWaitSeconds: 1 }],
    ['the most store calls, and the longest wait', { storeConcurrency: 10_000, storeWaitSeconds: 300 }],
    [
      'a policy of undefined',
      { policy: { firstLockSeconds: undefined, textLimits: undefined, trustedDevices: undefined } },
    ],
    ['a policy without trusted devices', { policy: { trustedDevices: 'off' } }],
  ])('is %s', (_what, change) => {
    expect(codeOf({ ...right, ...change })).toBeNull()
  })
})

const ranges = {
  challengeLifetimeSeconds: [600, 60, 900],
  enrolmentLifetimeSeconds: [600, 60, 3600],
  smsCodeLifetimeSeconds: [300, 60, 600],
  proofLifetimeSeconds: [600, 60, 3600],
  trustedDeviceLifetimeSeconds: [2_592_000, 3600, 31_536_000],
  wrongCodesPerCode: [5, 1, 10],
  totpWindow: [1, 0, 2],
  wrongCodesPerLock: [5, 3, 10],
  firstLockSeconds: [60, 10, 3600],
  longestLockSeconds: [86_400, 60, 604_800],
  wrongCodesUntilSuspended: [100, 10, 100],
  textsPerUserHour: [10, 1, 10],
  textsPerNumberTenMinutes: [5, 1, 20],
  textsPerNumberDay: [20, 1, 20],
  textsPerAddressHour: [20, 1, 50],
  regionMinimumTexts: [20, 5, 10_000],
  regionUnverifiedShare: [0.8, 0.5, 1],
} as const satisfies Record<
  Exclude<keyof Policy, 'textLimits' | 'trustedDevices' | 'textsPerHour' | 'minimumAssurance'>,
  readonly [number, number, number]
>

describe('the least assurance that a policy asks for', () => {
  it.each<[unknown, string]>([
    [7, 'policy.minimumAssurance must be an object'],
    ['recovery', 'policy.minimumAssurance must be an object'],
    [{ signIn: 'recovery' }, 'policy.minimumAssurance'],
    [{ 'sign-in': 'none' }, 'policy.minimumAssurance has an unknown assurance'],
    [{ 'step-up': null }, 'policy.minimumAssurance has an unknown assurance'],
  ])('is refused: %j', (minimumAssurance, message) => {
    const refused = { code: 'ERR_POLICY_INVALID', message: expect.stringContaining(message) as string }
    expect(() => resolveOptions({ ...right, policy: smuggle({ minimumAssurance }) })).toThrow(
      expect.objectContaining(refused) as Error,
    )
  })
})

describe('the policy', () => {
  it('has its defaults unless a host wants otherwise', () => {
    const { policy } = resolveOptions(right)
    expect(policy).toEqual({
      ...Object.fromEntries(Object.entries(ranges).map(([name, [normal]]) => [name, normal])),
      textsPerHour: null,
      minimumAssurance: { 'sign-in': 'access-pass', 'step-up': 'access-pass' },
      textLimits: 'enforce',
      trustedDevices: 'on',
    })
    expect(Object.isFrozen(policy)).toBe(true)
  })

  it.each(Object.entries(ranges))('%s is %o: default, least, most', (name, [, least, most]) => {
    for (const value of [least, most]) expect(codeOf({ ...right, policy: { [name]: value } })).toBeNull()
    for (const value of [
      least - 0.01,
      most + 0.01,
      least - 1,
      most + 1,
      ...(least === 0 ? [] : [0]),
      -1,
      Number.NaN,
      Infinity,
      String(least),
      BigInt(Math.ceil(least)),
      [least],
      true,
    ]) {
      expect(codeOf({ ...right, policy: { [name]: value } })).toBe('ERR_POLICY_INVALID')
    }
    const whole = name !== 'regionUnverifiedShare'
    expect(codeOf({ ...right, policy: { [name]: (least + most) / 2 + 0.25 } }) === 'ERR_POLICY_INVALID').toBe(whole)
  })
})

describe('a key secret that is text', () => {
  const macOf = (given: Uint8Array | string): Uint8Array | null =>
    resolveOptions({ ...right, keys: [{ id: 'k1', secret: given }] }).ring.mac('k1', 'proof', ['x'])

  // With one sign of padding, none and two, and with the letters that the two alphabets differ in.
  it.each([32, 33, 34])(
    'stands for its bytes, in either alphabet, padded or not, on a line of its own: %s',
    (length) => {
      const bytes = Buffer.from(Uint8Array.from({ length }, (_, index) => [0xfb, 0xef, 0xff][index % 3] ?? 0))
      const base64 = bytes.toString('base64')
      for (const text of [
        base64,
        bytes.toString('base64url'),
        base64.replace(/=+$/, ''),
        `${base64}\n`,
        ` ${base64}\r\n`,
      ])
        expect(macOf(text)).toEqual(macOf(bytes))
    },
  )
})

describe('what is not chosen', () => {
  it('has its default', () => {
    expect(resolveOptions({ ...right, sms })).toMatchObject({
      namespace: 'default',
      passkeys: null,
      storeTimeoutMs: 5000,
      storeConcurrency: 10,
      storeWaitMs: 30_000,
      sms: {
        countries: 'all',
        channels: ['sms'],
        originHost: null,
        alphabet: 'gsm-7',
        segments: 1,
        screen: null,
        timeoutMs: 10_000,
      },
    })
    expect(resolveOptions(right).sms).toBeNull()
    expect(resolveOptions({ ...right, sms: { ...sms, alphabet: 'unicode' } }).sms?.segments).toBe(3)
  })
})

describe('what is chosen', () => {
  it('is in seconds, kept in milliseconds', () => {
    const chosen = { storeTimeoutSeconds: 0.5, storeConcurrency: 7, storeWaitSeconds: 2 }
    expect(resolveOptions({ ...right, ...chosen, sms: { ...sms, timeoutSeconds: 3 } })).toMatchObject({
      storeTimeoutMs: 500,
      storeConcurrency: 7,
      storeWaitMs: 2000,
      sms: { timeoutMs: 3000 },
    })
  })
})

describe('options', () => {
  it('are read once: changing them later changes nothing', () => {
    const bytes = Uint8Array.from(secret)
    const countries: ('US' | 'FR')[] = ['US']
    const resolved = resolveOptions({ ...right, keys: [{ id: 'k1', secret: bytes }], sms: { ...sms, countries } })
    const before = resolved.ring.mac('k1', 'proof', ['x'])
    bytes.fill(0)
    countries.push('FR')
    expect(resolved.ring.mac('k1', 'proof', ['x'])).toEqual(before)
    expect(resolveOptions({ ...right, keys: [{ id: 'k1', secret }] }).ring.mac('k1', 'proof', ['x'])).toEqual(before)
    expect(resolved.sms?.countries).toEqual(['US'])
  })

  it('make one frozen object, groups and all', () => {
    const twoFactor = createTwoFactor(right)
    expect(Object.isFrozen(twoFactor)).toBe(true)
    for (const group of Object.values(twoFactor)) expect(Object.isFrozen(group)).toBe(true)
  })

  it('of any shape throw nothing but a TwoFactorError', () => {
    const anything = fc.record({
      issuer: fc.oneof(fc.constant('Acme'), fc.anything()),
      keys: fc.oneof(fc.constant(right.keys), fc.anything()),
      store: fc.oneof(fc.constant(right.store), fc.anything()),
      sms: fc.oneof(
        fc.constant(undefined),
        fc.record({ sender: fc.anything(), countries: fc.anything(), origin: fc.anything() }),
        fc.anything(),
      ),
      policy: fc.oneof(
        fc.constant(undefined),
        fc.dictionary(fc.constantFrom(...Object.keys(ranges)), fc.anything()),
        fc.anything(),
      ),
    })
    fc.assert(
      fc.property(anything, (options) => void codeOf(options)),
      { numRuns: 300 },
    )
  })
})

describe('a wrong option that a plug-in brings', () => {
  it('is named', () => {
    expect(() => resolveOptions({ ...right, passkeys: smuggle({}) })).toThrow(
      'passkeys must have creationOptions, verifyAttestation, requestOptions, verifyAssertion',
    )
    const sender = { channels: ['voice'], send: () => Promise.resolve() }
    expect(() => resolveOptions({ ...right, sms: { ...sms, sender: smuggle(sender) } })).toThrow(
      "sms.sender must declare the channel 'sms'",
    )
  })
})

describe('a clock or a source of randomness that misbehaves later', () => {
  it.each<[string, () => unknown, TwoFactorErrorCode, message: string]>([
    [
      'NaN',
      () => resolveOptions({ ...right, clock: { now: () => Number.NaN } }).clock.now(),
      'ERR_CLOCK_INVALID',
      'clock.now must give epoch milliseconds',
    ],
    [
      'a clock that throws',
      () =>
        resolveOptions({
          ...right,
          clock: {
            now: () => {
              throw new Error(MARK)
            },
          },
        }).clock.now(),
      'ERR_CLOCK_INVALID',
      'clock.now failed',
    ],
    [
      'too few bytes',
      () => resolveOptions({ ...right, random: { bytes: () => new Uint8Array(3) } }).random.bytes(4),
      'ERR_RANDOM_INVALID',
      'random.bytes must give as many bytes as asked',
    ],
    [
      'no bytes',
      () => resolveOptions({ ...right, random: { bytes: () => smuggle('four') } }).random.bytes(4),
      'ERR_RANDOM_INVALID',
      'random.bytes must give as many bytes as asked',
    ],
    [
      'randomness that throws',
      () =>
        resolveOptions({
          ...right,
          random: {
            bytes: () => {
              throw new Error(MARK)
            },
          },
        }).random.bytes(4),
      'ERR_RANDOM_INVALID',
      'random.bytes failed',
    ],
  ])('is caught: %s', (what, use, code, message) => {
    const cause = what.includes('throws') ? { cause: expect.objectContaining({ message: 'Error' }) as Error } : {}
    expect(use).toThrow(expect.objectContaining({ code, message, ...cause }) as Error)
  })

  it('gives whole milliseconds', () => {
    expect(resolveOptions({ ...right, clock: { now: () => 5.9 } }).clock.now()).toBe(5)
  })
})

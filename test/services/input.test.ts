import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { signProof, type ProofClaims } from '../../src/crypto/claims.js'
import { TwoFactorError, type TwoFactorErrorCode } from '../../src/errors.js'
import {
  credentialIdOf,
  optionalAssurance,
  optionalBinding,
  optionalChannel,
  optionalCountry,
  optionalDevice,
  optionalId,
  optionalIssuer,
  optionalMaxAgeSeconds,
  optionalName,
  optionalPassLifetime,
  optionalProofPurpose,
  optionalPurpose,
  optionalRequired,
  optionalStaysRequired,
  optionalSummary,
  readAsking,
  readProof,
  requireAccountName,
  requireActor,
  requireInput,
  requireUserId,
} from '../../src/services/input.js'
import { hostileValues, nameOf, notStrings } from '../support/hostile.js'

const bytes = (length: number): string => 'é'.repeat(length / 2) + 'a'.repeat(length % 2)
const REFUSED = Symbol('refused')

/** What `read` makes of a value, or that it refused it with `code`. */
function outcomeOf(read: (value: unknown) => unknown, value: unknown, code: TwoFactorErrorCode): unknown {
  try {
    return read(value)
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code !== code) throw error
    expect(error.message).toMatch(/^[a-z][^\n]*[^.\s]$/)
    return REFUSED
  }
}

interface Argument {
  readonly read: (value: unknown) => unknown
  readonly code: TwoFactorErrorCode
  /** What stands for a value that was left out; absent where the argument is required. */
  readonly absent?: unknown
  /** What an empty string stands for; refused unless said otherwise. */
  readonly empty?: unknown
  /** What is taken, and what it becomes. */
  readonly takes: readonly (readonly [given: unknown, read: unknown])[]
  readonly refuses: readonly unknown[]
}

const text = (most: number): Pick<Argument, 'takes' | 'refuses'> => ({
  takes: [
    ['a', 'a'],
    [' A b ', ' A b '],
    [bytes(most), bytes(most)],
  ],
  refuses: [bytes(most + 1), '\ud800', ...notStrings],
})

const same = (...values: readonly unknown[]): readonly (readonly [unknown, unknown])[] =>
  values.map((value) => [value, value])

const args: Readonly<Record<string, Argument>> = {
  userId: { read: requireUserId, code: 'ERR_USER_ID_INVALID', ...text(1024) },
  actor: { read: requireActor, code: 'ERR_ACTOR_INVALID', ...text(255) },
  accountName: {
    read: requireAccountName,
    code: 'ERR_ACCOUNT_NAME_INVALID',
    takes: same('ada@acme.example', bytes(255)),
    refuses: [bytes(256), 'a:b', 'a\nb', ' a', '\ud800', ...notStrings],
  },
  binding: { read: optionalBinding, code: 'ERR_BINDING_INVALID', absent: null, ...text(1024) },
  summary: {
    read: (value) => optionalSummary(value, 'step-up'),
    code: 'ERR_SUMMARY_INVALID',
    absent: null,
    ...text(603),
  },
  'summary of a sign-in': {
    read: (value) => optionalSummary(value, 'sign-in'),
    code: 'ERR_SUMMARY_INVALID',
    absent: null,
    takes: [],
    refuses: ['EUR 5', 5],
  },
  purpose: {
    read: optionalPurpose,
    code: 'ERR_PURPOSE_INVALID',
    absent: 'sign-in',
    takes: same('sign-in', 'step-up'),
    refuses: ['enrolment', 'Sign-in', ...notStrings],
  },
  'purpose of a proof': {
    read: optionalProofPurpose,
    code: 'ERR_PURPOSE_INVALID',
    absent: null,
    takes: same('sign-in', 'step-up', 'enrolment'),
    refuses: ['notice', ...notStrings],
  },
  assurance: {
    read: optionalAssurance,
    code: 'ERR_ASSURANCE_INVALID',
    absent: null,
    takes: same('access-pass', 'recovery', 'second-factor', 'phishing-resistant'),
    refuses: ['single-factor', 'aal2', ...notStrings],
  },
  clientAddress: {
    read: (clientAddress) => readAsking({ clientAddress }).clientAddress,
    code: 'ERR_CLIENT_ADDRESS_INVALID',
    absent: null,
    empty: null,
    ...text(255),
  },
  locale: {
    read: (locale) => readAsking({ locale }).locale,
    code: 'ERR_LOCALE_INVALID',
    absent: null,
    empty: null,
    ...text(64),
  },
  factorId: {
    read: optionalId,
    code: 'ERR_INPUT_INVALID',
    absent: null,
    empty: null,
    takes: [['id', 'id'], ...notStrings.map((value) => [value, ''] as const)],
    refuses: [],
  },
  required: {
    read: optionalRequired,
    code: 'ERR_REQUIRED_INVALID',
    absent: false,
    takes: [...same(true, false), [{ from: 0 }, { from: 0 }], [{ from: 5.5, more: 1 }, { from: 5.5 }]],
    refuses: [1, 'true', {}, { from: '5' }, { from: -1 }, { from: Number.NaN }, { from: null }, [], Symbol('x')],
  },
  'required that stays': {
    read: optionalStaysRequired,
    code: 'ERR_REQUIRED_INVALID',
    absent: false,
    takes: same(true, false),
    refuses: [0, 1, 'true', {}, { from: 0 }],
  },
  name: {
    read: optionalName,
    code: 'ERR_NAME_INVALID',
    absent: null,
    empty: null,
    takes: [
      ['My phone', 'My phone'],
      ['  ', null],
      ['x'.repeat(50), 'x'.repeat(40)],
    ],
    refuses: notStrings,
  },
  trustDevice: {
    read: optionalDevice,
    code: 'ERR_TRUST_DEVICE_INVALID',
    absent: null,
    takes: [
      [{ name: 'Firefox' }, { name: 'Firefox', details: null }],
      [
        { name: '', details: null },
        { name: '', details: null },
      ],
      [
        { name: 'Firefox', details: ' Lisbon\n' },
        { name: 'Firefox', details: 'Lisbon' },
      ],
      [
        { name: 'Firefox', details: '' },
        { name: 'Firefox', details: null },
      ],
    ],
    refuses: ['Firefox', 5, true, [], {}, { name: null }, { name: 5 }, { name: 'x', details: 5 }],
  },
  maxAgeSeconds: {
    read: (value) => optionalMaxAgeSeconds(value, 600),
    code: 'ERR_MAX_AGE_SECONDS_INVALID',
    absent: 600,
    takes: same(1, 1.5, 600),
    refuses: [0, 0.9, 601, -1, Number.NaN, Infinity, '60', 60n, {}],
  },
  defaultCountry: {
    read: optionalCountry,
    code: 'ERR_DEFAULT_COUNTRY_INVALID',
    absent: undefined,
    empty: undefined,
    takes: same('US', 'FR'),
    refuses: ['us', 'XX', 'USA', ...notStrings],
  },
  issuer: {
    read: optionalIssuer,
    code: 'ERR_ISSUER_INVALID',
    absent: null,
    empty: null,
    takes: same('Acme', 'é'.repeat(64)),
    refuses: ['a:b', ' a', 'a'.repeat(65), ...notStrings],
  },
  lifetimeSeconds: {
    read: optionalPassLifetime,
    code: 'ERR_LIFETIME_SECONDS_INVALID',
    absent: 86_400,
    takes: same(900, 604_800),
    refuses: [899, 604_801, 900.5, Number.NaN, '900', {}],
  },
}

describe.each(Object.entries(args))('the argument "%s"', (_name, { read, code, absent, takes, refuses, ...given }) => {
  const required = absent === undefined && !('empty' in given)

  it('means the same when it is undefined or null', () => {
    const left = required ? REFUSED : absent
    expect([undefined, null].map((value) => outcomeOf(read, value, code))).toEqual([left, left])
  })

  it('has its own meaning for an empty string', () => {
    expect(outcomeOf(read, '', code)).toEqual('empty' in given ? given.empty : REFUSED)
  })

  it('takes what it should, up to the most of it', () => {
    expect(takes.map(([value]) => outcomeOf(read, value, code))).toEqual(takes.map(([, becomes]) => becomes))
  })

  it('refuses everything else', () => {
    for (const value of refuses) expect([nameOf(value), outcomeOf(read, value, code)]).toEqual([nameOf(value), REFUSED])
  })
})

describe('the argument of an operation', () => {
  it('is an object', () => {
    for (const input of [{}, [], new Date(0)]) {
      expect(() => {
        requireInput(input)
      }).not.toThrow()
    }
    for (const input of [undefined, null, 'x', 5, true, () => undefined]) {
      expect(
        outcomeOf(
          (value) => {
            requireInput(value)
          },
          input,
          'ERR_INPUT_INVALID',
        ),
      ).toBe(REFUSED)
    }
  })
})

describe('a proof that is read', () => {
  const ring = createKeyRing([{ id: 'k1', secret: new Uint8Array(32) }], 'default')
  const claims: ProofClaims = { method: 'totp', at: 5, epoch: 7, purpose: 'sign-in', assurance: 'second-factor' }
  const proof = signProof(ring, 'ada', 'binding', claims)

  it('is what it says, for its user and binding', () => {
    expect(readProof(ring, 'ada', 'binding', proof)).toEqual({ status: 'signed', claims })
    expect(readProof(ring, 'bob', 'binding', proof)).toEqual({ status: 'forged' })
    expect(readProof(ring, 'ada', null, proof)).toEqual({ status: 'forged' })
  })

  it('is absent where it was left out', () => {
    for (const absent of [undefined, null, ''])
      expect(readProof(ring, 'ada', null, absent)).toEqual({ status: 'absent' })
  })

  it.each(
    hostileValues
      .filter((value) => value !== undefined && value !== null && value !== '')
      .map((value) => ({ name: nameOf(value), value })),
  )('is forged when it is $name', ({ value }) => {
    expect(readProof(ring, 'ada', null, value)).toEqual({ status: 'forged' })
  })
})

describe("the credential id of a passkey's response", () => {
  it('is its id, of up to 1400 characters', () => {
    expect(credentialIdOf({ id: 'abc' })).toBe('abc')
    expect(credentialIdOf({ id: 'a'.repeat(1400) })).toBe('a'.repeat(1400))
    expect(credentialIdOf({ id: 'a'.repeat(1401) })).toBeNull()
  })

  it.each([...hostileValues, { id: 5 }, { id: null }].map((value) => ({ name: nameOf(value), value })))(
    'is none in $name',
    ({ value }) => {
      expect(credentialIdOf(value) ?? null).toSatisfy((id) => id === null || id === (value as { id: unknown }).id)
    },
  )

  it.each([[['abc']], [{ length: 3 }], [5], [null]])('is none where it is %o', (id) => {
    expect(credentialIdOf({ id })).toBeNull()
  })

  it('is none where reading it fails', () => {
    const biting = {
      get id() {
        throw new Error('bites')
      },
    }
    expect(credentialIdOf(biting)).toBeNull()
  })
})

describe('what is known of who asks', () => {
  it('keeps the response of a passkey as it came', () => {
    const response = { id: 'x' }
    expect(readAsking({ response })).toEqual({ clientAddress: null, locale: null, response })
    expect(readAsking({ clientAddress: ' 192.0.2.7', locale: 'fr' })).toEqual({
      clientAddress: ' 192.0.2.7',
      locale: 'fr',
      response: undefined,
    })
  })
})

describe('the channel of a text', () => {
  const refusalOf = (value: unknown, declared: Parameters<typeof optionalChannel>[1] = null): unknown =>
    outcomeOf((given) => optionalChannel(given, declared), value, 'ERR_CHANNEL_INVALID')

  it('is as before unless it is said, and one that the sender declares', () => {
    for (const absent of [undefined, null]) expect(optionalChannel(absent, ['voice'])).toBeNull()
    for (const channel of ['sms', 'voice'] as const) {
      expect(optionalChannel(channel, null)).toBe(channel)
      expect(optionalChannel(channel, ['sms', 'voice'])).toBe(channel)
      expect(refusalOf(channel, channel === 'sms' ? ['voice'] : ['sms'])).toBe(REFUSED)
    }
  })

  it('is no other', () => {
    for (const value of ['', 'SMS', 'fax', ...notStrings]) expect(refusalOf(value), nameOf(value)).toBe(REFUSED)
  })
})

import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { smuggle } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, proofOf, trustedBrowser } from '../support/people.js'
import { contents, makeWorld, NEW_KEY, OLD_KEY, type World } from '../support/world.js'
import { attacks, type Attack, type Weakness } from './attack.js'

/** A token of each kind that was handed to Ada, and a second one of each. */
interface Tokens {
  readonly world: World
  /** What her app shows, not used yet. */
  readonly code: string
  readonly genuine: Readonly<Record<Kind, string>>
  readonly others: Readonly<Record<Kind, string>>
}

type Kind = 'challenge' | 'proof' | 'device'
const kinds: readonly Kind[] = ['challenge', 'proof', 'device']

async function makeTokens(): Promise<Tokens> {
  const { world, ada } = await appWorld()
  const tokens = async (): Promise<Record<Kind, string>> => ({
    device: await trustedBrowser(world, ada),
    proof: await proofOf(world, ada),
    challenge: (await begin(world, 'ada')).token,
  })
  return { world, others: await tokens(), genuine: await tokens(), code: ada.code() }
}

/** What presenting `token` as one of `kind` comes to; the code that goes with a challenge is right. */
async function present({ world, code }: Pick<Tokens, 'world' | 'code'>, kind: Kind, token: unknown) {
  const { challenge } = world.twoFactor
  const given = smuggle(token)
  switch (kind) {
    case 'challenge':
      return challenge.verify({ token: given, code })
    case 'proof':
      return challenge.checkProof({ userId: 'ada', proof: given })
    case 'device':
      return challenge.begin({ userId: 'ada', trustedDeviceToken: given })
  }
}

const nothing: Readonly<Record<Kind, object>> = {
  challenge: { status: 'rejected', reason: 'unknown-challenge', attemptsRemaining: null, retryAt: null },
  proof: { status: 'invalid' },
  device: expect.objectContaining({ status: 'challenged' }) as object,
}

const good: Readonly<Record<Kind, string>> = { challenge: 'approved', proof: 'valid', device: 'trusted' }

/** Makes something of a genuine token: all the forgeries that are tried. */
type Forge = (token: string, other: string) => readonly unknown[]

const split = (token: string): [version: string, keyId: string, payload: string, mac: string] =>
  token.split('.') as [string, string, string, string]

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** `text` once for each of its characters, with one bit of that character's value changed. */
const everyBitFlip = (text: string): readonly string[] => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return Array.from(text).flatMap((letter, place) =>
    [1, 2, 4, 8, 16, 32].map((bit) => {
      const flipped = alphabet[alphabet.indexOf(letter) ^ bit] ?? ''
      return text.slice(0, place) + flipped + text.slice(place + 1)
    }),
  )
}

const hmac = (key: string | Uint8Array, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url')

const forgeries: Readonly<Record<string, readonly [Weakness, Forge]>> = {
  'without its MAC': [
    'CVE-2020-28042',
    (token) => {
      const [version, keyId, payload] = split(token)
      return [`${version}.${keyId}.${payload}.`, `${version}.${keyId}.${payload}`, `${version}.${keyId}.${payload}..`]
    },
  ],
  'as a JSON web token that says it needs no signature': [
    'CVE-2015-9235',
    (token) =>
      ['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => {
        const unsigned = `${base64url({ alg, typ: 'JWT' })}.${split(token)[2]}`
        return [unsigned, `${unsigned}.`, `${unsigned}.${split(token)[3]}`]
      }),
  ],
  'as a JSON web token that brings its own key': [
    'CVE-2018-0114',
    (token) => {
      const head = base64url({ alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' }, kid: 'k1' })
      const body = `${head}.${split(token)[2]}`
      return [`${body}.${hmac('secret', body)}`]
    },
  ],
  'with a MAC of zeros, of ones or of nothing but padding': [
    'CWE-347',
    (token) => ['A'.repeat(43), '_'.repeat(42) + '8', '='.repeat(43)].map((mac) => token.replace(split(token)[3], mac)),
  ],
  'with a MAC that is cut short': [
    'CWE-347',
    (token) => Array.from({ length: 43 }, (_, length) => token.slice(0, token.length - 43 + length)),
  ],
  "with a MAC under a key that is empty, its id, or somebody else's": [
    'CWE-321',
    (token) => {
      const [version, keyId, payload] = split(token)
      const body = `${version}.${keyId}.${payload}`
      return ['', keyId, 'secret', NEW_KEY.secret, new Uint8Array(32)].map((key) => `${body}.${hmac(key, body)}`)
    },
  ],
  'with a MAC under the very key, but not of its purpose': [
    'RFC 8725, section 3.5',
    (token) => {
      const [version, keyId, payload] = split(token)
      const body = `${version}.${keyId}.${payload}`
      const mac = hmac(OLD_KEY.secret, body)
      return [`${body}.${mac}`, `${body}.${hmac(OLD_KEY.secret, payload)}`]
    },
  ],
  'with the MAC or the payload of another token': [
    'CWE-345',
    (token, other) => {
      const [version, keyId, payload, mac] = split(token)
      return [`${version}.${keyId}.${payload}.${split(other)[3]}`, `${version}.${keyId}.${split(other)[2]}.${mac}`]
    },
  ],
  'with any one bit of its MAC flipped': [
    'CWE-347',
    (token) => everyBitFlip(split(token)[3]).map((mac) => `${split(token).slice(0, 3).join('.')}.${mac}`),
  ],
  'with any one bit of its payload flipped': [
    'CWE-345',
    (token) => {
      const [version, keyId, payload, mac] = split(token)
      return everyBitFlip(payload).map((changed) => `${version}.${keyId}.${changed}.${mac}`)
    },
  ],
  'with the unused bits of its last characters set': [
    'CWE-345',
    (token) => {
      const [version, keyId, payload, mac] = split(token)
      const next = (text: string): string =>
        text.slice(0, -1) + String.fromCharCode((text.at(-1)?.charCodeAt(0) ?? 0) + 1)
      return [`${version}.${keyId}.${payload}.${next(mac)}`, `${version}.${keyId}.${next(payload)}.${mac}`]
    },
  ],
  'with its payload cut short, lengthened or left out': [
    'CWE-345',
    (token) => {
      const [version, keyId, payload, mac] = split(token)
      return ['', payload.slice(4), payload.slice(0, -4), `${payload}AAAA`, `AAAA${payload}`, payload + payload].map(
        (changed) => `${version}.${keyId}.${changed}.${mac}`,
      )
    },
  ],
  'of an older, a newer or no version': [
    'CWE-757',
    (token) =>
      ['v0', 'v1', 'v2', 'v3', 'v9', 'v10', 'V2', 'v', '', 'none']
        .filter((version) => version !== split(token)[0])
        .map((version) => [version, ...split(token).slice(1)].join('.')),
  ],
  'under a key id that is no key': [
    'RFC 8725, section 3.10',
    (token) =>
      [
        'k0',
        'k2',
        'K1',
        'k1 ',
        '',
        '*',
        '0',
        'null',
        '../k1',
        'k1%00',
        'k1\0',
        'http://attacker.example/k1',
        "k' OR 1=1",
      ].map((keyId) => token.replace('.k1.', `.${keyId}.`)),
  ],
  'under a key id that every object has': [
    'CWE-1321',
    (token) =>
      ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'].map((keyId) =>
        token.replace('.k1.', `.${keyId}.`),
      ),
  ],
  'in another alphabet, padded, spaced or quoted': [
    'CWE-20',
    (token) => [
      ...[`${token}=`, `${token}==`, ` ${token}`, `${token} `, `${token}\n`, `\n${token}`, `"${token}"`, `${token}\0`],
      ...[
        token.replaceAll('.', ' '),
        token.replace('.', '..'),
        `.${token}`,
        `${token}.`,
        encodeURIComponent(`${token} `),
      ],
      Buffer.from(token).toString('base64url'),
    ],
  ],
  'in letters that look alike': [
    'CWE-176',
    (token) => [
      token.replaceAll('.', '．'),
      token.replaceAll('.', '․'),
      token.replace('v', 'ｖ'),
      token.replace('k', 'к'),
      `${token.slice(0, 9)}\u200b${token.slice(9)}`,
      `\ufeff${token}`,
      Array.from(token)
        .map((letter) => (letter === '.' ? letter : String.fromCharCode(letter.charCodeAt(0) + 0xfee0)))
        .join(''),
    ],
  ],
  'in other cases': ['CWE-178', (token) => [token.toUpperCase(), token.toLowerCase()]],
  'of ten million characters': [
    'CWE-400',
    (token) => {
      const [version, keyId, payload, mac] = split(token)
      const long = 'A'.repeat(10_000_000)
      return [
        `${version}.${keyId}.${payload}${long}.${mac}`,
        `${version}.${long}.${payload}.${mac}`,
        token + long,
        '.'.repeat(10_000_000),
        '~'.repeat(10_000_000),
      ]
    },
  ],
  'inside something that is no string': [
    'CWE-843',
    (token) => [
      [token],
      { toString: () => token },
      { token },
      new String(token),
      Buffer.from(token),
      new Map([[token, token]]),
      { [Symbol.toPrimitive]: () => token },
      { length: token.length, split: () => split(token) },
    ],
  ],
}

for (const kind of kinds) {
  attacks(`a ${kind} token`, {
    ...Object.fromEntries(
      Object.entries(forgeries).map(([name, [weakness, forge]]): [string, Attack] => [
        `presented ${name} opens nothing`,
        [
          weakness,
          async () => {
            const tokens = await makeTokens()
            const before = await contents(tokens.world.data)
            const forged = forge(tokens.genuine[kind], tokens.others[kind])
            expect(forged.length).toBeGreaterThan(0)
            for (const token of forged) expect(await present(tokens, kind, token)).toEqual(nothing[kind])
            expect(await contents(tokens.world.data)).toEqual(before)
            expect(await present(tokens, kind, tokens.genuine[kind])).toMatchObject({ status: good[kind] })
          },
        ],
      ]),
    ),
    'of another kind opens nothing, whichever it is': [
      'RFC 8725, section 2.8',
      async () => {
        const tokens = await makeTokens()
        for (const other of kinds.filter((each) => each !== kind)) {
          const token = tokens.genuine[other]
          const renamed = [split(tokens.genuine[kind])[0], ...split(token).slice(1)].join('.')
          for (const given of [token, renamed]) expect(await present(tokens, kind, given)).toEqual(nothing[kind])
        }
      },
    ],
    'under a key of the same name that is not the same opens nothing': [
      'ASVS 5.0, 9.1.3',
      async () => {
        const { genuine, code } = await makeTokens()
        const world = makeWorld({ keys: [{ id: 'k1', secret: NEW_KEY.secret }] })
        await enrolTotp(world)
        expect(await present({ world, code }, kind, genuine[kind])).toEqual(nothing[kind])
      },
    ],
    'of another tenant opens nothing': [
      'ASVS 5.0, 9.2.4',
      async () => {
        const tokens = await makeTokens()
        const world = { ...tokens.world, twoFactor: tokens.world.process({ namespace: 'other' }) }
        await enrolTotp(world)
        expect(await present({ ...tokens, world }, kind, tokens.genuine[kind])).toEqual(nothing[kind])
      },
    ],
    'of somebody else opens nothing': [
      'CWE-639',
      async () => {
        const tokens = await makeTokens()
        const { world, genuine } = tokens
        const { challenge } = world.twoFactor
        const bob = await enrolTotp(world, 'bob')
        const tried = {
          challenge: () => challenge.verify({ token: genuine.challenge, code: bob.code() }),
          proof: () => challenge.checkProof({ userId: 'bob', proof: genuine.proof }),
          device: () => challenge.begin({ userId: 'bob', trustedDeviceToken: genuine.device }),
        }
        const expected = { ...nothing, challenge: expect.objectContaining({ reason: 'wrong-code' }) as object }
        expect(await tried[kind]()).toEqual(expected[kind])
      },
    ],
  })
}

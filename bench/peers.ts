import { createRequire } from 'node:module'
import type { HmacAlgorithm } from 'countersign/otp'

/** A library that is here for comparison alone. */
export interface Peer {
  readonly name: string
  verify(key: Uint8Array, code: string): boolean
  generate(key: Uint8Array): string
}

interface Oslo {
  generateTOTP(key: Uint8Array, seconds: number, digits: number): string
  verifyTOTPWithGracePeriod(key: Uint8Array, seconds: number, digits: number, code: string, grace: number): boolean
}

interface Speakeasy {
  readonly totp: ((options: object) => string) & { verify(options: object): boolean }
}

interface Notp {
  readonly totp: {
    gen(key: Buffer, options: object): string
    verify(code: string, key: Buffer, options: object): object | null
  }
}

// No name that is read at compile time: the library's own dependencies do without them.
const oslo = '@oslojs/otp'
const require = createRequire(import.meta.url)
const { generateTOTP, verifyTOTPWithGracePeriod } = (await import(oslo)) as Oslo
const speakeasy = require('speakeasy') as Speakeasy
const notp = require('notp') as Notp
// It wants its key as text or a buffer of Node's, and warns of how it makes them.
process.noDeprecation = true
// It takes no other time than the machine's in anything but a test.
process.env['NODE_ENV'] = 'test'

/** The peers that know an algorithm. */
export function peers(algorithm: HmacAlgorithm): readonly Peer[] {
  const asked = { encoding: 'hex', algorithm: algorithm.replace('-', '').toLowerCase(), digits: 6, step: 30, window: 1 }
  const secret = (key: Uint8Array): string => Buffer.from(key).toString('hex')
  const everywhere = {
    name: 'speakeasy',
    verify: (key, token) => speakeasy.totp.verify({ ...asked, secret: secret(key), token }),
    generate: (key) => speakeasy.totp({ ...asked, secret: secret(key) }),
  } satisfies Peer
  if (algorithm !== 'SHA-1') return [everywhere]
  return [
    everywhere,
    {
      name: '@oslojs/otp',
      verify: (key, code) => verifyTOTPWithGracePeriod(key, 30, 6, code, 30),
      generate: (key) => generateTOTP(key, 30, 6),
    },
    {
      name: 'notp',
      verify: (key, code) => notp.totp.verify(code, Buffer.from(key), { window: 1, time: 30, _t: Date.now() }) !== null,
      generate: (key) => notp.totp.gen(Buffer.from(key), { time: 30, _t: Date.now() }),
    },
  ]
}

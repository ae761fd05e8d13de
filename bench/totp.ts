/**
 * `verifyTotp` and `generateTotp` beside others and their floor, in one run: 6 digits, window ±1, keys decoded beforehand
 * where that can be, the same codes for all. The floor is the bare compressions that HMAC cannot do without: eight for a
 * window of three steps, four for one code. Rounds are interleaved, so that whatever else the machine does hits all alike.
 * Prints, as JSON, medians of microseconds of processor time a call: by algorithm, line and contender.
 */
import { _SHA1 } from '@noble/hashes/legacy.js'
import { _SHA256, _SHA512 } from '@noble/hashes/sha2.js'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { generateTotp, verifyTotp, type HmacAlgorithm } from 'countersign/otp'
import { Secret, TOTP } from 'otpauth'
import { generateSync, verifySync } from 'otplib'
import { peers } from './peers.js'

const users = 64
const rounds = 15
const callsPerRound = 512
const at = 1_700_000_000_000
const periodMilliseconds = 30_000
// The peers know no other time than the machine's.
Date.now = () => at

const keys = Array.from({ length: users }, () => Uint8Array.from(randomBytes(20)))

class Sha1Block extends _SHA1 {
  compress(block: DataView): void {
    this.process(block, 0)
  }
}
class Sha256Block extends _SHA256 {
  compress(block: DataView): void {
    this.process(block, 0)
  }
}
class Sha512Block extends _SHA512 {
  compress(block: DataView): void {
    this.process(block, 0)
  }
}
const algorithms = [
  { algorithm: 'SHA-1', otpauthName: 'SHA1', otplibName: 'sha1', state: new Sha1Block() },
  { algorithm: 'SHA-256', otpauthName: 'SHA256', otplibName: 'sha256', state: new Sha256Block() },
  { algorithm: 'SHA-512', otpauthName: 'SHA512', otplibName: 'sha512', state: new Sha512Block() },
] as const satisfies readonly { algorithm: HmacAlgorithm; [name: string]: unknown }[]

/** One line of the table: what each contender does for one user. It returns whether the code was found right, or the code. */
interface Line {
  readonly title: string
  readonly contenders: Readonly<Record<string, (user: number) => unknown>>
  /** What every contender but the floor must return for a user. */
  readonly expected: (user: number) => unknown
}

const offsets: Readonly<Record<string, number>> = { 'this step': 0, 'step before': -1, 'step after': 1 }

console.log(
  JSON.stringify(
    Object.fromEntries(algorithms.map((each) => [each.algorithm, Object.fromEntries(measure(linesOf(each)))])),
  ),
)

function linesOf({ algorithm, otpauthName, otplibName, state }: (typeof algorithms)[number]): readonly Line[] {
  const authenticators = keys.map(
    (key) => new TOTP({ algorithm: otpauthName, digits: 6, period: 30, secret: new Secret({ buffer: key.buffer }) }),
  )
  const block = new DataView(new ArrayBuffer(state.blockLen))
  const bare = (compressions: number) => () => {
    for (let count = 0; count < compressions; count++) state.compress(block)
  }
  const verifying = (title: string, codeOf: (key: Uint8Array) => string, right: boolean): Line => {
    const codes = keys.map(codeOf)
    return {
      title,
      expected: () => right,
      contenders: {
        floor: bare(8),
        countersign: (user) => verifyTotp(pick(keys, user), pick(codes, user), { at, algorithm }).status === 'valid',
        otpauth: (user) =>
          pick(authenticators, user).validate({ token: pick(codes, user), timestamp: at, window: 1 }) !== null,
        otplib: (user) =>
          verifySync({
            secret: pick(keys, user),
            token: pick(codes, user),
            algorithm: otplibName,
            epoch: at / 1000,
            epochTolerance: 30,
          }).valid,
        'node:crypto by hand': (user) => verifyByHand(pick(keys, user), pick(codes, user), otplibName),
        ...Object.fromEntries(
          peers(algorithm).map(({ name, verify }) => [
            name,
            (user: number) => verify(pick(keys, user), pick(codes, user)),
          ]),
        ),
      },
    }
  }
  return [
    ...Object.entries(offsets).map(([name, offset]) =>
      verifying(
        `right, ${name}`,
        (key) => generateTotp(key, { at: at + offset * periodMilliseconds, algorithm }),
        true,
      ),
    ),
    verifying('wrong', (key) => wrongCode(key, algorithm), false),
    {
      title: 'generate',
      expected: (user) => generateTotp(pick(keys, user), { at, algorithm }),
      contenders: {
        floor: bare(4),
        countersign: (user) => generateTotp(pick(keys, user), { at, algorithm }),
        otpauth: (user) => pick(authenticators, user).generate({ timestamp: at }),
        otplib: (user) => generateSync({ secret: pick(keys, user), algorithm: otplibName, epoch: at / 1000 }),
        'node:crypto by hand': (user) => codeByHand(pick(keys, user), at / periodMilliseconds, otplibName),
        ...Object.fromEntries(
          peers(algorithm).map(({ name, generate }) => [name, (user: number) => generate(pick(keys, user))]),
        ),
      },
    },
  ]
}

/** Median microseconds a call, by line and contender. */
function measure(lines: readonly Line[]): Map<string, Record<string, number>> {
  const cases = lines.flatMap(({ title, contenders, expected }) =>
    Object.entries(contenders).map(([name, call]) => {
      const disagrees = keys.some((_, user) => call(user) !== expected(user))
      if (disagrees && name !== 'floor') throw new Error(`${name} disagrees: ${title}`)
      return { title, name, call, samples: [] as number[] }
    }),
  )
  for (let round = -rounds; round < rounds; round++) {
    for (const { call, samples } of cases) {
      const before = process.cpuUsage()
      for (let count = 0; count < callsPerRound; count++) call(count % users)
      const { user, system } = process.cpuUsage(before)
      // The first half warms up.
      if (round >= 0) samples.push((user + system) / callsPerRound)
    }
  }
  const table = new Map<string, Record<string, number>>()
  for (const { title, name, samples } of cases) table.set(title, { ...table.get(title), [name]: median(samples) })
  return table
}

/** Six digits that no step of the window shows. */
function wrongCode(key: Uint8Array, algorithm: HmacAlgorithm): string {
  const candidates = ['000000', '000001', '000002', '000003']
  return pick(
    candidates.filter((code) => verifyTotp(key, code, { at, algorithm }).status === 'invalid'),
    0,
  )
}

/** HOTP (RFC 4226) as it is written in an afternoon. */
function codeByHand(key: Uint8Array, counter: number, algorithm: string): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(Math.floor(counter)))
  const mac = createHmac(algorithm, key).update(message).digest()
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

function verifyByHand(key: Uint8Array, code: string, algorithm: string): boolean {
  return [0, -1, 1].some((offset) =>
    timingSafeEqual(Buffer.from(codeByHand(key, at / periodMilliseconds + offset, algorithm)), Buffer.from(code)),
  )
}

function median(samples: readonly number[]): number {
  return pick(
    samples.toSorted((a, b) => a - b),
    Math.floor(samples.length / 2),
  )
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new Error('nothing to pick')
  return item
}

/**
 * `verifyTotp` beside otpauth and otplib, in one run: SHA-1, 6 digits, window ±1, keys decoded beforehand, the same codes
 * for all three. Rounds are interleaved, so that whatever else the machine does hits all of them; medians are printed.
 *
 *     npx tsx bench/totp.ts
 */
import { randomBytes } from 'node:crypto'
import { generateTotp, verifyTotp } from 'countersign/otp'
import { Secret, TOTP } from 'otpauth'
import { verifySync } from 'otplib'

const users = 64
const rounds = 41
const callsPerRound = 2048
const at = 1_700_000_000_000
const periodMilliseconds = 30_000

const keys = Array.from({ length: users }, () => Uint8Array.from(randomBytes(20)))
const authenticators = keys.map(
  (key) => new TOTP({ algorithm: 'SHA1', digits: 6, period: 30, secret: new Secret({ buffer: key.buffer }) }),
)

type Verify = (user: number, code: string) => boolean
const libraries: Record<string, Verify> = {
  countersign: (user, code) => verifyTotp(pick(keys, user), code, { at }).status === 'valid',
  otpauth: (user, code) => pick(authenticators, user).validate({ token: code, timestamp: at, window: 1 }) !== null,
  otplib: (user, code) =>
    verifySync({ secret: pick(keys, user), token: code, epoch: at / 1000, epochTolerance: 30 }).valid,
}

const codes: Record<string, (key: Uint8Array) => string> = {
  'right, this step': (key) => generateTotp(key, { at }),
  'right, the step before': (key) => generateTotp(key, { at: at - periodMilliseconds }),
  'right, the step after': (key) => generateTotp(key, { at: at + periodMilliseconds }),
  wrong: wrongCode,
}

const medians = measure()
for (const [kind, row] of Object.entries(medians)) print(kind, row)
const means = Object.fromEntries(
  Object.keys(libraries).map((library) => [
    library,
    mean(Object.values(medians).map((row) => row[library] ?? Number.NaN)),
  ]),
)
print('all four alike', means)
console.log(
  `\nagainst the budget: ${ratio(means, 'otpauth')} x otpauth (5 wanted), ${ratio(means, 'otplib')} x otplib (10 wanted)`,
)

/** Median microseconds a call, by kind of code and library. */
function measure(): Record<string, Record<string, number>> {
  const cases = Object.entries(codes).flatMap(([kind, codeOf]) => {
    const typed = keys.map(codeOf)
    return Object.entries(libraries).map(([library, verify]) => ({
      kind,
      library,
      verify,
      typed,
      samples: [] as number[],
    }))
  })
  for (const { kind, library, verify, typed } of cases) {
    if (typed.some((code, user) => verify(user, code) !== (kind !== 'wrong')))
      throw new Error(`${library} disagrees: ${kind}`)
  }
  for (let round = -rounds; round < rounds; round++) {
    for (const { verify, typed, samples } of cases) {
      const started = process.hrtime.bigint()
      for (let call = 0; call < callsPerRound; call++) verify(call % users, pick(typed, call % users))
      // The first half warms up.
      if (round >= 0) samples.push(Number(process.hrtime.bigint() - started) / 1000 / callsPerRound)
    }
  }
  const table: Record<string, Record<string, number>> = {}
  for (const { kind, library, samples } of cases) (table[kind] ??= {})[library] = median(samples)
  return table
}

/** Six digits that no step of the window shows. */
function wrongCode(key: Uint8Array): string {
  const candidates = ['000000', '000001', '000002', '000003']
  return pick(
    candidates.filter((code) => verifyTotp(key, code, { at }).status === 'invalid'),
    0,
  )
}

function print(kind: string, row: Record<string, number>): void {
  const cells = Object.entries(row).map(([library, microseconds]) => `${library} ${microseconds.toFixed(2)} µs`)
  console.log(kind.padEnd(24), cells.join('   '), `  (${ratio(row, 'otpauth')} x, ${ratio(row, 'otplib')} x)`)
}

function ratio(row: Record<string, number>, library: string): string {
  return ((row[library] ?? Number.NaN) / (row['countersign'] ?? Number.NaN)).toFixed(1)
}

function median(samples: number[]): number {
  return pick(
    samples.toSorted((a, b) => a - b),
    Math.floor(samples.length / 2),
  )
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new Error('nothing to pick')
  return item
}

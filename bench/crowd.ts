// So many people at once, each with an authenticator app, through one process and a PostgreSQL pool of ten connections: how
// long it takes, how many fail, and how that compares with the same people eight at a time, in turns. Run with `npx tsx bench/crowd.ts`.
import { randomBytes } from 'node:crypto'
import { performance, PerformanceObserver } from 'node:perf_hooks'
import pg from 'pg'
import { createTwoFactor, TwoFactorError } from 'countersign'
import { postgresStore } from 'countersign/postgres'
import { authenticator, fixedClock } from 'countersign/testing'
import { urls } from '../test/contract/engines.js'

const CROWDS = [5000, 20_000]
const AT_ONCE = 8
const ROUNDS = 3

const table = `countersign_crowd_${randomBytes(4).toString('hex')}`
const pool = new pg.Pool({ connectionString: urls.postgres, max: 10 })
const store = postgresStore(pool, { table })
const clock = fixedClock(Date.now())
const secret = { encoding: 'base32', value: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } as const
const app = authenticator(`otpauth://totp/Bench:person?secret=${secret.value}&issuer=Bench`)
const twoFactor = createTwoFactor({ issuer: 'Bench', keys: [{ id: 'k1', secret: randomBytes(32) }], store, clock })

async function signIn(person: number): Promise<string> {
  try {
    const begun = await twoFactor.challenge.begin({ userId: `person ${person}` })
    if (begun.status !== 'challenged') return begun.status
    const result = await twoFactor.challenge.verify({ token: begun.token, code: app.code(clock) })
    return result.status === 'approved' ? 'approved' : result.reason
  } catch (error) {
    return error instanceof TwoFactorError ? error.code : String(error)
  }
}

/** What came of sign-ins, how many a second, and which share of the time went to collecting garbage. */
interface Pass {
  readonly outcomes: ReadonlyMap<string, number>
  readonly perSecond: number
  readonly collecting: number
}

let collectingMs = 0
const collections = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) collectingMs += duration
})
collections.observe({ entryTypes: ['gc'] })

/** Everybody in the list signs in, so many at once. */
async function all(people: readonly number[], atOnce: number): Promise<Pass> {
  clock.advanceSeconds(60)
  const left = people.values()
  const outcomes = new Map<string, number>()
  const work = async (): Promise<void> => {
    for (const person of left) {
      const outcome = await signIn(person)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  }
  // Entries come a turn late; those of before belong to nobody.
  await new Promise(setImmediate)
  collectingMs = 0
  const began = performance.now()
  await Promise.all(Array.from({ length: atOnce }, work))
  const tookMs = performance.now() - began
  await new Promise(setImmediate)
  return { outcomes, perSecond: (people.length * 1000) / tookMs, collecting: collectingMs / tookMs }
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

async function importEverybody(people: readonly number[]): Promise<void> {
  const left = people.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const person of left)
        await twoFactor.admin.importTotp({ userId: `person ${person}`, actor: 'bench', secret, recoveryCodes: 'none' })
    }),
  )
}

try {
  await store.ensureSchema()
  const everybody = Array.from({ length: Math.max(...CROWDS) }, (_, person) => person)
  await importEverybody(everybody)
  for (const crowd of CROWDS) {
    const people = everybody.slice(0, crowd)
    const rounds: { readonly steady: Pass; readonly crowded: Pass }[] = []
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({ steady: await all(people, AT_ONCE), crowded: await all(people, crowd) })
    for (const { crowded } of rounds)
      console.log(
        `${crowd} at once: ${[...crowded.outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`,
      )
    const shares = rounds.map(({ steady, crowded }) => crowded.perSecond / steady.perSecond)
    const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
    console.log(
      `  ${of(({ crowded }) => crowded.perSecond).toFixed(0)}/s, beside ${of(({ steady }) => steady.perSecond).toFixed(0)}/s by ${AT_ONCE} at a time: ${percent(median(shares))} (${shares.map(percent).join(', ')})`,
      `\n  collecting garbage: ${percent(of(({ crowded }) => crowded.collecting))} of the time, beside ${percent(of(({ steady }) => steady.collecting))}`,
    )
  }
} finally {
  collections.disconnect()
  await pool.query(`DROP TABLE IF EXISTS ${table}`)
  await pool.end()
}

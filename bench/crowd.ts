// So many people at once, each with an authenticator app, through one process and a PostgreSQL pool of ten connections: how
// long it takes, how many fail, and how that compares with eight at a time. Run with `npx tsx bench/crowd.ts`.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createTwoFactor, TwoFactorError } from 'countersign'
import { postgresStore } from 'countersign/postgres'
import { authenticator, fixedClock } from 'countersign/testing'
import { urls } from '../test/contract/engines.js'

const CROWDS = [5000, 20_000]
const STEADY = 2000
const AT_ONCE = 8

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

/** Everybody in the list signs in, so many at once; what came of it, and how fast. */
async function all(
  people: readonly number[],
  atOnce: number,
): Promise<{ readonly outcomes: ReadonlyMap<string, number>; readonly perSecond: number }> {
  clock.advanceSeconds(60)
  const left = people.values()
  const outcomes = new Map<string, number>()
  const began = performance.now()
  const work = async (): Promise<void> => {
    for (const person of left) {
      const outcome = await signIn(person)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { outcomes, perSecond: (people.length * 1000) / (performance.now() - began) }
}

try {
  await store.ensureSchema()
  const everybody = Array.from({ length: Math.max(...CROWDS) }, (_, person) => person)
  const left = everybody.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const person of left)
        await twoFactor.admin.importTotp({ userId: `person ${person}`, actor: 'bench', secret, recoveryCodes: 'none' })
    }),
  )
  for (const crowd of CROWDS) {
    const steady = await all(everybody.slice(0, STEADY), AT_ONCE)
    const people = everybody.slice(0, crowd)
    const { outcomes, perSecond } = await all(people, people.length)
    const came = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
    console.log(
      `${crowd} at once: ${came}; ${perSecond.toFixed(0)}/s, beside ${steady.perSecond.toFixed(0)}/s by ${AT_ONCE} at a time (${((100 * perSecond) / steady.perSecond).toFixed(0)} %)`,
    )
  }
} finally {
  await pool.query(`DROP TABLE IF EXISTS ${table}`)
  await pool.end()
}

// What a sign-in costs with 1 000 and with 1 000 000 users in PostgreSQL, and what a user takes on disk. The other users
// are rows of the size of a real record. Run with `npx tsx bench/growth.ts`; takes a minute or two and a gigabyte or two.
import pg from 'pg'
import { postgresStore } from 'countersign/postgres'
import { urls } from '../test/contract/engines.js'
import { median, openPractice, perSecond } from './people.js'

const SIZES = [1000, 1_000_000]
const ROUNDS = 7
const WORKERS = 8

const pool = new pg.Pool({ connectionString: urls.postgres, max: WORKERS })
const tables = SIZES.map((size) => `countersign_growth_${size}`)
try {
  const practices = []
  for (const [index, size] of SIZES.entries()) {
    const table = tables[index]!
    await pool.query(`DROP TABLE IF EXISTS ${table}`)
    const store = postgresStore(pool, { table })
    await store.ensureSchema()
    practices.push(await openPractice(store, WORKERS))
    const { rows } = await pool.query<{ value: string }>(`SELECT value FROM ${table} LIMIT 1`)
    const value = rows[0]?.value ?? ''
    const fill = `INSERT INTO ${table} (key, value) SELECT 'user:default:other' || n, $1::text || n FROM generate_series(1, $2::int) n`
    await pool.query(fill, [value, size])
    await pool.query(`VACUUM ANALYZE ${table}`)
    const bytes = await pool.query<{ bytes: string }>(`SELECT pg_total_relation_size('${table}') AS bytes`)
    console.log(
      `${size} users: ${(Number(bytes.rows[0]?.bytes) / size).toFixed(0)} bytes each with index, a record of ${value.length} characters`,
    )
  }
  const rates = SIZES.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, practice] of practices.entries())
      rates[index]!.push(await perSecond(WORKERS, 40, (worker) => practice.signIn(worker)))
  }
  const [few, many] = rates.map(median)
  console.log(
    `sign-ins/s, ${WORKERS} at once: ${few?.toFixed(0)} with ${SIZES[0]}, ${many?.toFixed(0)} with ${SIZES[1]} (${((100 * many!) / few!).toFixed(0)} %)`,
  )
} finally {
  for (const table of tables) await pool.query(`DROP TABLE IF EXISTS ${table}`)
  await pool.end()
}

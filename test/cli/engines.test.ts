import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { engines, type Engine } from '../contract/engines.js'
import type { Address } from '../contract/open-store.js'
import { must } from '../support/outcome.js'
import { makeWorld, NEW_KEY, OLD_KEY } from '../support/world.js'
import { command, ownDriver } from './terminal.js'
import { makePopulation, moveInto, sealedBy } from './records.js'

const names = [
  'sqlite by libsql',
  'sqlite by node:sqlite',
  'sqlite by better-sqlite3',
  'postgres',
  'mysql',
  'redis by node-redis',
  'redis by ioredis',
] as const

const written = (keys: readonly (typeof OLD_KEY)[]): string =>
  JSON.stringify(
    keys.map(({ id, secret }) => ({ id, secret: Buffer.from(secret as Uint8Array).toString('base64url') })),
  )

const population = await makePopulation({ people: 6, enrolling: 60 })

/** The options that lead the command line to the engine's data. */
function leadTo(address: Address): readonly string[] {
  if ('url' in address)
    return ['--store', address.url, ...('table' in address ? ['--table', address.table] : ['--prefix', address.prefix])]
  if ('file' in address) return ['--store', `sqlite:${address.file}`, '--table', address.table]
  throw new Error(`no URL leads to ${address.driver}`)
}

/** A project that has one driver alone. */
function projectWith({ driver }: Address): (name: string) => unknown {
  const betterSqlite = (): unknown =>
    createRequire(join(resolve(process.env['COUNTERSIGN_BETTER_SQLITE3'] ?? '.'), 'any.js'))(driver)
  return (name) => {
    if (name !== (driver === 'mysql2' ? 'mysql2/promise' : driver)) return null
    return driver === 'better-sqlite3' ? betterSqlite() : ownDriver(name)
  }
}

function suite(engine: Engine, at: Address): void {
  const { name } = engine
  describe(`the command line over ${name}`, () => {
    afterAll(() => engine.close())
    const load = projectWith(at)
    const run = (args: readonly string[], keys = [NEW_KEY, OLD_KEY]) =>
      command([...args, ...leadTo(at)], { load, env: { COUNTERSIGN_KEYS: written(keys) } })

    it('rotates the key while people sign in, and nothing is lost', async () => {
      const store = await engine.makeStore()
      await moveInto(store, population.world.data)
      const app = makeWorld({ data: store, keys: [NEW_KEY, OLD_KEY], seed: `during ${name}` })
      const now = population.world.clock.now()
      const signIn = async (person: (typeof population.people)[number], twoFactor = app.twoFactor, at = now) => {
        const { token } = must(await twoFactor.challenge.begin({ userId: person.userId }), 'challenged')
        return twoFactor.challenge.verify({ token, code: person.app.code(at) })
      }
      const [rotation, ...results] = await Promise.all([
        run(['reseal']),
        ...population.people.map((person) => signIn(person)),
      ])
      expect(results.map(({ status }) => status)).toEqual(population.people.map(() => 'approved'))
      expect(rotation).toMatchObject({ code: 0, err: '' })
      expect(rotation.out).toMatch(/^completed: 66 records seen, \d+ resealed, 0 unreadable\n$/)
      expect(await sealedBy(store)).toEqual({ k2: population.size })

      const after = makeWorld({ data: store, keys: [NEW_KEY], seed: `after ${name}` })
      for (const person of population.people)
        expect(await signIn(person, after.twoFactor)).toMatchObject({ reason: 'already-used' })
      after.clock.set(now + 30_000)
      for (const person of population.people)
        expect(await signIn(person, after.twoFactor, now + 30_000)).toMatchObject({ status: 'approved' })
    })

    it('tells how far a rotation is', async () => {
      const { code, out } = await run(['inspect', '--summary'])
      expect(code).toBe(0)
      expect(out.split('\n')[1]?.split(/ +/)).toEqual(['"default"', 'k2', String(population.size)])
    })

    it('tells of the engine what its store finds', async () => {
      const { code, out, err } = await run(['settings', '--json'])
      const findings = JSON.parse(out) as { readonly severity: string }[]
      const unsafe = findings.some(({ severity }) => severity === 'unsafe')
      expect([code, err]).toEqual([unsafe ? 4 : 0, ''])
      expect(findings.filter(({ severity }) => severity === 'unknown')).toEqual([])
    })

    it('shows one user', async () => {
      const { code, out, err } = await run(['inspect', '--user', 'person 1'], [NEW_KEY])
      expect([code, err]).toEqual([0, ''])
      expect(out).toMatch(/^sealed under +k2$/m)
      expect(out).toMatch(/^factors +1\n {2}totp, confirmed .+Z, asked for first$/m)
    })
  })
}

for (const engine of await engines(names)) if (engine.address !== null) suite(engine, engine.address)

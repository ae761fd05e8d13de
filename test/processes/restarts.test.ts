import { createClient } from 'redis'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import type { Store } from 'countersign'
import { postgresStore } from 'countersign/postgres'
import { redisStore } from 'countersign/redis'
import { must } from '../support/outcome.js'
import { enrolApp, enrolPhone } from './core.js'
import { ownPostgres, ownRedis, untilAnswers, type OwnServer } from './own-server.js'

interface Opened {
  readonly server: OwnServer
  readonly store: Store
  readonly close: () => Promise<unknown>
}

async function openPostgres(): Promise<Opened | null> {
  const server = await ownPostgres()
  if (server === null) return null
  await server.start()
  const pool = new pg.Pool({ host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres', max: 2 })
  pool.on('error', () => undefined)
  const store = postgresStore(pool)
  await untilAnswers(() => store.ensureSchema())
  return { server, store, close: () => pool.end() }
}

async function openRedis(): Promise<Opened | null> {
  const server = await ownRedis()
  if (server === null) return null
  await server.start()
  const client = createClient({
    socket: { host: '127.0.0.1', port: server.port, reconnectStrategy: () => 50 },
    disableOfflineQueue: true,
  })
  client.on('error', () => undefined)
  await untilAnswers(() => (client.isReady ? client.ping() : client.connect().then(() => client.ping())))
  const close = async (): Promise<void> => {
    client.destroy()
  }
  return { server, store: redisStore(client), close }
}

for (const [name, open] of [
  ['PostgreSQL', openPostgres],
  ['Redis with appendfsync always', openRedis],
] as const) {
  const opened = await open()
  console.log(opened === null ? `${name} NOT restarted: there is none to start` : `${name} is restarted`)
  if (opened === null && process.env['CI'] === 'true') throw new Error(`CI has ${name}`)

  describe.runIf(opened !== null)(`${name}, killed in the middle and started again`, () => {
    afterAll(async () => {
      await opened?.close()
      await opened?.server.remove()
    })

    it('is a clear error meanwhile, and afterwards service resumes with nothing lost', async () => {
      const { server, store } = opened!
      const { twoFactor, begin, code } = await enrolApp(store, 'ada')
      const { challenge } = twoFactor
      const byText = await enrolPhone(store, 'bob', '+14155550123')
      const textToken = await byText.begin()
      const token = await begin()
      must(await challenge.verify({ token, code: '000000' }), 'rejected')

      await server.kill()
      await expect(challenge.verify({ token, code: code() })).rejects.toMatchObject({
        code: 'ERR_STORE_FAILED',
      })
      await expect(challenge.begin({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })

      await server.start()
      const status = await untilAnswers(() => twoFactor.account.status({ userId: 'ada' }))
      expect(status).toMatchObject({ enabled: true, recoveryCodesRemaining: 10 })
      expect(await challenge.verify({ token, code: '000000' })).toMatchObject({
        reason: 'wrong-code',
        attemptsRemaining: 3,
      })
      expect(await challenge.verify({ token, code: code() })).toMatchObject({ status: 'approved' })
      expect(await challenge.verify({ token: textToken, code: byText.code() })).toMatchObject({ status: 'approved' })
    })
  })
}

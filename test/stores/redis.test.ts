import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { createClient, createClientPool, type RedisClientType } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisStore, type IoRedisClient, type NodeRedisClient } from '../../src/stores/redis.js'
import { engines, urls } from '../contract/engines.js'

const noScript = (): Error => new Error('NOSCRIPT No matching script. Please use EVAL.')

describe('redisStore over a scripted client', () => {
  it('sends node-redis one key, the value before, the value after and the expiry', async () => {
    const sent: unknown[] = []
    const client: NodeRedisClient = {
      get: async (key) => (sent.push(key), 'a'),
      eval: async () => 1,
      evalSha: async (_sha1, options) => (sent.push(options), 1),
      scan: async () => ({ cursor: '0', keys: [] }),
    }
    const store = redisStore(client, { prefix: 'p:' })
    expect(await store.get('k')).toBe('a')
    expect(await store.swap('k', null, 'a', null)).toBe(true)
    expect(await store.swap('k', 'a', 'b', 5)).toBe(true)
    expect(await store.swap('k', '', null, 5)).toBe(true)
    expect(sent).toEqual([
      'p:k',
      { keys: ['p:k'], arguments: ['', '=a', '', ''] },
      { keys: ['p:k'], arguments: ['=a', '=b', '5', 'PXAT'] },
      { keys: ['p:k'], arguments: ['=', '', '5', 'PXAT'] },
    ])
  })

  it('sends the script itself only when the server does not know it', async () => {
    const sent: string[] = []
    const client: IoRedisClient = {
      get: async () => null,
      eval: async (script, count, ...rest) => (
        sent.push(`eval ${count} ${rest.join(' ')} ${script.startsWith('local current')}`),
        1
      ),
      evalsha: async () => {
        sent.push('evalsha')
        if (sent.length === 1) throw noScript()
        return 0
      },
      scan: async () => ['0', []],
    }
    const store = redisStore(client)
    expect(await store.swap('k', 'a', 'b', null)).toBe(true)
    expect(await store.swap('k', 'a', 'b', null)).toBe(false)
    expect(sent).toEqual(['evalsha', 'eval 1 countersign:k =a =b   true', 'evalsha'])
  })

  it('knows the words of other clients for a script that the server does not know', async () => {
    const failure = new Error('An error was signalled by the server: - NoScriptError: No matching script.')
    const client = { ...scripted(null, 1), evalsha: () => Promise.reject(failure) }
    expect(await redisStore(client).swap('k', null, 'a', null)).toBe(true)
  })

  it.each([
    [new Error('READONLY You can not write against a read only replica.')],
    [new Error('OOM command not allowed')],
  ])('throws on %s', async (failure) => {
    const client: IoRedisClient = {
      ...scripted(null, 1),
      evalsha: async () => {
        throw failure
      },
    }
    await expect(redisStore(client).swap('k', null, 'a', null)).rejects.toBe(failure)
  })

  it.each([[1], [undefined], [{}], [['a']], [true]])('takes the answer %o to a get for a failure', async (reply) => {
    await expect(redisStore(scripted(reply, 1)).get('k')).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
      message: 'unexpected answer of the client: get must give text or null',
    })
  })

  it.each([[null], [undefined], [2], [-1], ['OK'], [''], [{}], [['1']], [Number.NaN]])(
    'takes the answer %o to a swap for a failure, not for a swap that was lost',
    async (reply) => {
      await expect(redisStore(scripted(null, reply)).swap('k', null, 'a', null)).rejects.toMatchObject({
        code: 'ERR_STORE_FAILED',
        message: 'unexpected answer of the client: a script must give 0 or 1',
      })
    },
  )

  it.each([
    [1, true],
    [0, false],
    ['1', true],
    ['0', false],
    [1n, true],
    [Buffer.from('1'), true],
    [Buffer.from('0'), false],
  ])('reads the answer %o to a swap as %s, however the client was told to give numbers', async (reply, won) => {
    expect(await redisStore(scripted(null, reply)).swap('k', null, 'a', null)).toBe(won)
  })

  it('fails to walk when a scan answers in another shape', async () => {
    const client: IoRedisClient = { ...scripted(null, 1), scan: async () => ({ keys: 'a' }) }
    const walk = async (): Promise<void> => {
      for await (const key of redisStore(client).keys()) throw new Error(key)
    }
    await expect(walk()).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
  })
})

/** A client that gives the same two answers always. */
function scripted(got: unknown, swapped: unknown): IoRedisClient {
  return {
    get: async () => got,
    eval: async () => swapped,
    evalsha: async () => swapped,
    scan: async () => ['0', []],
  }
}

/** A client whose connection goes nowhere until it is let through to the server. */
async function heldUp(): Promise<{ readonly client: RedisClientType; readonly letThrough: () => Promise<void> }> {
  const { hostname, port } = new URL(urls.redis)
  const held: Socket[] = []
  const gate = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1')
  await once(gate, 'listening')
  const client: RedisClientType = createClient({ socket: { port: (gate.address() as AddressInfo).port } })
  const connecting = client.connect()
  await once(gate, 'connection')
  return {
    client,
    async letThrough() {
      for (const socket of held) socket.pipe(connect(Number(port) || 6379, hostname)).pipe(socket)
      await connecting
      gate.close()
    },
  }
}

for (const engine of await engines(['redis by ioredis'])) {
  describe('redisStore on a server', () => {
    const { prefix } = engine.address as { readonly prefix: string }
    const redis = new Redis(urls.redis)
    const store = redisStore(redis, { prefix })
    beforeAll(() => engine.makeStore())
    afterAll(async () => {
      await redis.quit()
      await engine.close()
    })

    it('has the server forget a value at its expiry, and no sooner', async () => {
      await store.swap('ttl', null, 'a', 4_102_444_800_000)
      expect(await redis.pexpiretime(`${prefix}ttl`)).toBe(4_102_444_800_000)
      await store.swap('ttl', 'a', 'b', 4_102_444_800_001)
      expect(await redis.pexpiretime(`${prefix}ttl`)).toBe(4_102_444_800_001)
      await store.swap('ttl', 'b', 'c', null)
      expect(await redis.pexpiretime(`${prefix}ttl`)).toBe(-1)
      await store.swap('ttl', 'c', 'd', 1)
      expect(await store.get('ttl')).toBeNull()
    })

    it("measures the expiry by the caller's clock, when it is told", async () => {
      const { signal } = new AbortController()
      await store.swap('drift', null, 'a', 61_000, { signal, at: 1000 })
      const left = await redis.pttl(`${prefix}drift`)
      expect(left).toBeGreaterThan(30_000)
      expect(left).toBeLessThanOrEqual(60_000)
      await store.swap('drift', 'a', 'b', 1000, { signal, at: 61_000 })
      expect(['b', null]).toContain(await store.get('drift'))
    })

    it('drops a command that waits for the server when its signal is aborted', async () => {
      const { client, letThrough } = await heldUp()
      const waiting = redisStore(client, { prefix })
      const abort = new AbortController()
      const swap = waiting.swap('dropped', null, 'a', null, { signal: abort.signal, at: 0 })
      const get = waiting.get('dropped', { signal: abort.signal })
      abort.abort()
      await expect(swap).rejects.toThrow('aborted')
      await expect(get).rejects.toThrow('aborted')
      await letThrough()
      expect(await redisStore(client, { prefix }).get('dropped')).toBeNull()
      await client.close()
    })

    it('does not send a command that stood in line for a client of a pool until nobody waited any more', async () => {
      const pool = createClientPool({ url: urls.redis }, { maximum: 1 })
      await pool.connect()
      let release = (): void => undefined
      const held = pool.execute(() => new Promise<void>((resolve) => (release = resolve)))
      const abort = new AbortController()
      const late = redisStore(pool, { prefix }).swap('late', null, 'a', null, { signal: abort.signal, at: 0 })
      abort.abort()
      release()
      await held
      await expect(late).rejects.toThrow('aborted')
      expect(await redisStore(pool, { prefix }).get('late')).toBeNull()
      await pool.close()
    })

    it('goes on after the server has forgotten its scripts', async () => {
      await redis.script('FLUSH')
      expect(await store.swap('flushed', null, 'a', null)).toBe(true)
      expect(await store.swap('flushed', 'a', 'b', null)).toBe(true)
    })

    it('lists only keys of its own prefix, without it', async () => {
      await redis.set(`x${prefix}other`, 'a')
      const neighbour = redisStore(redis, { prefix: prefix.replace('_test_', '.test_') })
      await neighbour.swap('neighbour', null, 'a', null)
      const seen: string[] = []
      for await (const key of store.keys()) seen.push(key)
      expect(seen).toContain('flushed')
      expect(seen.filter((key) => key.includes('neighbour') || key.includes('other') || key.includes(prefix))).toEqual(
        [],
      )
      await redis.del(`x${prefix}other`)
      await neighbour.swap('neighbour', 'a', null, null)
    })

    it('reads text from a client that answers with bytes', async () => {
      const client = await createClient({ url: urls.redis }).connect()
      const bytes = redisStore(client.withTypeMapping({ [36]: Buffer }), { prefix })
      expect(await bytes.swap('bytes', null, 'é \u{1f600}', null)).toBe(true)
      expect(await bytes.get('bytes')).toBe('é \u{1f600}')
      const seen: string[] = []
      for await (const key of bytes.keys()) seen.push(key)
      expect(seen).toContain('bytes')
      await client.close()
    })
  })
}

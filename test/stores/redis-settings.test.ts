import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisStore, type IoRedisClient, type RedisClient } from '../../src/stores/redis.js'
import { connectPatiently, startRedisServers } from '../contract/redis-servers.js'
import { freePorts } from '../support/free-ports.js'
import { shareRedisCluster, type RedisCluster } from '../contract/redis-cluster.js'
import { ask, saying } from './configured-redis.js'

const found = async (client: RedisClient): Promise<Record<string, string>> => {
  const findings = await redisStore(client).verifySettings()
  for (const { advice } of findings) expect(advice).toMatch(/^[A-Z].*\.$/)
  return Object.fromEntries(findings.map(({ setting, value, severity }) => [setting, `${severity}: ${String(value)}`]))
}

describe('what redisStore finds in the settings of a server', () => {
  it('is nothing when all of them keep records', async () => {
    expect(await found(saying({}))).toEqual({})
    expect(await found(saying({ connected_slaves: '2' }, { 'min-replicas-to-write': '1' }))).toEqual({})
  })

  it.each(['allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'volatile-lru', 'volatile-ttl', 'volatile-random'])(
    'is unsafe under the policy %s, which drops records or the counts of guesses',
    async (policy) => {
      expect(await found(saying({ maxmemory_policy: policy }))).toEqual({ maxmemory_policy: `unsafe: ${policy}` })
    },
  )

  it('is unsafe on a replica', async () => {
    expect(await found(saying({ role: 'slave' }))).toEqual({ role: 'unsafe: slave' })
  })

  it('is unsafe when nothing is on disk, and advice when only snapshots are', async () => {
    expect(await found(saying({ aof_enabled: '0' }))).toEqual({ aof_enabled: 'unsafe: 0' })
    expect(await found(saying({ aof_enabled: '0' }, { save: '3600 1' }))).toEqual({ save: 'advice: 3600 1' })
  })

  it('is advice when a crash or a failover undoes swaps', async () => {
    expect(await found(saying({}, { appendfsync: 'everysec' }))).toEqual({ appendfsync: 'advice: everysec' })
    expect(await found(saying({ connected_slaves: '1' }))).toEqual({ 'min-replicas-to-write': 'advice: 0' })
  })

  it('is unknown what a managed server refuses to tell, and nothing is thrown', async () => {
    const managed = ask(([command]) => {
      if (command === 'INFO') return 'role:master\nmaxmemory_policy:noeviction\naof_enabled:1\nconnected_slaves:0\n'
      throw new Error("ERR unknown command 'CONFIG', with args beginning with: 'GET' 'appendfsync'")
    })
    expect(await found(managed)).toEqual({
      appendfsync: 'unknown: null',
      save: 'unknown: null',
      'min-replicas-to-write': 'unknown: null',
    })
  })

  it('is unknown altogether through a client that cannot send the commands', async () => {
    const { call: _call, ...adapter } = ask(() => null) as IoRedisClient & { call: unknown }
    const findings = await redisStore(adapter).verifySettings()
    expect(findings.map(({ severity }) => severity)).toEqual(Array.from({ length: 6 }, () => 'unknown'))
  })

  it('is what the server cannot be reached for, thrown on', async () => {
    const failure = new Error('Connection is closed.')
    const gone = ask(() => {
      throw failure
    })
    await expect(redisStore(gone).verifySettings()).rejects.toBe(failure)
  })
})

describe('verifySettings on servers of each kind', () => {
  const clients: { disconnect(): unknown }[] = []
  const keep = <Client extends { disconnect(): unknown }>(client: Client): Client => {
    clients.push(client)
    return client
  }
  let primary = 0
  let replica = 0
  let sentinel = 0
  let stop: () => Promise<void>
  let cluster: RedisCluster

  beforeAll(async () => {
    const [one = 0, two = 0, three = 0] = await freePorts(3)
    ;[primary, replica, sentinel] = [one, two, three]
    stop = startRedisServers([
      { port: primary, flags: ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'] },
      { port: replica, flags: ['--appendonly', 'yes', '--replicaof', '127.0.0.1', primary] },
      { port: sentinel, flags: [], sentinel: [`sentinel monitor main 127.0.0.1 ${primary} 1`] },
    ])
    cluster = await shareRedisCluster()
    for (const port of [primary, replica, sentinel]) await keep(connectPatiently(port)).ping()
    await keep(connectPatiently(primary)).wait(1, 0)
  })
  afterAll(async () => {
    for (const client of clients) client.disconnect()
    await cluster.stop()
    await stop()
  })

  const evicting = {
    maxmemory_policy: 'unsafe: allkeys-lru',
    aof_enabled: 'unsafe: 0',
    'min-replicas-to-write': 'advice: 0',
  }

  it('finds that a server evicts and keeps nothing, by every kind of client', async () => {
    const url = `redis://127.0.0.1:${primary}`
    const client = createClient({ url })
    keep(client)
    await client.connect()
    expect(await found(client)).toEqual(evicting)

    const pool = createClientPool({ url })
    await pool.connect()
    expect(await found(pool)).toEqual(evicting)
    await pool.close()

    const resending = { autoResendUnfulfilledCommands: 'advice: true' }
    expect(await found(keep(new Redis(url)))).toEqual({ ...evicting, ...resending })
    expect(await found(keep(new Redis(url, { autoResendUnfulfilledCommands: false })))).toEqual(evicting)
  })

  it('asks the primary through a sentinel, where the store works as on the server itself', async () => {
    const watching = createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: sentinel }] })
    watching.on('error', () => undefined)
    await watching.connect()
    expect(await found(watching)).toEqual(evicting)
    await usable(watching)
    await watching.close()

    const sentinels = [{ host: '127.0.0.1', port: sentinel }]
    const other = keep(new Redis({ sentinels, name: 'main', autoResendUnfulfilledCommands: false }))
    expect(await found(other)).toEqual(evicting)
    await usable(other)
  })

  it('finds a replica, which answers with what it was told last', async () => {
    const client = keep(new Redis(replica, { autoResendUnfulfilledCommands: false }))
    expect(await found(client)).toMatchObject({ role: 'unsafe: slave' })
  })

  it('tells once what all primaries of a cluster have in common', async () => {
    const rootNodes = cluster.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }))
    const client = createCluster({ rootNodes })
    await client.connect()
    expect(await redisStore(client).verifySettings()).toHaveLength(1)
    expect(await found(client)).toEqual({ aof_enabled: 'unsafe: 0' })
    await client.close()

    const other = keep(new Cluster(cluster.ports.map((port) => ({ host: '127.0.0.1', port }))))
    expect(await found(other)).toEqual({ aof_enabled: 'unsafe: 0', retryDelayOnFailover: 'advice: 100' })
  })

  it('walks every primary of a cluster, and is asked before it has connected', async () => {
    const nodes = cluster.ports.map((port) => ({ host: '127.0.0.1', port }))
    const writer = redisStore(keep(new Cluster(nodes)), { prefix: 'walk:' })
    const names = Array.from({ length: 30 }, (_, index) => `${index}`)
    for (const name of names) await writer.swap(name, null, 'a', null)
    const seen: string[] = []
    const other = redisStore(keep(new Cluster(nodes, { lazyConnect: true })), { prefix: 'walk:' })
    for await (const key of other.keys()) seen.push(key)
    expect(seen.sort()).toEqual(names.sort())
    const closed = redisStore(createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] }), { prefix: 'walk:' })
    await expect(closed.keys()[Symbol.asyncIterator]().next()).rejects.toThrow()
  })

  it('finds unknown what a user of the server may not ask', async () => {
    const admin = keep(new Redis(primary))
    await admin.call('ACL', 'SETUSER', 'limited', 'on', 'nopass', '~*', '+@all', '-config', '-info')
    const limited = createClient({ url: `redis://limited:any@127.0.0.1:${primary}` })
    keep(limited)
    await limited.connect()
    const findings = await redisStore(limited).verifySettings()
    expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['unknown']))
  })
})

/** Goes once through every verb. */
async function usable(client: RedisClient): Promise<void> {
  const store = redisStore(client, { prefix: 'usable:' })
  expect(await store.swap('k', null, 'a', null)).toBe(true)
  expect(await store.get('k', { signal: new AbortController().signal })).toBe('a')
  const keys: string[] = []
  for await (const key of store.keys()) keys.push(key)
  expect(keys).toEqual(['k'])
  expect(await store.swap('k', 'a', null, null)).toBe(true)
}

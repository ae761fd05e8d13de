import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { afterAll, describe, expect, it } from 'vitest'
import { redisStore, type RedisClient } from '../../src/stores/redis.js'
import { urls } from '../contract/engines.js'

const rootNodes = [{ url: 'redis://127.0.0.1:1' }]
const sentinelRootNodes = [{ host: '127.0.0.1', port: 1 }]
const clientSideCache = { ttl: 0, maxEntries: 0, evictPolicy: 'LRU' } as const
const sentinel = (options: object): RedisClient => createSentinel({ name: 'main', sentinelRootNodes, ...options })
const cluster = (options: object): RedisClient => createCluster({ rootNodes, ...options })

const opened: { disconnect(): void }[] = []
const keep = <Client extends { disconnect(): void }>(client: Client): Client => {
  opened.push(client)
  return client
}
const ioredis = (options: object): Redis => keep(new Redis({ lazyConnect: true, ...options }))
const ioredisCluster = (options: object): Cluster =>
  keep(new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true, ...options }))
const ioredisSentinel = { sentinels: [{ host: '127.0.0.1', port: 1 }], name: 'main' }

afterAll(() => {
  for (const client of opened) client.disconnect()
})

// Not one of them is connected: what they would do is told by how they were made.
const cached: Record<string, () => RedisClient> = {
  'client of redis': () => createClient({ clientSideCache }),
  'client of redis, with options for its commands': () => createClient({ clientSideCache }).withTypeMapping({}),
  'duplicate of a client of redis': () => createClient({ clientSideCache }).duplicate(),
  'proxy of a client of redis': () => new Proxy(createClient({ clientSideCache }), {}),
  'pool of redis': () => createClientPool({}, { clientSideCache }),
  'cluster of redis': () => cluster({ clientSideCache }),
  'cluster of redis, for its nodes': () => cluster({ defaults: { clientSideCache } }),
  'sentinel of redis': () => sentinel({ clientSideCache }),
  'sentinel of redis, for its nodes': () => sentinel({ nodeClientOptions: { clientSideCache } }),
}
const stale: Record<string, () => RedisClient> = {
  'client of redis in READONLY mode': () => createClient({ readonly: true }),
  'cluster of redis with useReplicas': () => cluster({ useReplicas: true }),
  'duplicate of a cluster of redis with useReplicas': () =>
    createCluster({ rootNodes, useReplicas: true }).duplicate({}),
  'sentinel of redis with replicaPoolSize': () => sentinel({ replicaPoolSize: 1 }),
  'sentinel of redis with replicaPoolSize, with options for its commands': () =>
    createSentinel({ name: 'main', sentinelRootNodes, replicaPoolSize: 2 }).withTypeMapping({}),
  'duplicate of a sentinel of redis with replicaPoolSize': () =>
    createSentinel({ name: 'main', sentinelRootNodes, replicaPoolSize: 1 }).duplicate(),
  'sentinel of redis whose nodes are in READONLY mode': () => sentinel({ nodeClientOptions: { readonly: true } }),
  'client of ioredis in READONLY mode': () => ioredis({ readOnly: true }),
  'sentinel of ioredis for replicas': () => ioredis({ ...ioredisSentinel, role: 'slave' }),
  'duplicate of a sentinel of ioredis for replicas': () =>
    keep(ioredis({ ...ioredisSentinel, role: 'slave' }).duplicate()),
  'cluster of ioredis that reads from replicas': () => ioredisCluster({ scaleReads: 'slave' }),
  'cluster of ioredis that reads from all': () => ioredisCluster({ scaleReads: 'all' }),
  'cluster of ioredis that chooses a node': () => ioredisCluster({ scaleReads: () => [] }),
}
const prefixed: Record<string, () => RedisClient> = {
  'client of redis': () => createClient({ keyPrefix: 'app:' }),
  'pool of redis': () => createClientPool({ keyPrefix: 'app:' }),
  'cluster of redis': () => cluster({ keyPrefix: 'app:' }),
  'sentinel of redis': () => sentinel({ keyPrefix: 'app:' }),
  'client of ioredis': () => ioredis({ keyPrefix: 'app:' }),
  'cluster of ioredis': () => ioredisCluster({ keyPrefix: 'app:' }),
  'cluster of ioredis, for its nodes': () => ioredisCluster({ redisOptions: { keyPrefix: 'app:' } }),
}
const right: Record<string, () => RedisClient> = {
  'client of redis': () => createClient(),
  'client of redis, with options for its commands': () => createClient().withTypeMapping({ [36]: Buffer }),
  'pool of redis': () => createClientPool(),
  'cluster of redis': () => cluster({}),
  'cluster of redis without replicas': () => cluster({ useReplicas: false }),
  'sentinel of redis': () => sentinel({}),
  'sentinel of redis without clients for replicas': () => sentinel({ replicaPoolSize: 0 }),
  'client of ioredis': () => ioredis({}),
  'sentinel of ioredis': () => ioredis(ioredisSentinel),
  'sentinel of ioredis for the primary': () => ioredis({ ...ioredisSentinel, role: 'master' }),
  'cluster of ioredis': () => ioredisCluster({}),
  'cluster of ioredis that reads from primaries': () => ioredisCluster({ scaleReads: 'master' }),
}

const refusal = (message: string): Error =>
  expect.objectContaining({ code: 'ERR_STORE_INVALID', message: expect.stringContaining(message) as string }) as Error

describe('redisStore', () => {
  it.each(Object.entries(cached))('refuses a client-side cache: a %s', (_what, make) => {
    expect(() => redisStore(make())).toThrow(refusal('client-side cache'))
  })

  it.each(Object.entries(stale))('refuses to read from replicas: a %s', (_what, make) => {
    expect(() => redisStore(make())).toThrow(refusal('replica'))
  })

  it.each(Object.entries(prefixed))('refuses a prefix that a scan would not know: a %s', (_what, make) => {
    expect(() => redisStore(make())).toThrow(refusal('option prefix'))
  })

  it.each(Object.entries(right))('takes a %s', (_what, make) => {
    expect(() => redisStore(make())).not.toThrow()
  })

  it('refuses a sentinel that keeps its settings to itself, as those of redis 5 do', () => {
    const older = createSentinel({ name: 'main', sentinelRootNodes })
    Object.defineProperty(older, 'duplicate', { value: undefined })
    expect(() => redisStore(older)).toThrow(refusal('redis 6'))
  })

  it('refuses a client that looks like ioredis and is of Upstash', () => {
    const verb = (): Promise<null> => Promise.resolve(null)
    const upstash = { get: verb, eval: verb, evalsha: verb, scan: verb, evalshaRo: verb }
    expect(() => redisStore(upstash)).toThrow(refusal('Upstash'))
  })

  it('looks into an open pool at once, whose clients cache what the pool does not say', async () => {
    const pool = createClient({ url: urls.redis, clientSideCache }).createPool()
    await pool.connect()
    expect(() => redisStore(pool)).toThrow(refusal('client-side cache'))
    await pool.close()
  })

  it('looks into a pool that is opened later at the first call, and calls nothing', async () => {
    const pool = createClient({ url: urls.redis, clientSideCache }).createPool()
    const store = redisStore(pool)
    await pool.connect()
    await expect(store.get('k')).rejects.toThrow(refusal('client-side cache'))
    await expect(store.swap('k', null, 'a', null)).rejects.toThrow(refusal('client-side cache'))
    await pool.close()
  })
})

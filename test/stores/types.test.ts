import type { DynamoDB } from '@aws-sdk/client-dynamodb'
import { type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { PGlite } from '@electric-sql/pglite'
import type { Cluster, Redis } from 'ioredis'
import type { Pool as MysqlPool } from 'mysql2/promise'
import type { Client, Pool, PoolClient } from 'pg'
import type { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { describe, expectTypeOf, it } from 'vitest'
import type { DynamoDbClient } from '../../src/stores/dynamodb.js'
import type { MysqlClient } from '../../src/stores/mysql.js'
import { postgresStore, type PostgresClient, type PreparingPostgresClient } from '../../src/stores/postgres.js'
import type { IoRedisClient, NodeRedisClient, RedisClient } from '../../src/stores/redis.js'
import type { SqlStore } from '../../src/stores/sql-store.js'

type MakeStore = typeof postgresStore
declare const plain: PostgresClient
declare const preparing: PreparingPostgresClient

describe('the type of a client', () => {
  it('fits what the drivers make', () => {
    expectTypeOf<Pool>().toExtend<PreparingPostgresClient>()
    expectTypeOf<Client>().toExtend<PreparingPostgresClient>()
    expectTypeOf<PoolClient>().toExtend<PreparingPostgresClient>()
    expectTypeOf<PGlite>().toExtend<PostgresClient>()
    expectTypeOf<MysqlPool>().toExtend<MysqlClient>()
    expectTypeOf<DynamoDB>().toExtend<DynamoDbClient>()
    expectTypeOf<ReturnType<typeof createClient>>().toExtend<NodeRedisClient>()
    expectTypeOf<ReturnType<typeof createClientPool>>().toExtend<NodeRedisClient>()
    expectTypeOf<ReturnType<typeof createCluster>>().toExtend<NodeRedisClient>()
    expectTypeOf<ReturnType<typeof createSentinel>>().toExtend<NodeRedisClient>()
    expectTypeOf<Redis>().toExtend<IoRedisClient>()
    expectTypeOf<Cluster>().toExtend<IoRedisClient>()
  })

  it('names every command that is called, so that an adapter cannot leave one out', () => {
    expectTypeOf<Omit<NodeRedisClient, 'scan'>>().not.toExtend<RedisClient>()
    expectTypeOf<Omit<IoRedisClient, 'scan'>>().not.toExtend<RedisClient>()
    expectTypeOf<DynamoDBClient>().not.toExtend<DynamoDbClient>()
  })

  it('keeps those that prepare statements apart from those that take text alone', () => {
    expectTypeOf<PGlite>().not.toExtend<PreparingPostgresClient>()
    expectTypeOf<PostgresClient>().not.toExtend<PreparingPostgresClient>()
    const stores: readonly (() => SqlStore)[] = [
      () => postgresStore(plain),
      () => postgresStore(plain, { preparedStatements: false }),
      () => postgresStore(preparing, { preparedStatements: true as boolean }),
      () => postgresStore({ query: async (text, values = []) => ({ rows: [text, ...values] }) }),
      // @ts-expect-error a client that takes text alone cannot be told to prepare it
      () => postgresStore(plain, { preparedStatements: true }),
      // @ts-expect-error nor can it be told only as the program runs
      () => postgresStore(plain, { preparedStatements: true as boolean }),
    ]
    expectTypeOf(stores).toExtend<readonly (() => ReturnType<MakeStore>)[]>()
  })

  it('needs no types of Node', () => {
    expectTypeOf<Parameters<MysqlClient['execute']>[1]>().toEqualTypeOf<(Uint8Array | number | null)[]>()
  })
})

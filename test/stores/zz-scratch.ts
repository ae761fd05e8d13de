import { createClientPool, createSentinel, createCluster } from 'redis'
import { Cluster } from 'ioredis'
import pg from 'pg'
import mysql from 'mysql2/promise'
import { redisStore } from '../../src/stores/redis.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { mysqlStore } from '../../src/stores/mysql.js'
export const a = redisStore(createClientPool({}))
export const b = redisStore(createSentinel({ name: 'm', sentinelRootNodes: [] }))
export const c = redisStore(createCluster({ rootNodes: [] }))
export const d = redisStore(new Cluster([]))
declare const client: pg.PoolClient
declare const connection: mysql.PoolConnection
export const e = postgresStore(client)
export const f = mysqlStore(connection)

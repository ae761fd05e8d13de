import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import { PrismaPg } from '@prisma/adapter-pg'
import { mysqlStore } from 'countersign/mysql'
import { postgresStore } from 'countersign/postgres'
import { storeContract } from 'countersign/testing'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js'
import knexOf from 'knex'
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import mariadb from 'mariadb'
import mysqlCallbacks from 'mysql2'
import mysql from 'mysql2/promise'
import pg from 'pg'
import postgres from 'postgres'
import { QueryTypes, Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import ts from 'typescript'
import { PrismaClient } from './prisma-client/client.ts'

// Runs the store contract over each data layer, through the very line that docs/stores.md gives for it. Copied by
// data-layers.ts to where the layers are installed.

const page = readFileSync(process.env.STORES_PAGE, 'utf8')
const POSTGRES = process.env.LAYERS_POSTGRES
const MYSQL = process.env.LAYERS_MYSQL
const MARIADB = MYSQL.replace('mysql:', 'mariadb:')

/** By the row of the page: what the names in its line stand for, and how to close that. */
const postgresLayers = {
  '`pg`': () => {
    const pool = new pg.Pool({ connectionString: POSTGRES })
    return { pool, close: () => pool.end() }
  },
  'postgres.js': () => {
    const sql = postgres(POSTGRES, { onnotice: () => undefined })
    return { sql, close: () => sql.end() }
  },
  'Prisma, PostgreSQL': () => {
    const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: POSTGRES }) })
    return { prisma, close: () => prisma.$disconnect() }
  },
  'Drizzle, `node-postgres`': () => {
    const db = drizzlePg({ client: new pg.Pool({ connectionString: POSTGRES }) })
    return { db, close: () => db.$client.end() }
  },
  'Drizzle, `postgres-js`': () => {
    const db = drizzlePostgresJs({ client: postgres(POSTGRES, { onnotice: () => undefined }) })
    return { sql: db.$client, line: lineOf('postgres.js'), close: () => db.$client.end() }
  },
  'Kysely, PostgreSQL': () => {
    const pool = new pg.Pool({ connectionString: POSTGRES })
    const db = new Kysely({ dialect: new PostgresDialect({ pool }) })
    return { db, CompiledQuery, close: () => db.destroy() }
  },
  'Knex, `pg`': () => {
    const knex = knexOf({ client: 'pg', connection: POSTGRES })
    return { knex, close: () => knex.destroy() }
  },
  'Sequelize, PostgreSQL': () => {
    const sequelize = new Sequelize(POSTGRES, { logging: false })
    return { sequelize, QueryTypes, close: () => sequelize.close() }
  },
  'TypeORM, PostgreSQL': async () => {
    const dataSource = await new DataSource({ type: 'postgres', url: POSTGRES }).initialize()
    return { dataSource, close: () => dataSource.destroy() }
  },
}

const mysqlLayers = {
  '`mysql2`': () => {
    const pool = mysql.createPool(MYSQL)
    return { pool, close: () => pool.end() }
  },
  "MariaDB's connector": () => {
    const pool = mariadb.createPool(MARIADB)
    return { pool, close: () => pool.end() }
  },
  'Drizzle, `mysql2`': () => {
    const db = drizzleMysql({ client: mysqlCallbacks.createPool(MYSQL) })
    return { db, close: () => db.$client.promise().end() }
  },
  'Knex, `mysql2`': () => {
    const knex = knexOf({ client: 'mysql2', connection: MYSQL })
    return { knex, close: () => knex.destroy() }
  },
  'TypeORM, MySQL': async () => {
    const dataSource = await new DataSource({ type: 'mysql', url: MYSQL, connectorPackage: 'mysql2' }).initialize()
    return { dataSource, close: () => dataSource.destroy() }
  },
}

/** The first code of a row's second column. */
function lineOf(row) {
  const line = page.split('\n').find((text) => text.startsWith(`| ${row} |`))
  assert.ok(line, `docs/stores.md has no row ${row}`)
  return /`([^`]+)`/.exec(line.split(' | ')[1])?.[1]
}

/** The store that a row's line makes of what is open. */
function storeOf(line, names) {
  const { outputText } = ts.transpileModule(`return (${line})`, { compilerOptions: { target: ts.ScriptTarget.ES2022 } })
  const all = { postgresStore, mysqlStore, ...names }
  return new Function(...Object.keys(all), outputText)(...Object.values(all))
}

for (const [layers, refuses] of [
  [postgresLayers, ['nul', 'lone-surrogate', 'byte-order-mark']],
  [mysqlLayers, ['lone-surrogate']],
])
  for (const [row, open] of Object.entries(layers))
    describe(row, () => {
      // Two clients over the same data, as two processes would have, and no more: servers count connections.
      const opened = []
      let calls = 0
      const makeStore = async () => {
        opened.push(...(opened.length < 2 ? [openStore()] : []))
        return (await opened[calls++ % opened.length]).store
      }
      const openStore = async () => {
        const { close, line = lineOf(row), ...names } = await open()
        const store = storeOf(line, names)
        await store.ensureSchema()
        return { store, close }
      }
      after(async () => {
        for (const { close } of await Promise.all(opened)) await close()
      })
      storeContract({ test, makeStore, refuses })

      test('purges what has expired', async () => {
        const store = await makeStore()
        await store.swap('store-contract:purge', null, 'v1.a', 1)
        assert.ok((await store.purgeExpired({ at: Date.now() })) >= 1)
        assert.equal(await store.get('store-contract:purge'), null)
      })
    })

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { urls } from '../contract/engines.js'
import { pack } from '../package/tarball.js'
import { install, root, run } from '../package/workshop.js'

// Runs the store contract over the data layers of docs/stores.md, by the tarball, against PostgreSQL and MariaDB:
// npm run consumers:data

const name = `countersign_layers_${randomBytes(4).toString('hex')}`
const folder = mkdtempSync(join(tmpdir(), 'countersign-layers-'))
try {
  await onServers(`CREATE DATABASE ${name}`)
  prepare(folder)
  process.exitCode = runContract(folder)
} finally {
  await onServers(`DROP DATABASE IF EXISTS ${name}`)
  rmSync(folder, { recursive: true, force: true })
}

async function onServers(statement: string): Promise<void> {
  const client = new pg.Client(urls.postgres)
  await client.connect()
  await client.query(statement).finally(() => client.end())
  const connection = await mysql.createConnection(urls.mysql)
  await connection.query(statement).finally(() => connection.end())
}

function prepare(folder: string): void {
  const here = join(root, 'test/consumers')
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const layers = Object.entries(dependencies).map(([layer, range]) => `${layer}@${range}`)
  install('the data layers', folder, [pack(folder), ...layers])
  for (const file of ['layers.mjs', 'schema.prisma']) copyFileSync(join(here, file), join(folder, file))
  // Generating a client takes no engine, but Prisma would fetch one unless told that it is there.
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] = process.execPath
  run(
    'prisma generate',
    process.execPath,
    ['node_modules/prisma/build/index.js', 'generate', '--schema', 'schema.prisma'],
    folder,
  )
}

/** Gives the exit code. */
function runContract(folder: string): number {
  const env = {
    ...process.env,
    STORES_PAGE: join(root, 'docs/stores.md'),
    LAYERS_POSTGRES: addressIn(urls.postgres),
    LAYERS_MYSQL: addressIn(urls.mysql),
  }
  const args = ['--import', 'tsx', '--test', '--test-reporter', 'spec', 'layers.mjs']
  return spawnSync(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1
}

/** The address of this run's own database. */
function addressIn(url: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

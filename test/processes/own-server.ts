import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/free-ports.js'

/** A server of this test's own, which it may stop and start again on the same data. */
export interface OwnServer {
  readonly port: number
  start(): Promise<void>
  /** Without warning, as in a crash. */
  kill(): Promise<void>
  remove(): Promise<void>
}

/** A Redis that keeps every write on disk before it answers, or null where there is none to start. */
export async function ownRedis(): Promise<OwnServer | null> {
  if (!finds('redis-server')) return null
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-redis-'))
  const flags = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--dir',
    folder,
  ]
  return ownServer(port, folder, () => spawn('redis-server', flags, { stdio: 'ignore' }))
}

/** A PostgreSQL, or null where there is none to start. */
export async function ownPostgres(): Promise<OwnServer | null> {
  const home = '/usr/lib/postgresql'
  const version = existsSync(home) ? readdirSync(home).at(-1) : undefined
  if (version === undefined || process.getuid?.() !== 0) return null
  const bin = join(home, version, 'bin')
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'))
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  const asPostgres = ['-u', 'postgres', '--']
  execFileSync(
    'runuser',
    [...asPostgres, join(bin, 'initdb'), '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'],
    { stdio: 'ignore', cwd: folder },
  )
  const flags = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder]
  return ownServer(port, folder, () =>
    spawn('setpriv', ['--reuid', 'postgres', '--clear-groups', join(bin, 'postgres'), ...flags], {
      stdio: 'ignore',
      cwd: folder,
    }),
  )
}

function ownServer(port: number, folder: string, launch: () => ChildProcess): OwnServer {
  let running: ChildProcess | null = null
  const kill = async (): Promise<void> => {
    if (running === null) return
    const ended = once(running, 'exit')
    running.kill('SIGKILL')
    await ended
    running = null
  }
  return {
    port,
    async start() {
      running = launch()
      await once(running, 'spawn')
    },
    kill,
    async remove() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function finds(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Tries until a server that is starting takes work. */
export async function untilAnswers<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (tries === 200) throw error
      await sleep(50)
    }
  }
}

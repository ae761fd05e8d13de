import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** One server of this machine: flags of `redis-server`, or the lines of a sentinel's file. */
export interface RedisServer {
  readonly port: number
  readonly flags: readonly (string | number)[]
  readonly sentinel?: readonly string[]
}

/** Whether this machine can start one. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0
}

/** Starts servers that keep nothing, their files in a folder that goes with them. Returns what stops them. */
export function startRedisServers(servers: readonly RedisServer[]): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-redis-'))
  const children = servers.map(({ port, flags, sentinel }) => {
    const file = join(folder, `${port}.conf`)
    if (sentinel !== undefined) writeFileSync(file, sentinel.map((line) => `${line}\n`).join(''))
    const common = ['--port', port, '--bind', '127.0.0.1', '--dir', folder]
    const kind = sentinel === undefined ? ['--save', '', '--appendonly', 'no'] : []
    const parameters = [...(sentinel === undefined ? [] : [file, '--sentinel']), ...common, ...kind, ...flags]
    return spawn('redis-server', parameters.map(String), { stdio: 'ignore' })
  })
  return async () => {
    await Promise.all(children.map(stopServer))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A client that waits until the server is there. */
export function connectPatiently(port: number): Redis {
  const node = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null })
  return node.on('error', () => undefined)
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = once(server, 'exit')
  server.kill('SIGKILL')
  await gone
}

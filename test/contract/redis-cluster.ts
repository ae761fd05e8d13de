import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'

export interface RedisCluster {
  readonly ports: readonly number[]
  readonly stop: () => Promise<void>
}

const SLOTS = [
  [0, 5460],
  [5461, 10922],
  [10923, 16383],
] as const
const POLLS = 200
const POLL_MILLISECONDS = 50

/** Whether this machine can start one. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0
}

let running: { readonly cluster: Promise<RedisCluster>; users: number } | undefined

/** One cluster for all who ask for it; it stops when the last of them has stopped it. */
export async function shareRedisCluster(): Promise<RedisCluster> {
  const shared = (running ??= { cluster: startRedisCluster(), users: 0 })
  shared.users += 1
  const { ports, stop } = await shared.cluster
  return {
    ports,
    stop: async () => {
      shared.users -= 1
      if (shared.users > 0) return
      running = undefined
      await stop()
    },
  }
}

/** Three primaries on free ports of this machine, their files in a folder that goes with them. */
async function startRedisCluster(): Promise<RedisCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cluster-'))
  const ports = await freePorts(SLOTS.length * 2)
  const servers = SLOTS.map((_, index) => startServer(folder, ports[index]!, ports[index + SLOTS.length]!))
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(stopServer))
    rmSync(folder, { recursive: true, force: true })
  }
  const dataPorts = ports.slice(0, SLOTS.length)
  const nodes = dataPorts.map(connectPatiently)
  try {
    for (const [index, node] of nodes.entries()) {
      await node.call('CLUSTER', 'ADDSLOTSRANGE', ...SLOTS[index]!)
      await nodes[0]!.call('CLUSTER', 'MEET', '127.0.0.1', dataPorts[index]!, ports[index + SLOTS.length]!)
    }
    for (const node of nodes) await untilReady(node)
    return { ports: dataPorts, stop }
  } catch (error) {
    await stop()
    throw error
  } finally {
    for (const node of nodes) node.disconnect()
  }
}

function connectPatiently(port: number): Redis {
  const node = new Redis({
    port,
    host: '127.0.0.1',
    retryStrategy: () => POLL_MILLISECONDS,
    maxRetriesPerRequest: null,
  })
  return node.on('error', () => undefined)
}

function startServer(folder: string, port: number, busPort: number): ChildProcess {
  const flags = [
    '--port',
    port,
    '--cluster-port',
    busPort,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]
  const cluster = ['--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${port}.conf`]
  return spawn('redis-server', [...flags, ...cluster].map(String), { stdio: 'ignore' })
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = once(server, 'exit')
  server.kill('SIGKILL')
  await gone
}

// The nodes gossip in their own time; nothing tells when they have agreed.
async function untilReady(node: Redis): Promise<void> {
  for (let polls = 0; polls < POLLS; polls += 1) {
    const info = await node.cluster('INFO')
    if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${SLOTS.length}`)) return
    await pause(POLL_MILLISECONDS)
  }
  throw new Error('the cluster did not form')
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

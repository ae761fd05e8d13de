import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { freePorts } from '../support/free-ports.js'
import { connectPatiently, startRedisServers } from './redis-servers.js'

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

/** Three primaries on free ports of this machine. */
async function startRedisCluster(): Promise<RedisCluster> {
  const ports = await freePorts(SLOTS.length * 2)
  const dataPorts = ports.slice(0, SLOTS.length)
  const busPortOf = (port: number): number => ports[dataPorts.indexOf(port) + SLOTS.length]!
  const stop = startRedisServers(
    dataPorts.map((port) => ({
      port,
      flags: [
        '--cluster-port',
        busPortOf(port),
        '--cluster-enabled',
        'yes',
        '--cluster-config-file',
        `nodes-${port}.conf`,
      ],
    })),
  )
  const nodes = dataPorts.map(connectPatiently)
  try {
    for (const [index, node] of nodes.entries()) {
      await node.call('CLUSTER', 'ADDSLOTSRANGE', ...SLOTS[index]!)
      await nodes[0]!.call('CLUSTER', 'MEET', '127.0.0.1', dataPorts[index]!, busPortOf(dataPorts[index]!))
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

// The nodes gossip in their own time; nothing tells when they have agreed.
async function untilReady(node: Redis): Promise<void> {
  for (let polls = 0; polls < POLLS; polls += 1) {
    const info = await node.cluster('INFO')
    if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${SLOTS.length}`)) return
    await pause(POLL_MILLISECONDS)
  }
  throw new Error('the cluster did not form')
}

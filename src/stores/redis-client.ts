import { isBytes } from '../is-bytes.js'
import { hasMethod } from './has-method.js'

/**
 * Why a client or its settings make a store over it wrong, or null. Settings are read where either driver keeps them; what
 * a wrapper of the application's own hides cannot be told.
 */
export function clientFault(client: object): string | null {
  if (hasMethod(client, 'evalshaRo'))
    return 'must be of redis or ioredis: that of Upstash may read from the nearest replica'
  if (hasMethod(client, 'release')) return 'must be the sentinel itself: a lease of it ends'
  const settings = settingsOf(client)
  if (settings === null) return 'must show its settings: take a sentinel of redis 6 or later'
  if ([client, ...settings].some((owner) => isSet(at(owner, 'clientSideCache'))))
    return 'must have no client-side cache, which may answer with what was revoked'
  if (settings.some(readsReplicas)) return 'must read from primaries: a replica may answer with what was revoked'
  if (isPrefix(at(client, '_keyPrefix')) || settings.some((options) => isPrefix(at(options, 'keyPrefix'))))
    return 'must have no key prefix of its own: use option prefix'
  return null
}

/** Whether this is a sentinel of node-redis. */
export function isSentinel(client: object): boolean {
  return hasMethod(client, 'getReplicaNodes')
}

/** A member of anything. */
export function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** The options of a client and those it hands to the clients within, or null when it keeps them to itself. */
function settingsOf(client: object): readonly unknown[] | null {
  const options = isSentinel(client) ? sentinelOptions(client) : (at(client, 'options') ?? at(client, '_options') ?? {})
  if (options === null) return null
  return [options, ...['defaults', 'redisOptions', 'nodeClientOptions'].map((name) => at(options, name))]
}

// A sentinel of node-redis shows its options to nobody but the constructor of a duplicate. This one only keeps them.
function sentinelOptions(client: object): unknown {
  const kept: unknown[] = []
  const constructor = function (options: unknown): void {
    kept.push(options)
  }
  const witness: unknown = Object.create({ constructor }, { _self: { value: at(client, '_self') } })
  try {
    Reflect.apply(Reflect.get(client, 'duplicate') as () => unknown, witness, [])
    return kept[0] ?? null
  } catch {
    return null
  }
}

const OF_PRIMARIES = new Set<unknown>([undefined, null, 'master'])

// node-redis: useReplicas of a cluster, replicaPoolSize of a sentinel, readonly of a client. ioredis: scaleReads of a
// cluster, role of a sentinel, readOnly of a client.
function readsReplicas(options: unknown): boolean {
  return (
    ['useReplicas', 'replicaPoolSize', 'readonly', 'readOnly'].some((name) => isSet(at(options, name))) ||
    ['scaleReads', 'role'].some((name) => !OF_PRIMARIES.has(at(options, name)))
  )
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0
}

function isPrefix(prefix: unknown): boolean {
  return (typeof prefix === 'string' || isBytes(prefix)) && prefix.length > 0
}

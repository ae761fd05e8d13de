import { TwoFactorError } from '../errors.js'
import { hasMethod } from './has-method.js'

/** What both clients' scripting takes in its own way. */
export interface NodeRedisScript {
  keys: string[]
  arguments: string[]
}

/** A client, pool, sentinel or cluster of `redis` (node-redis) 5 or later. */
export interface NodeRedisClient {
  get(key: string): Promise<unknown>
  eval(script: string, options: NodeRedisScript): Promise<unknown>
  evalSha(sha1: string, options: NodeRedisScript): Promise<unknown>
}

/** A client or cluster of `ioredis` 5 or later. */
export interface IoRedisClient {
  get(key: string): Promise<unknown>
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
}

/** Whichever of the two clients the application has. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** One server's share of the keys: a cursor walk in the words of either client. */
interface Scannable {
  scan(cursor: string, ...options: unknown[]): Promise<unknown>
}

/** The few commands a store needs, the same for both clients. */
export interface RedisCommands {
  get(key: string): Promise<unknown>
  eval(script: string, key: string, parameters: readonly string[]): Promise<unknown>
  evalSha(sha1: string, key: string, parameters: readonly string[]): Promise<unknown>
  /** Pages of keys that begin with `prefix`, from every primary. */
  scan(prefix: string): AsyncIterable<readonly string[]>
}

/**
 * The commands of whichever client this is.
 * @throws TwoFactorError `ERR_STORE_INVALID` for anything else, and for settings under which the store would be wrong
 */
export function redisCommands(client: RedisClient): RedisCommands {
  const invalid = (message: string): TwoFactorError => new TwoFactorError('ERR_STORE_INVALID', message)
  if (!hasMethod(client, 'get') || !hasMethod(client, 'eval')) throw invalid('client must be of redis or ioredis')
  if (hasOwnPrefix(client)) throw invalid('client must have no key prefix of its own: use option prefix')
  if (readsReplicas(client))
    throw invalid('client must read from primaries: a replica may answer with what was revoked')
  if ('evalSha' in client) {
    return {
      get: (key) => client.get(key),
      eval: (script, key, parameters) => client.eval(script, { keys: [key], arguments: [...parameters] }),
      evalSha: (sha1, key, parameters) => client.evalSha(sha1, { keys: [key], arguments: [...parameters] }),
      scan: (prefix) => scanAll(client, [{ MATCH: `${prefix}*`, COUNT: COUNT }]),
    }
  }
  if (!hasMethod(client, 'evalsha')) throw invalid('client must be of redis or ioredis')
  return {
    get: (key) => client.get(key),
    eval: (script, key, parameters) => client.eval(script, 1, key, ...parameters),
    evalSha: (sha1, key, parameters) => client.evalsha(sha1, 1, key, ...parameters),
    scan: (prefix) => scanAll(client, ['MATCH', `${prefix}*`, 'COUNT', COUNT]),
  }
}

const COUNT = 500

async function* scanAll(client: RedisClient, options: readonly unknown[]): AsyncIterable<readonly string[]> {
  for (const primary of await primaries(client)) {
    let cursor = '0'
    do {
      const page = scanReply(await primary.scan(cursor, ...options))
      cursor = page.cursor
      yield page.keys
    } while (cursor !== '0')
  }
}

async function primaries(client: object): Promise<readonly Scannable[]> {
  if ('masters' in client && Array.isArray(client.masters) && canOpenNodes(client)) {
    return Promise.all(client.masters.map((node) => client.nodeClient(node)))
  }
  if (canListNodes(client)) return client.nodes('master')
  if (isScannable(client)) return [client]
  throw new TwoFactorError('ERR_STORE_INVALID', 'client cannot scan for keys')
}

function isScannable(client: object): client is Scannable {
  return hasMethod(client, 'scan')
}

function canOpenNodes(client: object): client is { nodeClient(node: unknown): Promise<Scannable> } {
  return hasMethod(client, 'nodeClient')
}

function canListNodes(client: object): client is { nodes(role: 'master'): readonly Scannable[] } {
  return hasMethod(client, 'nodes')
}

// node-redis answers with an object, ioredis with a pair; either may have been told to answer with bytes.
function scanReply(reply: unknown): { readonly cursor: string; readonly keys: readonly string[] } {
  const cursor = setting(reply, '0') ?? setting(reply, 'cursor')
  const keys = setting(reply, '1') ?? setting(reply, 'keys')
  if (!Array.isArray(keys)) throw new TwoFactorError('ERR_STORE_FAILED', 'the client does not answer a scan with keys')
  return { cursor: String(cursor), keys: keys.map(String) }
}

function setting(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
    value,
  )
}

function hasOwnPrefix(client: object): boolean {
  const prefixes = [
    setting(client, '_keyPrefix'),
    setting(client, 'options', 'keyPrefix'),
    setting(client, 'options', 'redisOptions', 'keyPrefix'),
  ]
  return prefixes.some((prefix) => (typeof prefix === 'string' || prefix instanceof Uint8Array) && prefix.length > 0)
}

function readsReplicas(client: object): boolean {
  const scaleReads = setting(client, 'options', 'scaleReads')
  return setting(client, '_options', 'useReplicas') === true || (scaleReads !== undefined && scaleReads !== 'master')
}

import { TwoFactorError } from '../errors.js'
import type { StoreCallOptions } from '../interfaces/store.js'
import { hasMethod } from './has-method.js'
import { at, clientFault, isSentinel } from './redis-client.js'

/** What node-redis takes for a script. */
export interface NodeRedisScript {
  keys: string[]
  arguments: string[]
}

/** What node-redis takes for a page of keys. */
export interface NodeRedisScan {
  MATCH: string
  COUNT: number
}

/** A client, pool, sentinel or cluster of `redis` (node-redis) 5 or later; a sentinel of 6 or later. */
export interface NodeRedisClient {
  get(key: string): Promise<unknown>
  eval(script: string, options: NodeRedisScript): Promise<unknown>
  evalSha(sha1: string, options: NodeRedisScript): Promise<unknown>
  scan(cursor: string, options: NodeRedisScan): Promise<unknown>
}

/** A client or cluster of `ioredis` 5 or later. */
export interface IoRedisClient {
  get(key: string): Promise<unknown>
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  scan(cursor: string, match: 'MATCH', pattern: string, count: 'COUNT', keys: number): Promise<unknown>
}

/** Whichever of the two clients the application has. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** The few commands a store needs, the same for both clients. */
export interface RedisCommands {
  get(key: string, call: StoreCallOptions | undefined): Promise<unknown>
  eval(script: string, key: string, parameters: readonly string[], call: StoreCallOptions | undefined): Promise<unknown>
  evalSha(
    sha1: string,
    key: string,
    parameters: readonly string[],
    call: StoreCallOptions | undefined,
  ): Promise<unknown>
  /** Pages of keys that begin with the prefix, from every primary. */
  scan(): AsyncIterable<readonly string[]>
  /** A command's reply from every primary; null for the reply where the client has no way to send the command. */
  ask(command: string, ...parameters: readonly string[]): Promise<readonly unknown[]>
}

/**
 * The commands of whichever client this is, for keys that begin with `prefix`.
 * @throws TwoFactorError `ERR_STORE_INVALID` for anything else, and for settings under which the store would be wrong
 */
export function redisCommands(client: RedisClient, prefix: string): RedisCommands {
  if (!['get', 'eval', 'scan'].every((name) => hasMethod(client, name))) throw invalid('must be of redis or ioredis')
  requireFaultless(client)
  if (isNodeRedis(client)) return isPool(client) ? pooled(client, prefix) : nodeRedis(client, prefix)
  if (hasMethod(client, 'evalsha')) return ioRedis(client, prefix)
  throw invalid('must be of redis or ioredis')
}

function invalid(fault: string): TwoFactorError {
  return new TwoFactorError('ERR_STORE_INVALID', `client ${fault}`)
}

function requireFaultless(client: object): void {
  const fault = clientFault(client)
  if (fault !== null) throw invalid(fault)
}

function isNodeRedis(client: RedisClient): client is NodeRedisClient {
  return hasMethod(client, 'evalSha')
}

/** What node-redis itself has besides, and an adapter need not. */
interface MoreOfNodeRedis {
  readonly masters: readonly unknown[]
  readonly commandOptions: object
  readonly _commandOptions: object
  readonly isReady: boolean
  nodeClient(node: unknown): Promise<NodeRedis>
  sendCommand(...parameters: readonly unknown[]): Promise<unknown>
  withCommandOptions(options: object): NodeRedis
}

type NodeRedis = NodeRedisClient & Partial<MoreOfNodeRedis>

// A cluster of either driver knows its primaries once it has answered.
function nodeRedis(client: NodeRedis, prefix: string): RedisCommands {
  const nodes = async (): Promise<readonly NodeRedis[]> => {
    const { nodeClient } = client
    if (nodeClient === undefined) return [client]
    await client.get(prefix)
    return Promise.all((client.masters ?? []).map((node) => nodeClient.call(client, node)))
  }
  // Told that a command is not for reading only, a sentinel sends it to the primary.
  const ask = (node: NodeRedis, command: readonly string[]): Promise<unknown> | undefined =>
    isSentinel(node) ? node.sendCommand?.(false, command) : node.sendCommand?.(command)
  return {
    get: (key, call) => abortable(client, call).get(key),
    eval: (script, key, parameters, call) =>
      abortable(client, call).eval(script, { keys: [key], arguments: [...parameters] }),
    evalSha: (sha1, key, parameters, call) =>
      abortable(client, call).evalSha(sha1, { keys: [key], arguments: [...parameters] }),
    scan: () => scanAll(nodes(), (node, cursor) => node.scan(cursor, { MATCH: `${prefix}*`, COUNT })),
    ask: async (...command) => Promise.all((await nodes()).map((node) => ask(node, command) ?? NO_REPLY)),
  }
}

/** A pool of node-redis, which shows the settings of its clients only by a client. */
interface NodeRedisPool extends NodeRedisClient {
  execute<Result>(work: (client: NodeRedisClient) => Promise<Result>): Promise<Result>
}

function isPool(client: NodeRedisClient): client is NodeRedisPool {
  return hasMethod(client, 'execute') && 'tasksQueueLength' in client
}

function pooled(pool: NodeRedisPool, prefix: string): RedisCommands {
  requireFaultlessMember(pool)
  const known = new WeakMap<NodeRedisClient, RedisCommands>()
  const commandsOf = (client: NodeRedisClient): RedisCommands => {
    requireFaultless(client)
    const commands = nodeRedis(client, prefix)
    known.set(client, commands)
    return commands
  }
  // Once nobody waits for the answer any more, a command that stood in line for a client is not sent.
  const use = <Result>(
    call: StoreCallOptions | undefined,
    work: (commands: RedisCommands) => Promise<Result>,
  ): Promise<Result> =>
    pool.execute(async (client) => {
      call?.signal.throwIfAborted()
      return work(known.get(client) ?? commandsOf(client))
    })
  return {
    ...nodeRedis(pool, prefix),
    get: (key, call) => use(call, (commands) => commands.get(key, call)),
    eval: (script, key, parameters, call) => use(call, (commands) => commands.eval(script, key, parameters, call)),
    evalSha: (sha1, key, parameters, call) => use(call, (commands) => commands.evalSha(sha1, key, parameters, call)),
  }
}

// A pool that is open and idle hands over a client before it returns. Any other is looked into at the first call.
function requireFaultlessMember(pool: NodeRedisPool): void {
  const faults: (string | null)[] = []
  const look = (client: NodeRedisClient): Promise<unknown> => Promise.resolve(faults.push(clientFault(client)))
  pool.execute(look).catch(ignore)
  const [fault = null] = faults
  if (fault !== null) throw invalid(fault)
}

function ignore(): void {
  return
}

// A command that waits to be written, because the server is away, is dropped with the signal; one that was written runs. A
// single connection that is ready writes at once.
function abortable(client: NodeRedis, call: StoreCallOptions | undefined): NodeRedis {
  const isSingle = client.nodeClient === undefined && !isSentinel(client)
  if (call === undefined || client.withCommandOptions === undefined || (isSingle && client.isReady)) return client
  const options = client.commandOptions ?? client._commandOptions
  // The driver's own timeout would do the same once more.
  return client.withCommandOptions({ ...options, timeout: undefined, abortSignal: call.signal })
}

/** What ioredis itself has besides, and an adapter need not. */
interface MoreOfIoRedis {
  nodes(role: 'master'): readonly IoRedis[]
  call(command: string, ...parameters: readonly string[]): Promise<unknown>
}

type IoRedis = IoRedisClient & Partial<MoreOfIoRedis>

function ioRedis(client: IoRedis, prefix: string): RedisCommands {
  const nodes = async (): Promise<readonly IoRedis[]> => {
    if (client.nodes === undefined) return [client]
    await client.get(prefix)
    return client.nodes('master')
  }
  return {
    get: (key) => client.get(key),
    eval: (script, key, parameters) => client.eval(script, 1, key, ...parameters),
    evalSha: (sha1, key, parameters) => client.evalsha(sha1, 1, key, ...parameters),
    scan: () => scanAll(nodes(), (node, cursor) => node.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', COUNT)),
    ask: async (...command) => Promise.all((await nodes()).map((node) => node.call?.(...command) ?? NO_REPLY)),
  }
}

const NO_REPLY = Promise.resolve(null)
const COUNT = 500

async function* scanAll<Node>(
  nodes: Promise<readonly Node[]>,
  scan: (node: Node, cursor: string) => Promise<unknown>,
): AsyncIterable<readonly string[]> {
  for (const primary of await nodes) {
    let cursor = '0'
    do {
      const page = scanReply(await scan(primary, cursor))
      cursor = page.cursor
      yield page.keys
    } while (cursor !== '0')
  }
}

// node-redis answers with an object, ioredis with a pair; either may have been told to answer with bytes.
function scanReply(reply: unknown): { readonly cursor: string; readonly keys: readonly string[] } {
  const cursor = at(reply, '0') ?? at(reply, 'cursor')
  const keys = at(reply, '1') ?? at(reply, 'keys')
  if (Array.isArray(keys)) return { cursor: String(cursor), keys: keys.map(String) }
  throw new TwoFactorError('ERR_STORE_FAILED', 'unexpected answer of the client: a scan must give a cursor and keys')
}

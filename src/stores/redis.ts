import { createHash } from 'node:crypto'
import { TwoFactorError } from '../errors.js'
import type { Store, StoreCallOptions, StoreSwapOptions } from '../interfaces/store.js'
import { checkKey, checkSwap, type EngineLimits } from './call-arguments.js'
import { at } from './redis-client.js'
import { redisCommands, type RedisClient, type RedisCommands } from './redis-commands.js'
import { verifyRedis } from './redis-settings.js'
import type { SettingFinding } from './settings.js'

export type { IoRedisClient, NodeRedisClient, NodeRedisScan, NodeRedisScript, RedisClient } from './redis-commands.js'
export type { SettingFinding } from './settings.js'

/** A store over Redis. */
export interface RedisStore extends Store {
  /**
   * Reads the settings of every primary, and of the client, that endanger records. Empty when there is nothing to say; what
   * a managed server does not tell is found to be unknown.
   */
  verifySettings(): Promise<readonly SettingFinding[]>
}

/** What sets this store's keys apart. */
export interface RedisStoreOptions {
  /** What every key begins with: 1 to 64 of A-Z a-z 0-9 _ . : - ; `countersign:` unless said otherwise. */
  readonly prefix?: string | undefined
}

// One key, so it runs on a cluster. Absent is the empty string, present is "=" and the value.
const SWAP = `local current = redis.call('GET', KEYS[1])
if (current and '=' .. current or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1])
elseif ARGV[3] == '' then redis.call('SET', KEYS[1], string.sub(ARGV[2], 2))
else redis.call('SET', KEYS[1], string.sub(ARGV[2], 2), ARGV[4], ARGV[3]) end
return 1`
const SWAP_SHA1 = createHash('sha1').update(SWAP).digest('hex')

// As servers say it, and as Valkey GLIDE says it after them.
const NO_SCRIPT = /^NOSCRIPT\b|\bNoScriptError\b/

const LIMITS: EngineLimits = { holdsNul: true, holdsMark: true, keyBytes: 65_536 }

/**
 * Records in Redis 6.2 or later (or a server that speaks its protocol), single, replicated or a cluster. Redis drops
 * expired values by itself. Read docs/stores.md on persistence and eviction first: out of the box, Redis may forget.
 * @throws TwoFactorError `ERR_STORE_INVALID`, also for a client that reads from replicas or a cache of its own, or adds a
 *   key prefix. Its calls reject with `ERR_INPUT_INVALID` for a lone surrogate or a key beyond 64 KiB; with
 *   `ERR_STORE_INVALID` when only a pool that is open shows such a client; with `ERR_STORE_FAILED` when the client answers
 *   in another shape; and with the driver's own error otherwise.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RedisStore {
  const prefix = resolvePrefix(options)
  const commands = redisCommands(client, prefix)
  return Object.freeze({
    async get(key: string, call?: StoreCallOptions) {
      checkKey(key, LIMITS)
      const reply = await commands.get(prefix + key, call)
      return typeof reply === 'string' || reply === null ? reply : toText(reply)
    },
    async swap(
      key: string,
      previous: string | null,
      next: string | null,
      expiresAt: number | null,
      call?: StoreSwapOptions,
    ) {
      checkKey(key, LIMITS)
      checkSwap(previous, next, expiresAt, LIMITS)
      const parameters = [
        previous === null ? '' : `=${previous}`,
        next === null ? '' : `=${next}`,
        ...expiry(expiresAt, call?.at),
      ]
      return toAnswer(await runSwap(commands, prefix + key, parameters, call))
    },
    async *keys() {
      for await (const page of commands.scan()) for (const key of page) yield key.slice(prefix.length)
    },
    verifySettings: () => verifyRedis(commands, client),
  })
}

// By the caller's clock where it is known: a server whose clock is ahead would drop early what was just written.
function expiry(expiresAt: number | null, at: number | undefined): readonly [string, string] {
  if (expiresAt === null) return ['', '']
  return at === undefined ? [String(expiresAt), 'PXAT'] : [String(Math.max(1, Math.ceil(expiresAt - at))), 'PX']
}

// A server that was restarted or has just been promoted does not know the script; it says so before doing anything.
async function runSwap(
  commands: RedisCommands,
  key: string,
  parameters: readonly string[],
  call: StoreCallOptions | undefined,
): Promise<unknown> {
  try {
    return await commands.evalSha(SWAP_SHA1, key, parameters, call)
  } catch (error) {
    if (!NO_SCRIPT.test(String(at(error, 'message')))) throw error
    return commands.eval(SWAP, key, parameters, call)
  }
}

// Some clients are told to answer with bytes.
function toText(reply: unknown): string {
  if (Buffer.isBuffer(reply)) return reply.toString('utf8')
  throw new TwoFactorError('ERR_STORE_FAILED', 'unexpected answer of the client: get must give text or null')
}

// Numbers may come as text, bytes or big integers, as the client was told. Anything else is not an answer of the script.
function toAnswer(reply: unknown): boolean {
  const answer =
    typeof reply === 'number' || typeof reply === 'bigint' || Buffer.isBuffer(reply) ? String(reply) : reply
  if (answer === '0' || answer === '1') return answer === '1'
  throw new TwoFactorError('ERR_STORE_FAILED', 'unexpected answer of the client: a script must give 0 or 1')
}

// These characters mean nothing to MATCH, and no braces keep keys apart from cluster hash tags.
function resolvePrefix(options: RedisStoreOptions): string {
  const given: unknown = options
  if (typeof given !== 'object' || given === null)
    throw new TwoFactorError('ERR_STORE_INVALID', 'options must be an object')
  const { prefix = 'countersign:' }: { readonly prefix?: unknown } = given
  if (typeof prefix === 'string' && /^[\w.:-]{1,64}$/.test(prefix)) return prefix
  throw new TwoFactorError('ERR_STORE_INVALID', 'option prefix must be 1 to 64 letters, digits and _ . : -')
}

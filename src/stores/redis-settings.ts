import { at } from './redis-client.js'
import type { RedisCommands } from './redis-commands.js'
import { judge, type SettingFinding, type SettingRule } from './settings.js'

/** Reads what endangers records from every primary; the same finding of several of them is told once. */
export async function verifyRedis(commands: RedisCommands, client: object): Promise<readonly SettingFinding[]> {
  const servers = await readServers(commands)
  const findings = servers.flatMap((values) => judge(redisRules, values))
  const told = new Map(findings.map((finding) => [`${finding.setting} ${String(finding.value)}`, finding]))
  return [...told.values(), ...judge(clientRules, clientSettings(client))]
}

// Only ioredis has these. A command that was written when the connection broke may have run.
function clientSettings(client: object): ReadonlyMap<string, string> {
  const options = at(client, 'options')
  const names = ['autoResendUnfulfilledCommands', 'retryDelayOnFailover']
  return new Map(
    names.flatMap((name): [string, string][] => {
      const value = at(options, name)
      return typeof value === 'boolean' || typeof value === 'number' ? [[name, String(value)]] : []
    }),
  )
}

const CONFIGURED = ['appendfsync', 'save', 'min-replicas-to-write']

// INFO is open to nearly everyone, CONFIG is not: what either refuses is left out, and so found to be unknown.
async function readServers(commands: RedisCommands): Promise<readonly ReadonlyMap<string, string>[]> {
  const infos = await unlessRefused(commands.ask('INFO'))
  const settings = await Promise.all(CONFIGURED.map((name) => unlessRefused(commands.ask('CONFIG', 'GET', name))))
  return (infos ?? [null]).map((info, server) => {
    const values = parseInfo(info)
    for (const [index, name] of CONFIGURED.entries()) {
      const value = configured(settings[index]?.[server], name)
      if (value !== undefined) values.set(name, value)
    }
    return values
  })
}

// An error that a server replies with says that it refuses; any other says that there was no reply.
async function unlessRefused<Reply>(asked: Promise<Reply>): Promise<Reply | null> {
  try {
    return await asked
  } catch (error) {
    if (/^(?:ERR|NOPERM|NOAUTH)\b|unknown command/i.test(String(at(error, 'message')))) return null
    throw error
  }
}

function parseInfo(reply: unknown): Map<string, string> {
  const lines = typeof reply === 'string' || Buffer.isBuffer(reply) ? String(reply).split(/\r?\n/) : []
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const colon = line.indexOf(':')
      return colon < 1 || line.startsWith('#') ? [] : [[line.slice(0, colon), line.slice(colon + 1)]]
    }),
  )
}

// A pair, an object or a map, as the protocol and the client have it.
function configured(reply: unknown, name: string): string | undefined {
  const value: unknown = isMap(reply) ? reply.get(name) : Array.isArray(reply) ? reply[1] : at(reply, name)
  return typeof value === 'string' || Buffer.isBuffer(value) ? String(value) : undefined
}

/** Whether it is a map, of this realm or another. */
function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]'
}

/** What endangers records in Redis. */
const redisRules: readonly SettingRule[] = [
  {
    setting: 'role',
    severity: 'unsafe',
    isSafe: (value) => value === 'master',
    advice: 'A replica may answer with what was revoked, and takes no swap: connect to the primary.',
  },
  {
    setting: 'maxmemory_policy',
    severity: 'unsafe',
    isSafe: (value) => value === 'noeviction',
    advice:
      'A full server drops records: of any user with allkeys policies, and guess counts, locks and sending budgets with ' +
      'volatile ones. Set maxmemory-policy to noeviction.',
  },
  {
    setting: 'aof_enabled',
    severity: 'unsafe',
    isSafe: (value, others) => value === '1' || (others.get('save') ?? '') !== '',
    advice: 'Nothing is on disk, so that a restart leaves every user without a second factor: set appendonly to yes.',
  },
  {
    setting: 'save',
    severity: 'advice',
    isSafe: (value, others) => value === '' || others.get('aof_enabled') !== '0',
    advice: 'A crash takes back all since the last snapshot, whole second factors too: set appendonly to yes.',
  },
  {
    setting: 'appendfsync',
    severity: 'advice',
    isSafe: (value, others) => value === 'always' || others.get('aof_enabled') === '0',
    advice: 'A crash takes back the last swaps, and a code that was spent works again: set appendfsync to always.',
  },
  {
    setting: 'min-replicas-to-write',
    severity: 'advice',
    isSafe: (value, others) => value !== '0' || others.get('connected_slaves') === '0',
    advice: 'A primary that was cut off goes on taking swaps that the failover undoes: set min-replicas-to-write to 1.',
  },
]

/** What endangers swaps in the client. */
const clientRules: readonly SettingRule[] = [
  {
    setting: 'autoResendUnfulfilledCommands',
    severity: 'advice',
    isSafe: (value) => value === 'false',
    optional: true,
    advice: 'A swap whose answer was lost is sent again, and then counts as lost: set it to false.',
  },
  {
    setting: 'retryDelayOnFailover',
    severity: 'advice',
    isSafe: (value) => value === '0',
    optional: true,
    advice: 'A cluster sends a swap whose answer was lost again, and then it counts as lost: set it to 0.',
  },
]

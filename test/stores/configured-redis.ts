import type { IoRedisClient } from '../../src/stores/redis.js'

/** A client of an empty server that answers other commands as `reply` says. */
export const ask = (reply: (command: readonly string[]) => unknown): IoRedisClient => {
  const client = {
    get: async () => null,
    eval: async () => 1,
    evalsha: async () => 1,
    scan: async () => ['0', []],
    call: async (...command: string[]) => reply(command),
  }
  return client
}

/** A server whose INFO and CONFIG say what is right, but for what is given. */
export const saying = (info: Record<string, string>, config: Record<string, string> = {}): IoRedisClient => {
  const infos = { role: 'master', connected_slaves: '0', maxmemory_policy: 'noeviction', aof_enabled: '1', ...info }
  const settings: Record<string, string> = { appendfsync: 'always', save: '', 'min-replicas-to-write': '0', ...config }
  return ask(([command, , name = '']) =>
    command === 'INFO'
      ? `# Server\r\n${Object.entries(infos)
          .map(([key, value]) => `${key}:${value}\r\n`)
          .join('')}`
      : [name, settings[name]],
  )
}

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../../src/cli/io.js'
import type { IoRedisClient } from '../../src/stores/redis.js'
import { ask, saying } from '../stores/configured-redis.js'
import { command } from './terminal.js'

const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8')

/** What the command says of a Redis that answers as `client` does, reached by ioredis. */
function settingsOf(client: IoRedisClient, ...options: string[]) {
  const own: object = { on: () => own, connect: async () => undefined, disconnect: () => undefined, ...client }
  const Redis = Object.assign(function () {
    return own
  }, {})
  const load = (name: string): unknown => (name === 'ioredis' ? { Redis } : null)
  return command(['settings', '--store', 'redis://127.0.0.1', ...options], { load })
}

describe('settings', () => {
  it('says when there is nothing to say', async () => {
    const out = 'nothing to say: no setting endangers records\n'
    expect(await settingsOf(saying({}))).toEqual({ code: EXIT.completed, out, err: '' })
  })

  it('tells what is unsafe as its page shows, and says so by the exit code', async () => {
    const { code, out, err } = await settingsOf(saying({ maxmemory_policy: 'allkeys-lru' }))
    expect([code, err]).toEqual([EXIT.unsafe, ''])
    const [, shown] = /## settings\n.*?```\n(unsafe.*?)```\n/s.exec(page) ?? []
    expect(out).toBe(shown)
  })

  it('tells what is only advice, or not told, without failing', async () => {
    const advice = await settingsOf(saying({}, { appendfsync: 'everysec' }))
    expect([advice.code, advice.out.split('\n')[0]]).toEqual([0, 'advice: appendfsync is everysec'])
    const managed = ask(([name]) => {
      if (name === 'INFO') return 'role:master\nmaxmemory_policy:noeviction\naof_enabled:1\nconnected_slaves:0\n'
      throw new Error('ERR unknown command')
    })
    const unknown = await settingsOf(managed)
    expect([unknown.code, unknown.out.split('\n')[0]]).toEqual([0, 'unknown: save is not told'])
  })

  it('gives the findings as JSON', async () => {
    const { code, out } = await settingsOf(saying({ role: 'slave' }), '--json')
    expect(code).toBe(EXIT.unsafe)
    expect(JSON.parse(out)).toMatchObject([{ setting: 'role', value: 'slave', severity: 'unsafe' }])
    expect((await settingsOf(saying({}), '--json')).out).toBe('[]\n')
  })

  it('fails when the engine ends before it answers', async () => {
    const gone = ask(() => {
      throw new Error('Connection is closed.')
    })
    expect(await settingsOf(gone)).toMatchObject({ code: EXIT.failed, out: '' })
  })
})

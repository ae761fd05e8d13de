import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../../src/cli/io.js'
import { COMMANDS, USAGE } from '../../src/cli/usage.js'
import { createTwoFactor } from '../../src/index.js'
import { memoryStore } from '../../src/stores/memory.js'
import { mysqlSchema } from '../../src/stores/mysql.js'
import { postgresSchema } from '../../src/stores/postgres.js'
import { sqliteSchema } from '../../src/stores/sqlite.js'
import type { KeyOption } from '../../src/options.js'
import { command, newKey } from './terminal.js'

const schemes = ['postgres', 'postgresql', 'mysql', 'mariadb', 'redis', 'rediss', 'sqlite', 'pglite']

describe('the command line', () => {
  it.each(['help', '--help', '-h'])('gives an overview at %s, with every command', async (word) => {
    const { code, out, err } = await command([word])
    expect([code, err]).toEqual([0, ''])
    for (const name of COMMANDS) expect(out).toContain(`  ${name} `)
  })

  it('tells its version', async () => {
    expect(await command(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' })
  })

  describe.each(COMMANDS)('%s', (name) => {
    it.each([[[name, '--help']], [[name, '-h']], [[name, '--bogus', '--help']], [['help', name]]])(
      'says how it is used at %j',
      async (args) => {
        expect(await command(args)).toEqual({ code: 0, out: USAGE[name], err: '' })
      },
    )

    it('names an option that it does not know, and says where to read on', async () => {
      expect(await command([name, '--bogus', 'x'])).toEqual({
        code: 2,
        out: '',
        err: `countersign: unknown option --bogus\nsee: countersign help ${name}\n`,
      })
    })
  })

  it.each([[[]], [['']], [['resael']], [['__proto__']], [['constructor']], [['--store', 'x', 'reseal']]])(
    'takes %j for no command',
    async (args) => {
      const { code, out, err } = await command(args)
      expect([code, out]).toEqual([2, ''])
      expect(err).toContain('the command must be one of keygen, reseal, inspect, settings, schema, help')
    },
  )

  it('documents each option that it takes, and no other', async () => {
    for (const name of COMMANDS) {
      const documented = new Set([...USAGE[name].matchAll(/--[a-z]+/g)].map(([option]) => option))
      for (const option of [
        '--store',
        '--table',
        '--prefix',
        '--keys',
        '--namespace',
        '--progress',
        '--user',
        '--summary',
        '--json',
        '--id',
        '--env',
      ]) {
        const { err } = await command([name, ...(name === 'schema' ? ['sqlite'] : []), option])
        expect(err.includes('unknown option'), `${name} ${option}`).toBe(!documented.has(option))
      }
    }
  })
})

describe('docs/command-line.md', () => {
  it('names every command, option, driver scheme and exit code, and no option that there is not', () => {
    const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8')
    const options = (text: string): readonly string[] => [...new Set(text.match(/--[a-z]+(?![a-z-])/g))].sort()
    const elsewhere = ['--env-file', '--help', '--version']
    expect(options(page).filter((option) => !elsewhere.includes(option))).toEqual(
      options(Object.values(USAGE).join('')),
    )
    for (const name of COMMANDS) expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'))
    expect([...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))).toEqual(Object.values(EXIT))
    for (const scheme of schemes) expect(page).toContain(`\`${scheme}:`)
  })
})

describe('keygen', () => {
  const usable = (keys: readonly KeyOption[]): object =>
    createTwoFactor({ issuer: 'Example', keys, store: memoryStore() })

  it('prints a key that the library takes, called by its id', async () => {
    const { code, out, err } = await command(['keygen', '--id', 'k2'])
    expect([code, err]).toEqual([0, ''])
    const key = JSON.parse(out) as { readonly id: string; readonly secret: string }
    expect(Object.keys(key)).toEqual(['id', 'secret'])
    expect(key.id).toBe('k2')
    expect(Buffer.from(key.secret, 'base64url')).toHaveLength(32)
    expect(usable([key])).toBeDefined()
  })

  it('calls a key by the day, so that it is not called like the one before', async () => {
    expect(JSON.parse((await command(['keygen'])).out)).toMatchObject({ id: 'k20260115' })
  })

  it('prints a line for an environment file, which holds a whole ring', async () => {
    const { out } = await command(['keygen', '--env', '--id', 'k2'])
    const [, json = ''] = /^COUNTERSIGN_KEYS='(.+)'\n$/.exec(out) ?? []
    expect(usable(JSON.parse(json) as readonly KeyOption[])).toBeDefined()
  })

  it('makes another secret each time', async () => {
    const bytes = newKey('k1').secret
    const random = { bytes: () => Buffer.from(bytes, 'base64url') }
    expect(JSON.parse((await command(['keygen'], { random })).out)).toMatchObject({ secret: bytes })
    const { secret: other } = JSON.parse((await command(['keygen'])).out) as { secret: string }
    expect(other).not.toBe(bytes)
  })

  it.each(['', 'a b', 'k.1', 'k12345678901234567890123456789012', 'ключ'])('refuses the id %j', async (id) => {
    const { code, out, err } = await command(['keygen', `--id=${id}`])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('--id')
  })
})

describe('schema', () => {
  it.each([
    ['postgres', postgresSchema],
    ['mysql', mysqlSchema],
    ['sqlite', sqliteSchema],
  ] as const)('prints the schema of %s', async (engine, schema) => {
    expect(await command(['schema', engine])).toEqual({ code: 0, out: schema(), err: '' })
    expect((await command(['schema', engine, '--table', 'auth.second_factor'])).out).toBe(
      schema({ table: 'auth.second_factor' }),
    )
  })

  it.each([[[]], [['redis']], [['__proto__']], [['postgres', 'mysql']], [['postgres', '--table', 'a;b']]])(
    'refuses %j',
    async (args) => {
      const { code, out, err } = await command(['schema', ...args])
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(/^countersign: .+\nsee: countersign help schema\n$/)
    },
  )
})

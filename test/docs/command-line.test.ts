import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { inspectUser } from '../../src/cli/inspect.js'
import { EXIT } from '../../src/cli/io.js'
import { COMMANDS, USAGE } from '../../src/cli/usage.js'
import { makeTerminal } from '../cli/terminal.js'
import { must } from '../support/outcome.js'
import { begin, enrolSms, enrolTotp, PHONE } from '../support/people.js'
import { makeWorld, NEW_KEY, OLD_KEY } from '../support/world.js'
import { listedIn } from './tables.js'

const page = readFileSync(fileURLToPath(new URL('../../docs/command-line.md', import.meta.url)), 'utf8')

describe('docs/command-line.md', () => {
  it('names every command and every option', () => {
    expect(listedIn('docs/command-line.md', 'command')).toEqual([...COMMANDS, 'help'])
    for (const command of COMMANDS) {
      expect(page).toContain(`\n## ${command}\n`)
      const named = [...USAGE[command].matchAll(/^ {2}(--[a-z]+)/gm)].map(([, option = '']) => option)
      expect(named.length).toBeGreaterThan(0)
      expect(named.filter((option) => !page.includes(option))).toEqual([])
    }
  })

  it('names every exit code', () => {
    expect(listedIn('docs/command-line.md', 'exit code').map(Number)).toEqual(
      Object.values(EXIT).sort((one, other) => one - other),
    )
  })

  it('shows what inspect prints', async () => {
    const world = makeWorld()
    const { challenge } = world.twoFactor
    const ada = await enrolTotp(world, 'ada', { name: 'Old phone' })
    const byText = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    const signIn = await begin(world, 'ada')
    const trustDevice = { name: 'Firefox on Linux', details: 'Lisbon' }
    const proof = { token: signIn.token, code: ada.code(), trustDevice, clientAddress: '192.0.2.77' }
    must(await challenge.verify(proof), 'approved')
    world.clock.advanceSeconds(30)
    const { token } = await begin(world, 'ada', { factorId: byText.factor.id })
    for (let wrong = 0; wrong < 2; wrong++) await challenge.verify({ token, code: byText.wrongCode() })

    const terminal = makeTerminal()
    terminal.clock.set(world.clock.now())
    const request = { store: world.data, keys: [NEW_KEY, OLD_KEY], namespace: 'default', userId: 'ada', json: false }
    expect(await inspectUser(request, terminal)).toBe(EXIT.completed)
    const [, shown = ''] = /Shows what a user's record says:\n\n```\n(.*?)```\n/s.exec(page) ?? []
    const apart = (text: string): string => text.replace(/\d+ bytes/, 'N bytes')
    expect(apart(shown)).toBe(apart(terminal.printed))
  })
})

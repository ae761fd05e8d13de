import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { bundled } from '../support/bundled.js'
import { engines } from './engines.js'
import type { Address } from './open-store.js'

interface Raise {
  readonly from: string | null
  readonly to: string
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const script = await bundled(fileURLToPath(new URL('raising-process.ts', import.meta.url)))

for (const engine of await engines([
  'sqlite by libsql',
  'sqlite by node:sqlite',
  'sqlite by better-sqlite3',
  'postgres',
  'mysql',
  'redis by node-redis',
])) {
  describe(`two processes over ${engine.name}`, () => {
    afterAll(() => engine.close())

    it('raise one counter, and not one raise is lost or doubled', async () => {
      const processes = ['left', 'right'].map((name) => start(engine.address!, name))
      const raises = await raceToTheEnd(processes)

      const byPrevious = new Map(raises.map((raise) => [raise.from, raise.to]))
      expect(byPrevious.size).toBe(raises.length)
      const chain: string[] = []
      for (let at = byPrevious.get(null); at !== undefined; at = byPrevious.get(at)) chain.push(at)
      expect(chain.map((value) => Number.parseInt(value, 10))).toEqual(raises.map((_, index) => index + 1))
      const store = await engine.makeStore()
      expect(await store.get('counter')).toBe(chain.at(-1))
    })
  })
}

type Child = ChildProcessByStdio<Writable, Readable, null>

function start(address: Address, name: string): Child {
  return spawn(process.execPath, [script, JSON.stringify(address), name], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

async function raceToTheEnd(children: readonly Child[]): Promise<readonly Raise[]> {
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  const answers = children.map((child) => text(child.stdout))
  for (const child of children) child.stdin.write('go\n')
  return (await Promise.all(answers)).flatMap((answer) => JSON.parse(answer) as Raise[])
}

import { holds, inParallel, same, show, type Arena, type ContractCase } from './contract-case.js'

const MANY = 250

/** What `keys` lists. */
export const keyCases: readonly ContractCase[] = [
  {
    name: 'keys lists every key, as it was written',
    run: async (arena: Arena): Promise<void> => {
      const written = await writeKeys(arena, 'listed', [
        'Aa',
        'aA',
        '\u00e9',
        'e\u0301',
        '\u{1f600}',
        ' ',
        '*',
        '%',
        '__proto__',
      ])
      const gone = await arena.key('listed-gone')
      same('swap', await arena.store.swap(gone, null, 'a', null), true)
      same('swap', await arena.store.swap(gone, 'a', null, null), true)
      const seen = await seenKeys(arena)
      for (const k of written) holds(`keys() leaves out ${show(k)}`, seen.has(k))
      holds(`keys() lists ${show(gone)}, which was removed`, !seen.has(gone))
    },
  },
  {
    name: 'keys goes on while others write, and leaves out none that was there all the time',
    run: async (arena: Arena): Promise<void> => {
      const names = Array.from({ length: MANY }, (_, index) => String(index).padStart(4, '0'))
      const stayed = await writeKeys(arena, 'stayed', names)
      const passing = await writeKeys(arena, 'passing', names.slice(0, 50))
      const seen = new Set<string>()
      for await (const k of arena.store.keys()) {
        seen.add(k)
        const going = passing.pop()
        if (going === undefined) continue
        same('swap during the walk', await arena.store.swap(going, 'value', null, null), true)
        const coming = await arena.key(`coming-${going}`)
        same('swap during the walk', await arena.store.swap(coming, null, 'value', null), true)
      }
      for (const k of stayed) holds(`keys() leaves out ${show(k)}`, seen.has(k))
    },
  },
]

async function writeKeys({ store, key }: Arena, group: string, names: readonly string[]): Promise<string[]> {
  const written: string[] = []
  await inParallel(names, 16, async (name) => {
    const k = await key(`${group}-${name}`)
    same(`swap at ${show(k)}`, await store.swap(k, null, 'value', null), true)
    written.push(k)
  })
  return written
}

async function seenKeys({ store }: Arena): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  for await (const k of store.keys()) seen.add(k)
  return seen
}

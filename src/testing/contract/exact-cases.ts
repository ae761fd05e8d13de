import { holds, same, show, type Arena, type ContractCase, type Refusal } from './contract-case.js'

// Words in several cases, accents in two normal forms, widths, spaces, numbers, ligatures, astral characters; then what
// means something to patterns, quoting, paths or objects.
const LOOK_ALIKES: readonly string[] = [
  ...[
    'user',
    'User',
    'USER',
    'user ',
    ' user',
    'user\t',
    'user\n',
    'user\u200b',
    '\uff55\uff53\uff45\uff52',
    'us\u00e9r',
    'use\u0301r',
  ],
  ...[
    '1',
    '01',
    '1.0',
    '1e0',
    '\uff11',
    '\u00df',
    'ss',
    'i',
    'I',
    '\u0131',
    '\u0130',
    'fi',
    '\ufb01',
    '\u00c5',
    '\u212b',
    'A\u030a',
  ],
  ...[
    '\u{1f600}',
    '\u{1f601}',
    '\u{1f469}\u200d\u{1f467}',
    '\u65e5\u672c',
    '\u65e5\u672c ',
    '\u0001',
    '\u007f',
    '\ufffd',
    'a\ufeff',
    'a',
    '',
  ],
  ...[
    '*',
    '?',
    '%',
    '_',
    'u%',
    'use_',
    '[u]',
    '{u}',
    '\\',
    '\\\\',
    "'",
    "''",
    '"',
    '`',
    ';--',
    '$1',
    ':a',
    'a:b',
    'a/b',
    '../a',
  ],
  ...['null', 'undefined', 'true', 'NaN', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'],
]

// As long as records may become and half as long again: no letter of it may be cut, compressed away or left uncompared.
const RECORD_LENGTH = 24 * 1024
const RECORD = Array.from({ length: RECORD_LENGTH / 8 }, (_, index) =>
  (index * 2_654_435_761).toString(36).padStart(8, '0').slice(-8),
).join('')

const LONG_KEY = 'k'.repeat(980)
const LONG_VALUE = 'long \u{1f600} '.repeat(8192)
const UNUSUAL: Readonly<Record<Refusal, string>> = {
  nul: 'a\0b',
  'lone-surrogate': 'a\ud83db',
  'byte-order-mark': '\ufeffab',
}

/** Keys and values are compared and kept unit by unit, whatever they look like. */
export const exactCases: readonly ContractCase[] = [
  {
    name: 'get returns a value exactly as it was written',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('exact-value')
      let current: string | null = null
      for (const value of [...LOOK_ALIKES, LONG_VALUE]) {
        same(`swap for ${show(value)}`, await store.swap(k, current, value, null), true)
        same('get', await store.get(k), value)
        current = value
      }
    },
  },
  {
    name: 'swap does not take a look-alike for the current value',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('exact-previous')
      let current = 'first'
      same('swap null', await store.swap(k, null, current, null), true)
      for (const value of LOOK_ALIKES) {
        same(`swap for ${show(value)}`, await store.swap(k, current, value, null), true)
        for (const other of lookAlikesOf(value)) {
          same(`swap ${show(other)} where ${show(value)} is`, await store.swap(k, other, 'wrong', null), false)
        }
        current = value
      }
    },
  },
  {
    name: 'a value of 24 KiB is kept whole, and compared to its last letter',
    run: async ({ store, key, anotherStore }: Arena): Promise<void> => {
      const k = await key('exact-record')
      same('swap null for it', await store.swap(k, null, RECORD, null), true)
      same('get of another store', await (await anotherStore()).get(k), RECORD)
      for (const other of [`${RECORD.slice(0, -1)}.`, RECORD.slice(0, -1), `${RECORD}.`, `.${RECORD.slice(1)}`]) {
        same(`swap ${show(other)} in its place`, await store.swap(k, other, 'wrong', null), false)
      }
      const next = RECORD.replaceAll('1', '2')
      same('swap of it for one as long', await store.swap(k, RECORD, next, null), true)
      same('get', await store.get(k), next)
      same('swap of it for null', await store.swap(k, next, null, null), true)
      same('get', await store.get(k), null)
    },
  },
  {
    name: 'keys that look alike are different keys, and any name is a key like another',
    run: async ({ store, key }: Arena): Promise<void> => {
      const keys = [...(await Promise.all(LOOK_ALIKES.map((text) => key(`exact-${text}`)))), ...(await bareKeys(key))]
      for (const [index, k] of keys.entries()) {
        same(`get of ${show(k)} before it was written`, await store.get(k), null)
        same(`swap at ${show(k)}`, await store.swap(k, null, `value ${index}`, null), true)
      }
      for (const [index, k] of keys.entries()) same(`get of ${show(k)}`, await store.get(k), `value ${index}`)
    },
  },
  {
    name: 'U+0000, lone surrogates and U+FEFF in front are kept exactly, or refused with an error and nothing changed',
    run: async (arena: Arena): Promise<void> => {
      for (const kind of ['nul', 'lone-surrogate', 'byte-order-mark'] as const) {
        if (arena.refuses.includes(kind)) await refused(arena, UNUSUAL[kind])
        else await kept(arena, UNUSUAL[kind])
      }
    },
  },
]

// Its neighbours in the list are the texts it could be mistaken for.
function lookAlikesOf(value: string): readonly string[] {
  const at = LOOK_ALIKES.indexOf(value)
  return [...LOOK_ALIKES.slice(Math.max(0, at - 3), at), ...LOOK_ALIKES.slice(at + 1, at + 4), `${value} `, `${value}x`]
}

async function bareKeys(key: Arena['key']): Promise<readonly string[]> {
  return Promise.all([key(LONG_KEY), key(`${LONG_KEY}k`), key(`${LONG_KEY}K`)])
}

async function kept({ store, key }: Arena, text: string): Promise<void> {
  const k = await key(text)
  const before = await key(text.slice(0, 1))
  same(`swap at ${show(k)}`, await store.swap(k, null, text, null), true)
  same(`get of ${show(k)}`, await store.get(k), text)
  same(`get of ${show(before)}`, await store.get(before), null)
  for (const instead of ['', '\ufffd']) {
    same('swap of a look-alike', await store.swap(k, text.replace(/[^a-z]/, instead), 'wrong', null), false)
  }
}

async function refused({ store, key }: Arena, text: string): Promise<void> {
  const k = await key('refused')
  await rejects(`swap for ${show(text)}`, () => store.swap(k, null, text, null))
  same('get after a refused swap', await store.get(k), null)
  await rejects(`swap at ${show(text)}`, () => store.swap(text, null, 'value', null))
  await rejects(`get of ${show(text)}`, () => store.get(text))
}

async function rejects(what: string, call: () => Promise<unknown>): Promise<void> {
  const outcome = await call().then(
    () => 'fulfilled',
    (reason: unknown) => reason,
  )
  holds(`${what}: expected a rejection with an Error that says why`, outcome instanceof Error && outcome.message !== '')
}

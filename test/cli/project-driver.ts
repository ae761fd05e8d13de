import { readFileSync, writeFileSync } from 'node:fs'

// Stands for the package `redis` of somebody's project: a server that is a file, and that has somebody press Ctrl-C.

const FILE = 'values.json'
const PREFIX = 'countersign:'

export function createClient() {
  const entries = JSON.parse(readFileSync(FILE, 'utf8')) as readonly [string, string][]
  const values = new Map(entries.map(([key, value]) => [PREFIX + key, value]))
  let swaps = 0
  const client = {
    on: () => client,
    connect: async () => client,
    get: async (key: string) => values.get(key) ?? null,
    scan: async () => ({ cursor: '0', keys: [...values.keys()] }),
    eval: () => Promise.reject(new Error('the script is known')),
    async evalSha(
      _sha1: string,
      { keys: [key = ''], arguments: [previous, next = ''] }: { readonly keys: string[]; readonly arguments: string[] },
    ) {
      if (++swaps === Number(process.env['INTERRUPT_AT_SWAP'])) process.kill(process.pid, 'SIGINT')
      if (`=${values.get(key) ?? ''}` !== previous) return 0
      values.set(key, next.slice(1))
      return 1
    },
    async close() {
      writeFileSync(FILE, JSON.stringify([...values].map(([key, value]) => [key.slice(PREFIX.length), value])))
    },
  }
  return client
}

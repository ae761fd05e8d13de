/**
 * One process that raises a counter by compare-and-swap: `raising-process.ts <address> <name>`. It says `ready`, waits for a
 * line on its standard input, and answers with its winning swaps as JSON.
 */
import { once } from 'node:events'
import { setImmediate as breathe } from 'node:timers/promises'
import { openStore, type Address } from './open-store.js'

const WORKERS = 8
const RAISES = 12

const [address, name] = process.argv.slice(2)
if (address === undefined || name === undefined) throw new Error('usage: raising-process.ts <address> <name>')
const { store, close } = await openStore(JSON.parse(address) as Address)
process.stdout.write('ready\n')
await once(process.stdin, 'data')

const raises: { readonly from: string | null; readonly to: string }[] = []
await Promise.all(
  Array.from({ length: WORKERS }, async (_, worker) => {
    for (let won = 0, lost = 0; won < RAISES;) {
      const from = await store.get('counter')
      await breathe() // a synchronous driver would leave no gap for others
      const to = `${Number.parseInt(from ?? '0', 10) + 1} by ${name}-${worker}, after ${lost} lost`
      if (await store.swap('counter', from, to, null)) {
        raises.push({ from, to })
        won += 1
      } else lost += 1
    }
  }),
)
process.stdout.write(JSON.stringify(raises))
process.stdin.destroy()
await close()

// Sign-ins per second per engine at 1, 8 and 64 at once, next to the same store calls sent bare: the same keys, values of
// the same size, nothing decided. Run with `npx tsx bench/engines.ts`; engines that do not answer are left out aloud.
import type { Store } from 'countersign'
import { engines } from '../test/contract/engines.js'
import { median, openPractice, perSecond } from './people.js'

const CONCURRENCY = [1, 8, 64]
const ROUNDS = 5
const SIGN_INS = 256

/** The three store calls of one sign-in, with values as long as records are. */
async function bareSignIn(store: Store, key: string): Promise<void> {
  await store.get(key)
  const previous = await store.get(key)
  const next = `v1.k1.${String(Math.random()).padEnd(1400, 'x')}`
  if (!(await store.swap(key, previous, next, null))) throw new Error('a swap was lost')
}

console.log('engine, at once: sign-ins/s, bare/s, share')
for (const engine of await engines([
  'memory',
  'pglite',
  'sqlite by libsql',
  'postgres',
  'postgres, prepared statements',
  'mysql',
  'redis by node-redis',
  'redis by ioredis',
])) {
  const store = await engine.makeStore()
  const practice = await openPractice(store, 64)
  for (const workers of CONCURRENCY) {
    const each = Math.max(4, SIGN_INS / workers)
    const ours: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await perSecond(workers, each, (worker) => practice.signIn(worker)))
      bare.push(await perSecond(workers, each, (worker) => bareSignIn(store, `bare ${worker}`)))
    }
    const [signIns, plain] = [median(ours), median(bare)]
    console.log(
      `${engine.name}, ${workers}: ${signIns.toFixed(0)}, ${plain.toFixed(0)}, ${((100 * signIns) / plain).toFixed(0)} %`,
    )
  }
  await engine.close()
}
process.exit(0)

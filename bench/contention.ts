// Fifty requests at once for one user, through one process, and what other users notice of it. Run with
// `npx tsx bench/contention.ts`.
import { engines } from '../test/contract/engines.js'
import { median, openPractice } from './people.js'

const ROUNDS = 9
const OTHERS = 8

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

for (const engine of await engines(['memory', 'postgres', 'redis by node-redis'])) {
  const practice = await openPractice(await engine.makeStore(), OTHERS + 1)
  const { challenge } = practice.twoFactor
  const others = (): Promise<unknown> =>
    Promise.all(Array.from({ length: OTHERS }, (_, index) => practice.signIn(index + 1)))
  const crowd = (): Promise<readonly { status: string }[]> =>
    Promise.all(Array.from({ length: 50 }, () => challenge.begin({ userId: 'person 0' })))
  const [alone, crowded, beside]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await milliseconds(others))
    let answers: readonly { status: string }[] = []
    crowded.push(await milliseconds(async () => (answers = await crowd())))
    if (answers.some(({ status }) => status !== 'challenged')) throw new Error('not every request was answered')
    const crowding = crowd()
    beside.push(await milliseconds(others))
    await crowding
  }
  console.log(
    `${engine.name}: 50 at once for one user ${median(crowded).toFixed(1)} ms, none busy; ${OTHERS} other sign-ins ${median(alone).toFixed(1)} ms alone, ${median(beside).toFixed(1)} ms beside the crowd`,
  )
  await engine.close()
}
process.exit(0)

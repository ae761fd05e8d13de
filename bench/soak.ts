/**
 * What stays of sign-ins: the bytes of one person's record through a year of daily use, how many people a second are taken
 * over from another system, and the heap after every tenth of many sign-ins, on the memory store. `npx tsx bench/soak.ts`
 * has 200,000 of them by 2,000 people; `npx tsx bench/soak.ts 10000000 100000` takes an hour.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createTwoFactor, memoryStore, type Store } from 'countersign'
import { generateTotp } from 'countersign/otp'
import { fixedClock } from 'countersign/testing'

const SIGN_INS = Number(process.argv[2] ?? 200_000)
const PEOPLE = Number(process.argv[3] ?? 2000)
const DAY_SECONDS = 86_400

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const clock = fixedClock(Date.now())
const keys = [{ id: 'k1', secret: new Uint8Array(32).fill(5) }]
const secret = new Uint8Array(20).fill(9)
const open = (store: Store) => createTwoFactor({ issuer: 'Bench', keys, store, clock })

async function take(twoFactor: ReturnType<typeof open>, userId: string): Promise<void> {
  const encoded = { encoding: 'raw', value: secret } as const
  const imported = await twoFactor.admin.importTotp({ userId, actor: 'bench', secret: encoded })
  if (imported.status !== 'imported') throw new Error(imported.reason)
}

async function signIn({ challenge }: ReturnType<typeof open>, userId: string): Promise<void> {
  const begun = await challenge.begin({ userId, clientAddress: '192.0.2.7' })
  if (begun.status !== 'challenged') throw new Error(begun.status)
  const code = generateTotp(secret, { at: clock.now() })
  const result = await challenge.verify({ token: begun.token, code, clientAddress: '192.0.2.7' })
  if (result.status !== 'approved') throw new Error(result.reason)
}

async function year(): Promise<void> {
  const store = memoryStore()
  const twoFactor = open(store)
  await take(twoFactor, 'anna')
  const bytes = async (): Promise<number> => Buffer.byteLength((await store.get('user:default:anna')) ?? '')
  const sizes = [`${await bytes()} when new`]
  for (let day = 1; day <= 365; day++) {
    clock.advanceSeconds(DAY_SECONDS)
    await signIn(twoFactor, 'anna')
    if ([1, 30, 365].includes(day)) sizes.push(`${await bytes()} after ${day} ${day === 1 ? 'day' : 'days'}`)
  }
  console.log(`a record's bytes: ${sizes.join(', ')}`)
}

const heapMegabytes = (): number => {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

await year()
const twoFactor = open(memoryStore())
const began = performance.now()
for (let person = 0; person < PEOPLE; person++) await take(twoFactor, `person ${person}`)
console.log(
  `${((PEOPLE * 1000) / (performance.now() - began)).toFixed(0)} people taken over a second, one after the other`,
)

const heaps = [heapMegabytes()]
for (let count = 0; count < SIGN_INS; count++) {
  const person = count % PEOPLE
  if (person === 0) clock.advanceSeconds(DAY_SECONDS)
  await signIn(twoFactor, `person ${person}`)
  if ((count + 1) % (SIGN_INS / 10) === 0) heaps.push(heapMegabytes())
}
console.log(
  `heap in MB with ${PEOPLE} people, before and after every tenth of ${SIGN_INS} sign-ins: ${heaps.map((each) => each.toFixed(1)).join(', ')}`,
)

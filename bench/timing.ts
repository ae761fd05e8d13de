/**
 * Whether the time of an answer tells what was wrong with a guess, after dudect (Reparaz, Balasch and Verbauwhede, 2017): two
 * kinds of input, in an order of chance, and Welch's t-test over how long each took. Below 4.5 the two cannot be told
 * apart with this many samples. Each comparison runs beside one of a kind with itself, which shows what the machine's
 * noise alone comes to. Run with `npx tsx bench/timing.ts`.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { createTwoFactor, memoryStore, type Store } from 'countersign'
import { generateTotp, verifyTotp } from 'countersign/otp'
import { enrol, fixedClock } from 'countersign/testing'

const SAMPLES = Number(process.argv[2] ?? 20_000)
/** Slower ones were interrupted: dudect crops them too. */
const KEPT = 0.9

/** Something that is asked about two kinds of input. Each call must leave everything as it was. */
interface Comparison {
  readonly title: string
  readonly ask: (kind: 0 | 1) => unknown
}

/** A store that keeps what it has: every sample meets the same record. */
function frozen(store: Store): Store {
  return { get: (key) => store.get(key), swap: () => Promise.resolve(true), keys: () => store.keys() }
}

async function comparisons(): Promise<readonly Comparison[]> {
  const clock = fixedClock(Date.now())
  const key = Uint8Array.from(randomBytes(20))
  const at = clock.now()
  const right = generateTotp(key, { at })
  const before = generateTotp(key, { at: at - 30_000 })
  const near = right.slice(0, 5) + String((Number(right[5]) + 5) % 10)
  const far = String((Number(right) + 555_555) % 1_000_000).padStart(6, '0')

  const store = memoryStore()
  const keys = [{ id: 'k1', secret: randomBytes(32) }]
  const make = (over: Store) => createTwoFactor({ issuer: 'Bench', keys, store: over, clock })
  const live = make(store)
  const { recoveryCodes } = await enrol(live, 'anna', { clock })
  const [spent = '', unspent = ''] = recoveryCodes ?? []
  const [elsewhere = ''] = (await enrol(live, 'bert', { clock })).recoveryCodes ?? []
  clock.advanceSeconds(60)
  const token = async (): Promise<string> => {
    const begun = await live.challenge.begin({ userId: 'anna' })
    if (begun.status !== 'challenged') throw new Error(begun.status)
    return begun.token
  }
  const revoked = await token()
  await live.account.passwordChanged({ userId: 'anna' })
  const redeemed = await live.challenge.redeemRecoveryCode({ token: await token(), recoveryCode: spent })
  if (redeemed.status !== 'approved') throw new Error(redeemed.reason)
  const open = await token()
  const forgedAtTheEnd = open.slice(0, -2) + (open.endsWith('AA') ? 'BA' : 'AA')
  const macAt = open.lastIndexOf('.') + 1
  const forgedAtTheStart = open.slice(0, macAt) + (open[macAt] === 'A' ? 'B' : 'A') + open.slice(macAt + 1)
  const { challenge } = make(frozen(store))
  const wrongAtTheEnd = unspent.replace(/.$/, (last) => (last === '7' ? '8' : '7'))

  return [
    {
      title: 'a code of an app: wrong in its last digit, wrong in all',
      ask: (kind) => verifyTotp(key, kind === 0 ? near : far, { at }),
    },
    {
      title: 'a code of an app: right now, right one step ago',
      ask: (kind) => verifyTotp(key, kind === 0 ? right : before, { at }),
    },
    {
      title: 'a challenge token: forged in its first letter, forged in its last',
      ask: (kind) => challenge.verify({ token: kind === 0 ? forgedAtTheStart : forgedAtTheEnd, code: far }),
    },
    {
      title: 'a recovery code: wrong in its last letter, wrong in all',
      ask: (kind) =>
        challenge.redeemRecoveryCode({ token: open, recoveryCode: kind === 0 ? wrongAtTheEnd : elsewhere }),
    },
    {
      title: 'a recovery code: wrong, used (told apart by their answers; the account is the same)',
      ask: (kind) => challenge.redeemRecoveryCode({ token: open, recoveryCode: kind === 0 ? elsewhere : spent }),
    },
    {
      title: 'a challenge token: forged, revoked (told apart by their answers)',
      ask: (kind) => challenge.verify({ token: kind === 0 ? forgedAtTheEnd : revoked, code: far }),
    },
  ]
}

/** Welch's t of how long the two kinds took; `same` asks one kind under both names. */
async function welch({ ask }: Comparison, same: boolean): Promise<number> {
  const times: [number[], number[]] = [[], []]
  for (let sample = -1000; sample < SAMPLES; sample++) {
    const kind = randomInt(2) as 0 | 1
    const began = process.hrtime.bigint()
    await ask(same ? 0 : kind)
    const took = Number(process.hrtime.bigint() - began)
    if (sample >= 0) times[kind].push(took)
  }
  const limit = times.flat().toSorted((a, b) => a - b)[Math.floor(SAMPLES * KEPT)] ?? Infinity
  const [one, other] = times.map((all) => moments(all.filter((time) => time < limit)))
  if (one === undefined || other === undefined) throw new Error('nothing was measured')
  return (one.mean - other.mean) / Math.sqrt(one.variance / one.count + other.variance / other.count)
}

function moments(values: readonly number[]): {
  readonly mean: number
  readonly variance: number
  readonly count: number
} {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1), count }
}

for (const comparison of await comparisons()) {
  const noise = await welch(comparison, true)
  const t = await welch(comparison, false)
  console.log(`${comparison.title}: t = ${t.toFixed(1)} (noise ${noise.toFixed(1)})`)
}

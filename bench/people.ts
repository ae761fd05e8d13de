import { createTwoFactor, type Store, type TwoFactor } from 'countersign'
import { authenticator, fixedClock, type Authenticator, type FixedClock } from 'countersign/testing'

/** A core over a store, with people who have an authenticator app. */
export interface Practice {
  readonly twoFactor: TwoFactor
  /** One whole sign-in: begin and verify. */
  signIn(person: number): Promise<void>
}

/**
 * Enrols people by import, with a clock each: people sign in with a code of their own next half minute.
 */
export async function openPractice(store: Store, people: number): Promise<Practice> {
  const start = Date.now()
  const clocks: FixedClock[] = []
  const cores: TwoFactor[] = []
  const keys = [{ id: 'k1', secret: new Uint8Array(32).fill(5) }]
  const secret = new Uint8Array(20).fill(9)
  const uri = 'otpauth://totp/Bench:person?secret=BEEQSCIJBEEQSCIJBEEQSCIJBEEQSCIJ&issuer=Bench'
  const app: Authenticator = authenticator(uri)
  for (let person = 0; person < people; person++) {
    const clock = fixedClock(start)
    const core = createTwoFactor({ issuer: 'Bench', keys, store, clock, storeTimeoutSeconds: 30 })
    await core.admin.importTotp({
      userId: `person ${person}`,
      actor: 'bench',
      secret: { encoding: 'raw', value: secret },
    })
    clocks.push(clock)
    cores.push(core)
  }
  return {
    twoFactor: cores[0]!,
    async signIn(person) {
      const clock = clocks[person]!
      const { challenge } = cores[person]!
      clock.advanceSeconds(30)
      const begun = await challenge.begin({ userId: `person ${person}` })
      if (begun.status !== 'challenged') throw new Error(begun.status)
      const result = await challenge.verify({ token: begun.token, code: app.code(clock) })
      if (result.status !== 'approved') throw new Error(result.reason)
    },
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Runs `work` for each of `workers` at once, `rounds` times each, and gives runs per second. */
export async function perSecond(
  workers: number,
  rounds: number,
  work: (worker: number) => Promise<void>,
): Promise<number> {
  const start = performance.now()
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let round = 0; round < rounds; round++) await work(worker)
    }),
  )
  return (workers * rounds * 1000) / (performance.now() - start)
}

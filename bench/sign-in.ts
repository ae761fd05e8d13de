// Sign-ins per second with a TOTP code, on memory stores, next to better-auth's two-factor sign-in in the same run.
// Run with `npx tsx bench/sign-in.ts`.
import { performance } from 'node:perf_hooks'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { twoFactor as betterTwoFactor } from 'better-auth/plugins'
import { createTwoFactor, memoryStore } from 'countersign'
import { authenticator, fixedClock } from 'countersign/testing'

const ROUNDS = 9
const OURS_PER_ROUND = 400
const THEIRS_PER_ROUND = 10

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

async function ours(): Promise<() => Promise<void>> {
  const clock = fixedClock(Date.now())
  const keys = [{ id: 'k1', secret: crypto.getRandomValues(new Uint8Array(32)) }]
  const twoFactor = createTwoFactor({ issuer: 'Bench', keys, store: memoryStore(), clock })
  const started = await twoFactor.enrolment.beginTotp({ userId: 'anna', accountName: 'anna' })
  if (started.status !== 'started') throw new Error(started.reason)
  const app = authenticator(started.uri)
  await twoFactor.enrolment.confirm({ userId: 'anna', enrolmentId: started.enrolmentId, code: app.code(clock) })
  return async () => {
    clock.advanceSeconds(30)
    const challenge = await twoFactor.challenge.begin({ userId: 'anna' })
    if (challenge.status !== 'challenged') throw new Error(challenge.status)
    const result = await twoFactor.challenge.verify({ token: challenge.token, code: app.code(clock) })
    if (result.status !== 'approved') throw new Error(result.reason)
  }
}

/** Cookies of a response, as a request sends them back. */
function cookiesOf(response: Response, jar: Map<string, string>): void {
  for (const cookie of response.headers.getSetCookie()) {
    const [pair = ''] = cookie.split(';')
    const at = pair.indexOf('=')
    jar.set(pair.slice(0, at), pair.slice(at + 1))
  }
}

function asHeader(jar: ReadonlyMap<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** The cheapest password check there is, for comparing the second factor alone. */
const NO_HASHING = {
  hash: (password: string) => Promise.resolve(password),
  verify: ({ hash, password }: { hash: string; password: string }) => Promise.resolve(hash === password),
}

/** Signs in with password and code; the first factor alone is measured apart. */
async function theirs(
  password: typeof NO_HASHING | undefined,
): Promise<{ both: () => Promise<void>; passwordAlone: () => Promise<void> }> {
  const db: Record<string, Record<string, unknown>[]> = {
    user: [],
    session: [],
    account: [],
    verification: [],
    twoFactor: [],
  }
  const origin = 'http://localhost:3000'
  const auth = betterAuth({
    baseURL: origin,
    secret: 'a-secret-of-more-than-thirty-two-characters',
    database: memoryAdapter(db),
    emailAndPassword: { enabled: true, ...(password && { password }) },
    plugins: [betterTwoFactor({ issuer: 'Bench' })],
    rateLimit: { enabled: false },
    logger: { disabled: true },
  })
  async function call(path: string, body: object, jar: Map<string, string>): Promise<Response> {
    const headers = { 'content-type': 'application/json', origin, cookie: asHeader(jar) }
    const response = await auth.handler(
      new Request(`${origin}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    )
    if (!response.ok) throw new Error(`${path} ${response.status} ${await response.text()}`)
    cookiesOf(response, jar)
    return response
  }
  const owner = new Map<string, string>()
  await call('/sign-up/email', { email: 'anna@bench.example', password: 'correct horse', name: 'Anna' }, owner)
  await call('/sign-up/email', { email: 'bert@bench.example', password: 'correct horse', name: 'Bert' }, new Map())
  const enabled = (await (await call('/two-factor/enable', { password: 'correct horse' }, owner)).json()) as {
    totpURI: string
  }
  const app = authenticator(enabled.totpURI)
  await call('/two-factor/verify-totp', { code: app.code(Date.now()) }, owner)
  return {
    async both() {
      const jar = new Map<string, string>()
      await call('/sign-in/email', { email: 'anna@bench.example', password: 'correct horse' }, jar)
      await call('/two-factor/verify-totp', { code: app.code(Date.now()) }, jar)
    },
    async passwordAlone() {
      await call('/sign-in/email', { email: 'bert@bench.example', password: 'correct horse' }, new Map())
    },
  }
}

async function microseconds(times: number, run: () => Promise<void>): Promise<number> {
  const start = performance.now()
  for (let time = 0; time < times; time++) await run()
  return ((performance.now() - start) / times) * 1000
}

const countersign = await ours()
const asItComes = await theirs(undefined)
const { both, passwordAlone } = await theirs(NO_HASHING)
await microseconds(OURS_PER_ROUND, countersign)
await microseconds(THEIRS_PER_ROUND, both)
const rounds = { ours: [] as number[], asItComes: [] as number[], both: [] as number[], passwordAlone: [] as number[] }
for (let round = 0; round < ROUNDS; round++) {
  rounds.ours.push(await microseconds(OURS_PER_ROUND, countersign))
  rounds.asItComes.push(await microseconds(THEIRS_PER_ROUND, asItComes.both))
  rounds.both.push(await microseconds(THEIRS_PER_ROUND, both))
  rounds.passwordAlone.push(await microseconds(THEIRS_PER_ROUND, passwordAlone))
}
const mine = median(rounds.ours)
const line = (what: string, time: number): string =>
  `${what.padEnd(52)} ${time.toFixed(0).padStart(7)} us  ${(time / mine).toFixed(0)} x`
console.log(line('countersign, begin + verify', mine))
console.log(line('better-auth, sign-in as it comes (scrypt and code)', median(rounds.asItComes)))
console.log(line('better-auth, password not hashed, and code', median(rounds.both)))
console.log(line('better-auth, password not hashed, no code', median(rounds.passwordAlone)))

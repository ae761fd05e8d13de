/**
 * What one sign-in costs, alone in its process: `sign-in <variant>` prints the median of microseconds of processor time,
 * on the memory store. Better-auth's time is that of a sign-in whose passwords are not hashed, so that the second factor and the
 * framework's session remain.
 */
import { timingSafeEqual } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { twoFactor as betterTwoFactor } from 'better-auth/plugins'
import { createTwoFactor, memoryStore, type BeginChallengeInput, type VerifyChallengeInput } from 'countersign'
import { generateTotp, verifyTotp } from 'countersign/otp'
import { passkeys } from 'countersign/passkeys'
import { authenticator, createSoftwarePasskey, enrol, fixedClock, smsInbox } from 'countersign/testing'
import { generateSync, verifySync } from 'otplib'

const ROUNDS = 5

/** Makes what is measured ready, and gives one sign-in. */
type Variant = () => Promise<() => Promise<void> | void>

const clock = fixedClock(Date.now())
const userId = 'anna'

function application() {
  const inbox = smsInbox()
  const twoFactor = createTwoFactor({
    issuer: 'Bench',
    keys: [{ id: 'k1', secret: crypto.getRandomValues(new Uint8Array(32)) }],
    store: memoryStore(),
    clock,
    sms: { sender: inbox, countries: ['US'] },
    passkeys: passkeys({ rpId: 'example.com', origins: ['https://example.com'] }),
  })
  const begin = async (input: Partial<BeginChallengeInput> = {}) => {
    const begun = await twoFactor.challenge.begin({ userId, ...input })
    if (begun.status !== 'challenged') throw new Error(begun.status)
    return begun
  }
  const verify = async (input: VerifyChallengeInput) => {
    const result = await twoFactor.challenge.verify(input)
    if (result.status !== 'approved') throw new Error(result.reason)
    return result
  }
  return { inbox, twoFactor, begin, verify }
}

const variants: Readonly<Record<string, Variant>> = {
  async app() {
    const { twoFactor, begin, verify } = application()
    const { authenticator: app } = await enrol(twoFactor, userId, { clock })
    return async () => {
      clock.advanceSeconds(30)
      const { token } = await begin()
      await verify({ token, code: app.code(clock) })
    }
  },

  async 'step-up'() {
    const { twoFactor, begin, verify } = application()
    const { authenticator: app } = await enrol(twoFactor, userId, { clock })
    const binding = 'invoice 4711'
    return async () => {
      clock.advanceSeconds(30)
      const { token } = await begin({ purpose: 'step-up', binding, summary: 'Pay 100.00' })
      const { proof } = await verify({ token, code: app.code(clock), binding })
      const checked = await twoFactor.challenge.checkProof({ userId, proof, binding })
      if (checked.status !== 'valid') throw new Error(checked.status)
    }
  },

  async trusted() {
    const { twoFactor, begin, verify } = application()
    const { authenticator: app } = await enrol(twoFactor, userId, { clock })
    clock.advanceSeconds(30)
    const { token } = await begin()
    const { trustedDevice } = await verify({ token, code: app.code(clock), trustDevice: { name: 'Firefox' } })
    const trustedDeviceToken = trustedDevice?.token
    return async () => {
      const { status } = await twoFactor.challenge.begin({ userId, trustedDeviceToken })
      if (status !== 'trusted') throw new Error(status)
    }
  },

  async text() {
    const { inbox, twoFactor, begin, verify } = application()
    const started = await twoFactor.enrolment.beginSms({ userId, phoneNumber: '+14155550123' })
    if (started.status !== 'started') throw new Error(started.reason)
    const { enrolmentId } = started
    await twoFactor.enrolment.confirm({ userId, enrolmentId, code: inbox.lastCode('+14155550123') })
    return async () => {
      // Twenty texts a day go to one number.
      clock.advanceSeconds(2 * 3600)
      const { token } = await begin()
      await verify({ token, code: inbox.lastCode('+14155550123') })
    }
  },

  async passkey() {
    const { twoFactor, begin, verify } = application()
    const key = createSoftwarePasskey()
    const started = await twoFactor.enrolment.beginPasskey({ userId, accountName: 'anna@example.com' })
    if (started.status !== 'started') throw new Error(started.reason)
    const { enrolmentId, options } = started
    await twoFactor.enrolment.confirm({ userId, enrolmentId, response: key.create(options) })
    return async () => {
      clock.advanceSeconds(30)
      const { token, passkey } = await begin()
      if (passkey === null) throw new Error('no passkey was asked for')
      await verify({ token, response: key.get(passkey) })
    }
  },

  /** What a passkey spends on its side is the person's, not the server's. */
  async 'passkey, signing alone'() {
    const { twoFactor, begin } = application()
    const key = createSoftwarePasskey()
    const started = await twoFactor.enrolment.beginPasskey({ userId, accountName: 'anna@example.com' })
    if (started.status !== 'started') throw new Error(started.reason)
    const { enrolmentId, options } = started
    await twoFactor.enrolment.confirm({ userId, enrolmentId, response: key.create(options) })
    const { passkey } = await begin()
    if (passkey === null) throw new Error('no passkey was asked for')
    return () => void key.get(passkey)
  },

  /** The primitive and a Map: no seal, no lock, no replay across processes, no tokens. What safety costs is the rest. */
  'by hand: otplib and a Map': () => {
    const secret = crypto.getRandomValues(new Uint8Array(20))
    const users = new Map([[userId, { secret, lastStep: -1 }]])
    const pending = new Map<string, string>()
    return Promise.resolve(() => {
      clock.advanceSeconds(30)
      const epoch = clock.now() / 1000
      const id = crypto.randomUUID()
      pending.set(id, userId)
      const user = users.get(pending.get(id) ?? '')
      const token = generateSync({ secret, epoch })
      if (user === undefined || !verifySync({ secret: user.secret, token, epoch, epochTolerance: 30 }).valid)
        throw new Error('wrong')
      user.lastStep = Math.floor(epoch / 30)
      pending.delete(id)
    })
  },

  /** What none can do without: generating and verifying the code. */
  'floor: the code alone': () => {
    const secret = crypto.getRandomValues(new Uint8Array(20))
    return Promise.resolve(() => {
      clock.advanceSeconds(30)
      const code = generateTotp(secret, { at: clock.now() })
      if (verifyTotp(secret, code, { at: clock.now() }).status !== 'valid') throw new Error('wrong')
      timingSafeEqual(Buffer.from(code), Buffer.from(code))
    })
  },

  'better-auth, password not hashed': () => betterAuthSignIn(true),
  'better-auth, password not hashed, no code': () => betterAuthSignIn(false),
}

async function betterAuthSignIn(withCode: boolean): Promise<() => Promise<void>> {
  const tables = ['user', 'session', 'account', 'verification', 'twoFactor']
  const origin = 'http://localhost:3000'
  const auth = betterAuth({
    baseURL: origin,
    secret: 'a-secret-of-more-than-thirty-two-characters',
    database: memoryAdapter(Object.fromEntries(tables.map((table) => [table, []]))),
    emailAndPassword: {
      enabled: true,
      password: {
        hash: (password) => Promise.resolve(password),
        verify: ({ hash, password }) => Promise.resolve(hash === password),
      },
    },
    plugins: [betterTwoFactor({ issuer: 'Bench' })],
    rateLimit: { enabled: false },
    logger: { disabled: true },
  })
  async function call(path: string, body: object, jar: Map<string, string>): Promise<Response> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { 'content-type': 'application/json', origin, cookie }
    const response = await auth.handler(
      new Request(`${origin}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    )
    if (!response.ok) throw new Error(`${path} ${response.status} ${await response.text()}`)
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return response
  }
  const [email, password] = ['anna@bench.example', 'correct horse']
  const owner = new Map<string, string>()
  await call('/sign-up/email', { email, password, name: 'Anna' }, owner)
  const passwordTyped = (jar: Map<string, string>): Promise<Response> =>
    call('/sign-in/email', { email, password }, jar)
  if (!withCode)
    return async () => {
      await passwordTyped(new Map())
    }
  const enabled = (await (await call('/two-factor/enable', { password }, owner)).json()) as { totpURI: string }
  const app = authenticator(enabled.totpURI)
  await call('/two-factor/verify-totp', { code: app.code(Date.now()) }, owner)
  return async () => {
    const jar = new Map<string, string>()
    await passwordTyped(jar)
    await call('/two-factor/verify-totp', { code: app.code(Date.now()) }, jar)
  }
}

const [name = '', perRound = '500'] = process.argv.slice(2)
const variant = variants[name]
if (variant === undefined) throw new Error(`one of: ${Object.keys(variants).join('; ')}`)
const run = await variant()
const times = Number(perRound)
const medians: number[] = []
// The first rounds warm up.
for (let round = -2; round < ROUNDS; round++) {
  const before = process.cpuUsage()
  for (let time = 0; time < times; time++) await run()
  const { user, system } = process.cpuUsage(before)
  if (round >= 0) medians.push((user + system) / times)
}
console.log(medians.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)])
process.exit(0)

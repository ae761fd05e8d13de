import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Request as ExpressRequest } from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createStepUp, type StepUpSession } from '../../examples/frameworks/express.js'
import { toListener } from '../../examples/frameworks/node-http.js'
import { createSignIn, type Handler, type SignInHost } from '../../examples/frameworks/web.js'
import { must } from '../support/outcome.js'
import { enrolSms, enrolTotp, proofOf } from '../support/people.js'
import { makeWorld, type World } from '../support/world.js'

const ORIGIN = 'https://portal.example'
const WITH_PASSWORD = { email: 'ada@acme.example', password: 'right' }

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** The `Set-Cookie` lines. */
  readonly cookies: readonly string[]
}

/** A browser, as far as cookies go. */
function browser(send: (path: string, init: RequestInit) => Promise<Response>) {
  const jar = new Map<string, string>()
  return {
    jar,
    async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const given = { origin: ORIGIN, 'content-type': 'application/json', cookie, ...headers }
      const response = await send(path, {
        method: 'POST',
        headers: given,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      const cookies = response.headers.getSetCookie()
      for (const line of cookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (line.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
      }
      const text = await response.text()
      return {
        status: response.status,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
        cookies,
      }
    },
  }
}

type Session = Parameters<SignInHost['startSession']>[1] & { readonly userId: string }

/** An application whose only password is `right`, and the sessions that it began. */
function application(world: World) {
  const sessions: Session[] = []
  const handler = createSignIn({
    twoFactor: world.twoFactor,
    origin: ORIGIN,
    checkPassword: async (email, password) => (password === 'right' ? (email.split('@')[0] ?? null) : null),
    async startSession(userId, session) {
      return `__Host-session=s${sessions.push({ userId, ...session })}; Path=/; Secure; HttpOnly; SameSite=Lax`
    },
  })
  return { handler, sessions }
}

const failOnError = (error: unknown): void => {
  throw error
}

/** The same handlers, reached in three ways. */
const ways: readonly [string, (handler: Handler) => Promise<ReturnType<typeof browser>>][] = [
  ['called as they are', async (handler) => browser((path, init) => handler(new Request(ORIGIN + path, init)))],
  [
    'by node:http',
    async (handler) => {
      const address = await listen(toListener(handler, failOnError))
      return browser((path, init) => fetch(address + path, init))
    },
  ],
  [
    'by Express',
    async (handler) => {
      const app = express()
      app.post('/sign-in{/*step}', toListener(handler, failOnError))
      const address = await listen(app)
      return browser((path, init) => fetch(address + path, init))
    },
  ],
]

describe.each(ways)('signing in through web handlers, %s', (_way, connect) => {
  it('begins a session at once for somebody without a second factor', async () => {
    const { handler, sessions } = application(makeWorld())
    const page = await connect(handler)
    const answer = await page.post('/sign-in', WITH_PASSWORD)
    expect(answer).toMatchObject({ status: 200, body: { status: 'signed-in', mayOnlyEnrol: false } })
    expect(sessions).toEqual([{ userId: 'ada', mayOnlyEnrol: false, proof: null }])
  })

  it('begins none before the code, keeps the token from scripts, and trusts the computer next time', async () => {
    const world = makeWorld()
    const person = await enrolTotp(world)
    const { handler, sessions } = application(world)
    const page = await connect(handler)

    const asked = await page.post('/sign-in', WITH_PASSWORD)
    expect(asked).toMatchObject({ status: 200, body: { status: 'challenged', factor: { kind: 'totp' } } })
    const token = page.jar.get('__Host-challenge') ?? ''
    expect(token).not.toBe('')
    expect(JSON.stringify(asked.body)).not.toContain(token)
    expect(asked.cookies).toEqual([`__Host-challenge=${token}; Path=/; Secure; HttpOnly; SameSite=Strict`])

    expect(await page.post('/sign-in/code', { code: person.wrongCode() })).toMatchObject({
      status: 401,
      body: { reason: 'wrong-code' },
    })
    expect(sessions).toEqual([])

    const done = await page.post('/sign-in/code', { code: person.code(), trustDevice: true, deviceName: 'Firefox' })
    expect(done).toMatchObject({ status: 200, body: { status: 'signed-in' } })
    expect(sessions).toMatchObject([{ userId: 'ada', mayOnlyEnrol: false, proof: expect.any(String) as string }])
    const device = `__Host-${world.twoFactor.trustedDevices.cookieName({ userId: 'ada' })}`
    expect([...page.jar.keys()].sort()).toEqual(['__Host-session', device].sort())
    expect(done.cookies.find((line) => line.startsWith(device))).toMatch(
      /; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
    )

    expect(await page.post('/sign-in', WITH_PASSWORD)).toMatchObject({ body: { status: 'signed-in' } })
    expect(sessions).toHaveLength(2)
  })

  it('does not answer a code without the cookie of its challenge', async () => {
    const world = makeWorld()
    const person = await enrolTotp(world)
    const { handler, sessions } = application(world)
    await (await connect(handler)).post('/sign-in', WITH_PASSWORD)
    const other = await connect(handler)
    expect(await other.post('/sign-in/code', { code: person.code() })).toMatchObject({
      status: 401,
      body: { reason: 'unknown-challenge' },
    })
    expect(sessions).toEqual([])
  })
})

describe('the web handlers', () => {
  async function visit(world = makeWorld()) {
    const { handler, sessions } = application(world)
    return { world, sessions, page: browser((path, init) => handler(new Request(ORIGIN + path, init), '192.0.2.1')) }
  }

  it('take a recovery code, whose proof lets the person enrol again', async () => {
    const { world, page, sessions } = await visit()
    const { recoveryCodes, factor } = await enrolTotp(world)
    await page.post('/sign-in', WITH_PASSWORD)
    expect(await page.post('/sign-in/recovery-code', { recoveryCode: recoveryCodes[0] })).toMatchObject({
      body: { status: 'signed-in' },
    })
    const proof = sessions[0]?.proof ?? ''
    const started = await world.twoFactor.enrolment.beginTotp({
      userId: 'ada',
      accountName: 'ada',
      proof,
      replaces: factor.id,
    })
    expect(started.status).toBe('started')
  })

  it('let somebody with an access pass enrol, and nobody without it', async () => {
    const { world, page, sessions } = await visit()
    const { pass } = must(await world.twoFactor.admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
    expect(await page.post('/sign-in', WITH_PASSWORD)).toMatchObject({ body: { status: 'enrolment-required' } })
    expect(await page.post('/sign-in/recovery-code', { recoveryCode: pass.replace(/^.{4}/, 'AAAA') })).toMatchObject({
      status: 401,
      body: { reason: 'wrong-code' },
    })
    expect(sessions).toEqual([])
    expect(await page.post('/sign-in/recovery-code', { recoveryCode: pass })).toMatchObject({
      body: { status: 'signed-in', mayOnlyEnrol: true },
    })
    const { proof } = sessions[0] ?? { proof: null }
    const begin = { userId: 'ada', accountName: 'ada' }
    expect(await world.twoFactor.enrolment.beginTotp(begin)).toMatchObject({ reason: 'proof-required' })
    expect(await world.twoFactor.enrolment.beginTotp({ ...begin, proof })).toMatchObject({ status: 'started' })
  })

  it('send a text again and switch to another factor, under the token that goes with it', async () => {
    const { world, page } = await visit()
    const phone = await enrolSms(world)
    const app = await enrolTotp(world, 'ada', { proof: await proofOf(world, phone) })
    await page.post('/sign-in', WITH_PASSWORD)
    expect(await page.post('/sign-in/switch', { factorId: phone.factor.id })).toMatchObject({
      body: { status: 'challenged', factor: { kind: 'sms' } },
    })
    expect(await page.post('/sign-in/resend', {})).toMatchObject({
      status: 200,
      body: { status: 'not-sent', reason: 'too-soon' },
    })
    expect(await page.post('/sign-in/switch', { factorId: app.factor.id })).toMatchObject({
      body: { factor: { kind: 'totp' } },
    })
    expect(await page.post('/sign-in/code', { code: app.code() })).toMatchObject({ body: { status: 'signed-in' } })
    expect(await page.post('/sign-in/resend', {})).toMatchObject({ status: 401, body: { reason: 'unknown-challenge' } })
  })

  it('say no to a wrong password, and nothing of the second factor', async () => {
    const { world, page, sessions } = await visit()
    await enrolTotp(world)
    for (const email of ['ada@acme.example', 'nobody@acme.example']) {
      const answer = await page.post('/sign-in', { email, password: 'wrong' })
      expect(answer).toEqual({ status: 401, body: { status: 'wrong-password' }, cookies: [] })
    }
    expect(sessions).toEqual([])
  })

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a page that hides where it is from', { origin: 'null' }],
    ['no browser', { origin: '' }],
  ])('take nothing from %s', async (_from, headers) => {
    const { page, sessions } = await visit()
    expect(await page.post('/sign-in', WITH_PASSWORD, headers)).toMatchObject({ status: 403 })
    expect(sessions).toEqual([])
  })

  it.each(['', 'x=1', 'null', '3', '{'])('call a body malformed that holds no object: %s', async (body) => {
    const { page } = await visit()
    expect(await page.post('/sign-in', body)).toMatchObject({ status: 400 })
  })

  it.each([
    {},
    [],
    { code: 123456 },
    { code: ['1'] },
    { code: {}, trustDevice: 'yes' },
    { __proto__: null, code: null },
  ])('reject what is no code: %o', async (body) => {
    const { world, page } = await visit()
    await enrolTotp(world)
    await page.post('/sign-in', WITH_PASSWORD)
    expect(await page.post('/sign-in/code', body)).toMatchObject({ status: 401, body: { reason: 'malformed-code' } })
  })

  it('know no other steps and no other methods', async () => {
    const { page } = await visit()
    expect(await page.post('/sign-in/anything', {})).toMatchObject({ status: 404 })
    const { handler } = application(makeWorld())
    expect((await handler(new Request(`${ORIGIN}/sign-in`))).status).toBe(405)
  })
})

describe('the listener for node:http', () => {
  it('answers a fault with 500, tells the log, and lets nobody in', async () => {
    const world = makeWorld()
    const { handler, sessions } = application(world)
    const errors: unknown[] = []
    const address = await listen(toListener(handler, (error) => errors.push(error)))
    world.store.reset()
    world.store.failAt(1)
    const page = browser((path, init) => fetch(address + path, init))
    expect(await page.post('/sign-in', WITH_PASSWORD)).toEqual({ status: 500, body: {}, cookies: [] })
    expect(errors).toMatchObject([{ code: 'ERR_STORE_FAILED' }])
    expect(sessions).toEqual([])
  })

  it('refuses a long body', async () => {
    const address = await listen(toListener(application(makeWorld()).handler, failOnError))
    const page = browser((path, init) => fetch(address + path, init))
    expect(await page.post('/sign-in', { ...WITH_PASSWORD, padding: 'x'.repeat(10_000) })).toMatchObject({
      status: 413,
    })
  })

  it('tells where the request comes from', async () => {
    const addresses: unknown[] = []
    const answering: Handler = async (_request, clientAddress) =>
      Response.json({ count: addresses.push(clientAddress) })
    const address = await listen(toListener(answering, failOnError))
    expect(await (await fetch(address)).json()).toEqual({ count: 1 })
    expect(addresses).toEqual(['127.0.0.1'])
  })
})

describe('the step-up of Express', () => {
  /** A bank in which `ada` is signed in. */
  async function bank(world: World) {
    const session: StepUpSession = { userId: 'ada' }
    const paid: unknown[] = []
    const stepUp = createStepUp(world.twoFactor, (request) =>
      request.get('cookie') === 'session=ada' ? session : null,
    )
    const describePayment = ({ body }: ExpressRequest): string => {
      const { amount, payee } = body as { amount: number; payee: string }
      return `EUR ${amount} to ${payee}`
    }
    const app = express()
    app.use(express.json())
    app.post('/step-up', stepUp.answerCode)
    app.post('/payments', stepUp.requireSecondFactor(describePayment), (request, response) => {
      response.json({ status: 'paid', count: paid.push(request.body) })
    })
    const address = await listen(app)
    const page = browser((path, init) => fetch(address + path, init))
    page.jar.set('session', 'ada')
    return { page, paid, session }
  }

  const payment = { amount: 100, payee: 'Bob' }

  it('asks for the code, and lets the very action through once', async () => {
    const world = makeWorld()
    const person = await enrolTotp(world)
    const { page, paid } = await bank(world)
    const asked = await page.post('/payments', payment)
    expect(asked).toMatchObject({ status: 401, body: { status: 'challenged', factor: { kind: 'totp' } } })
    expect(asked.body).not.toHaveProperty('token')
    expect(await page.post('/step-up', { code: person.code() })).toMatchObject({
      status: 200,
      body: { status: 'approved' },
    })
    expect(await page.post('/payments', payment)).toMatchObject({ status: 200, body: { status: 'paid' } })
    expect(await page.post('/payments', payment)).toMatchObject({ status: 401 })
    expect(paid).toEqual([payment])
  })

  it('shows the action in the text, and lets no other one through by its code or its proof', async () => {
    const world = makeWorld()
    const person = await enrolSms(world)
    const { page, paid } = await bank(world)
    await page.post('/payments', payment)
    expect(world.inbox.last().text).toContain('EUR 100 to Bob')
    const code = person.code()
    world.clock.advanceSeconds(60)
    const another = { amount: 9999, payee: 'Mallory' }
    await page.post('/payments', another)
    expect(await page.post('/step-up', { code })).toMatchObject({ status: 401, body: { reason: 'wrong-code' } })
    await page.post('/step-up', { code: person.code() })
    expect(await page.post('/payments', payment)).toMatchObject({ status: 401 })
    expect(paid).toEqual([])
  })

  it('asks for no code where the text could not show the whole action', async () => {
    const world = makeWorld()
    await enrolSms(world)
    const { page, paid } = await bank(world)
    const sent = world.inbox.messages.length
    for (const payee of ['x'.repeat(200), '日本']) {
      expect(await page.post('/payments', { amount: 1, payee })).toMatchObject({
        status: 422,
        body: { status: 'not-describable' },
      })
    }
    expect(world.inbox.messages).toHaveLength(sent)
    expect(paid).toEqual([])
  })

  it('takes a proof for two minutes', async () => {
    const world = makeWorld()
    const person = await enrolTotp(world)
    const { page, paid } = await bank(world)
    await page.post('/payments', payment)
    await page.post('/step-up', { code: person.code() })
    world.clock.advanceSeconds(121)
    expect(await page.post('/payments', payment)).toMatchObject({ status: 401 })
    expect(paid).toEqual([])
  })

  it('takes no proof of a sign-in', async () => {
    const world = makeWorld()
    const { proof } = await enrolTotp(world)
    const { page, session } = await bank(world)
    session.proof = { proof, action: 'EUR 100 to Bob' }
    expect(await page.post('/payments', payment)).toMatchObject({ status: 401 })
  })

  it('shuts out who is signed out, who has no second factor, and who answers what was not asked', async () => {
    const { page, paid } = await bank(makeWorld())
    expect(await page.post('/payments', payment)).toMatchObject({ status: 403, body: { status: 'enrolment-required' } })
    expect(await page.post('/step-up', { code: '123456' })).toMatchObject({ status: 400 })
    page.jar.clear()
    expect(await page.post('/payments', payment)).toMatchObject({ status: 401, body: { status: 'signed-out' } })
    expect(paid).toEqual([])
  })
})

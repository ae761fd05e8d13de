import { describe, expect, it } from 'vitest'
import { createSessions } from '../../examples/frameworks/portal/sessions.js'
import { createWeb } from '../../examples/frameworks/web.js'
import type { Host } from '../../examples/frameworks/web/host.js'
import { authenticator } from '../../src/testing/index.js'
import type { PasskeyCreationOptions, PasskeyRequestOptions } from '../../src/interfaces/passkeys.js'
import { fakePasskey } from '../support/fake-passkeys.js'
import { must } from '../support/outcome.js'
import { enrolPasskey, enrolSms, enrolTotp, PHONE, typeWrongCodes } from '../support/people.js'
import { makeWorld, type World, type WorldOptions } from '../support/world.js'
import { openPage, ORIGIN, type Page } from './page.js'

type Fields = Readonly<Record<string, unknown>>

const WITH_PASSWORD = { userId: 'ada', password: 'right' }

/** An application whose only password is `right`, and pages of it. */
function open(options: WorldOptions = {}, different: Partial<Host<string>> = {}) {
  const world = makeWorld(options)
  const sessions = createSessions((userId) => `${userId}@acme.example`, world.clock)
  const web = createWeb<string>({
    twoFactor: world.twoFactor,
    origin: ORIGIN,
    defaultCountry: 'US',
    sessions,
    firstFactor: async ({ userId, password }) => (password === 'right' ? (userId as string) : null),
    clientAddress: (_request, context) => context,
    isRequired: async () => false,
    onFault(error) {
      throw error
    },
    ...different,
  })
  const another = (): Page => openPage((path, init) => web.handle(new Request(ORIGIN + path, init), '192.0.2.1'))
  /** What an action of the application is told. */
  const protect = async (page: Page, action: string, secondFactor?: unknown, origin = ORIGIN) => {
    const cookie = [...page.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = new Request(`${ORIGIN}/payments`, { method: 'POST', headers: { origin, cookie } })
    const refused = await web.protect(request, '192.0.2.1', { action, secondFactor })
    const line = refused?.headers.getSetCookie().find((cookie) => cookie.startsWith('__Host-step-up='))
    if (line !== undefined) page.jar.set('__Host-step-up', line.slice('__Host-step-up='.length, line.indexOf(';')))
    return refused === null ? null : { status: refused.status, body: (await refused.json()) as Fields }
  }
  return { world, page: another(), another, protect }
}

async function signedIn(page: Page, given?: Fields): Promise<void> {
  const asked = await page.post('/auth/sign-in', WITH_PASSWORD)
  const { body } = given === undefined ? asked : await page.post('/auth/sign-in/verify', given)
  expect(body).toMatchObject({ status: 'signed-in' })
}

/** Signed in with an app, and the proof of the sign-in is too old to change anything. */
async function openLater() {
  const opened = open()
  const ada = await enrolTotp(opened.world)
  await signedIn(opened.page, { code: ada.code() })
  opened.world.clock.advanceSeconds(601)
  return { ...opened, ada }
}

const statusOf = (world: World) => world.twoFactor.account.status({ userId: 'ada' })

describe('signing in', () => {
  it('begins a session at once for somebody without a second factor', async () => {
    const { page } = open()
    const answer = await page.post('/auth/sign-in', WITH_PASSWORD)
    expect(answer).toMatchObject({ status: 200, body: { status: 'signed-in', mayOnlyEnrol: false } })
    expect(await page.get('/auth/account')).toMatchObject({ body: { enabled: false, accountName: 'ada@acme.example' } })
  })

  it('begins none before the code, and keeps the token from scripts', async () => {
    const { page, world } = open()
    const ada = await enrolTotp(world)
    const asked = await page.post('/auth/sign-in', WITH_PASSWORD)
    const token = page.jar.get('__Host-challenge') ?? ''
    expect(asked).toMatchObject({ status: 200, body: { status: 'challenged', factor: { kind: 'totp' } } })
    expect(asked.cookies).toEqual([`__Host-challenge=${token}; Path=/; Secure; HttpOnly; SameSite=Strict`])
    expect(token).not.toBe('')
    expect(JSON.stringify(asked.body)).not.toContain(token)
    expect(await page.post('/auth/sign-in/verify', { code: ada.wrongCode() })).toMatchObject({
      status: 401,
      body: { reason: 'wrong-code', attemptsRemaining: 4 },
      cookies: [],
    })
    expect(await page.get('/auth/account')).toMatchObject({ status: 401, body: { status: 'signed-out' } })
    expect(await page.post('/auth/sign-in/verify', { code: ada.code() })).toMatchObject({
      body: { status: 'signed-in' },
    })
    expect([...page.jar.keys()].sort()).toEqual(['__Host-proof', '__Host-session'])
  })

  it('answers no code without the cookie of its challenge', async () => {
    const { page, another, world } = open()
    const ada = await enrolTotp(world)
    await page.post('/auth/sign-in', WITH_PASSWORD)
    expect(await another().post('/auth/sign-in/verify', { code: ada.code() })).toMatchObject({
      status: 401,
      body: { reason: 'unknown-challenge' },
    })
  })

  it('takes no step-up for a sign-in', async () => {
    const { page, another, ada, protect } = await openLater()
    await protect(page, 'EUR 1 to Bob')
    await page.post('/auth/factors/prefer', { factorId: ada.factor.id })
    const thief = another()
    thief.jar.set('__Host-challenge', page.jar.get('__Host-step-up') ?? '')
    const answer = await thief.post('/auth/sign-in/verify', { code: ada.code() })
    expect(answer).toMatchObject({ status: 401, body: { reason: 'unknown-challenge' }, cookies: [] })
  })

  it('takes a passkey', async () => {
    const { page, world } = open()
    const { passkey } = await enrolPasskey(world)
    const { body } = await page.post('/auth/sign-in', WITH_PASSWORD)
    const response = passkey.get(body['passkey'] as PasskeyRequestOptions)
    expect(await page.post('/auth/sign-in/verify', { response: {} })).toMatchObject({
      body: { reason: 'wrong-response' },
    })
    expect(await page.post('/auth/sign-in/verify', { response })).toMatchObject({ body: { status: 'signed-in' } })
  })

  it('sends a text again and switches to another factor, under the token that goes with it', async () => {
    const { page, world } = open()
    const phone = await enrolSms(world)
    const app = await enrolTotp(world, 'ada', { proof: phone.proof })
    await page.post('/auth/sign-in', WITH_PASSWORD)
    expect(await page.post('/auth/sign-in/switch', { factorId: phone.factor.id })).toMatchObject({
      body: { status: 'challenged', factor: { kind: 'sms' } },
    })
    expect(await page.post('/auth/sign-in/resend')).toMatchObject({ status: 200, body: { reason: 'too-soon' } })
    world.clock.advanceSeconds(60)
    expect(await page.post('/auth/sign-in/resend')).toMatchObject({ status: 200, body: { status: 'sent' } })
    expect(await page.post('/auth/sign-in/switch', { factorId: 'x' })).toMatchObject({
      status: 401,
      body: { reason: 'unknown-factor' },
    })
    expect(await page.post('/auth/sign-in/switch', { factorId: app.factor.id })).toMatchObject({
      body: { factor: { kind: 'totp' } },
    })
    await page.post('/auth/sign-in/verify', { code: app.code() })
    expect(await page.post('/auth/sign-in/resend')).toMatchObject({ status: 401 })
  })

  it('takes a recovery code while codes are locked, whose proof lets the lost app be replaced', async () => {
    const { page, world } = open()
    const ada = await enrolTotp(world)
    await typeWrongCodes(world, ada, 5)
    expect(await page.post('/auth/sign-in', WITH_PASSWORD)).toMatchObject({ body: { status: 'locked' } })
    await signedIn(page, { recoveryCode: ada.recoveryCodes[0] })
    const replaced = await page.post('/auth/enrol/app', { replaces: ada.factor.id })
    expect(replaced).toMatchObject({ status: 200, body: { status: 'started' } })
  })

  it('takes an access pass, without which the password enrols nothing', async () => {
    const { page, world } = open()
    const { pass } = must(await world.twoFactor.admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
    expect(await page.post('/auth/sign-in', WITH_PASSWORD)).toMatchObject({ body: { status: 'access-pass-required' } })
    const wrong = await page.post('/auth/sign-in/verify', { recoveryCode: pass.replace(/^.{4}/, 'AAAA') })
    expect(wrong).toMatchObject({ status: 401, body: { reason: 'wrong-code' } })
    expect(await page.post('/auth/enrol/app')).toMatchObject({ status: 401, body: { status: 'signed-out' } })
    expect(await page.post('/auth/sign-in/verify', { recoveryCode: pass })).toMatchObject({
      body: { status: 'signed-in', mayOnlyEnrol: true },
    })
    expect(await page.post('/auth/enrol/app')).toMatchObject({ body: { status: 'started' } })
  })

  it('opens nothing but enrolment to somebody who must have a second factor and has none', async () => {
    const { page, protect } = open({}, { isRequired: async () => true })
    expect(await page.post('/auth/sign-in', WITH_PASSWORD)).toMatchObject({ body: { mayOnlyEnrol: true } })
    const shut = { status: 403, body: { status: 'enrolment-required' } }
    expect(await page.post('/auth/recovery-codes/regenerate')).toMatchObject(shut)
    expect(await protect(page, 'EUR 1 to Bob')).toMatchObject(shut)
    await enrolApp(page, Date.UTC(2026, 0, 15, 12))
    expect(await page.get('/auth/account')).toMatchObject({ body: { mayOnlyEnrol: false, enabled: true } })
  })

  it('says no to a wrong password, and nothing of the second factor', async () => {
    const { page, world } = open()
    await enrolTotp(world)
    for (const userId of ['ada', 'nobody'])
      expect(await page.post('/auth/sign-in', { userId, password: 'wrong' })).toEqual({
        status: 401,
        body: { status: 'wrong-password' },
        cookies: [],
      })
  })

  it('ends with signing out, which takes every cookie but that of the trusted computer', async () => {
    const { page, world } = open()
    const ada = await enrolTotp(world)
    await signedIn(page, { code: ada.code(), trustDevice: true, deviceName: 'Firefox' })
    expect(await page.post('/auth/sign-out')).toMatchObject({ body: { status: 'signed-out' } })
    expect([...page.jar.keys()]).toEqual([`__Host-${world.twoFactor.trustedDevices.cookieName({ userId: 'ada' })}`])
  })
})

/** Enrols an app on the page, at this instant, and gives the answer. */
async function enrolApp(page: Page, at: number) {
  const { body } = await page.post('/auth/enrol/app', { name: 'My phone' })
  return page.post('/auth/enrol/confirm', { code: authenticator(body['uri'] as string).code(at) })
}

describe('enrolment', () => {
  it('shows a barcode, again after a reload, and then the recovery codes until they are kept', async () => {
    const { page, world } = open()
    await signedIn(page)
    const started = await page.post('/auth/enrol/app')
    const { secret, uri, qr } = started.body as { secret: string; uri: string; qr: string }
    expect(uri).toContain(`secret=${secret}`)
    expect(qr).toMatch(/^<svg/)
    expect(started.body).not.toHaveProperty('enrolmentId')
    expect(await page.get('/auth/enrol')).toMatchObject({ body: started.body })
    const code = authenticator(uri).code(world.clock)
    const confirmed = await page.post('/auth/enrol/confirm', { code })
    expect(confirmed.body).toMatchObject({ status: 'confirmed', factor: { kind: 'totp' } })
    expect(confirmed.body['recoveryCodes']).toHaveLength(10)
    expect(confirmed.body).not.toHaveProperty('proof')
    expect(await page.get('/auth/account')).toMatchObject({ body: { acknowledged: false } })
    await page.post('/auth/recovery-codes/acknowledge')
    expect(await page.get('/auth/account')).toMatchObject({ body: { acknowledged: true } })
  })

  it('ends the other sessions with the first factor, and renews its own', async () => {
    const { page, another, world } = open()
    const elsewhere = another()
    await signedIn(page)
    await signedIn(elsewhere)
    const before = page.jar.get('__Host-session')
    await enrolApp(page, world.clock.now())
    expect(await elsewhere.get('/auth/account')).toMatchObject({ status: 401 })
    expect(await page.get('/auth/account')).toMatchObject({ body: { factors: [{ name: 'My phone' }] } })
    expect(page.jar.get('__Host-session')).not.toBe(before)
  })

  it('texts a number as it is typed at home, again after a wait, and takes the code', async () => {
    const { page, world } = open()
    await signedIn(page)
    expect(await page.post('/auth/enrol/text', { phoneNumber: '12' })).toMatchObject({
      status: 409,
      body: { reason: 'invalid-phone-number' },
    })
    expect(await page.post('/auth/enrol/text', { phoneNumber: '(415) 555-0123' })).toMatchObject({
      body: { status: 'started', destination: '•••• 0123', restricted: true },
    })
    expect(await page.post('/auth/enrol/resend')).toMatchObject({ body: { reason: 'too-soon' } })
    expect(await page.post('/auth/enrol/confirm', { code: '' })).toMatchObject({
      status: 401,
      body: { reason: 'malformed-code' },
    })
    const code = world.inbox.lastCode(PHONE)
    expect(await page.post('/auth/enrol/confirm', { code })).toMatchObject({ body: { status: 'confirmed' } })
  })

  it('adds a passkey by the proof of the first factor', async () => {
    const { page, world } = open()
    await signedIn(page)
    await enrolApp(page, world.clock.now())
    const { body } = await page.post('/auth/enrol/passkey')
    const response = fakePasskey('key').create(body['options'] as PasskeyCreationOptions)
    expect(await page.post('/auth/enrol/confirm', { response })).toMatchObject({
      body: { status: 'confirmed', factor: { kind: 'passkey' }, recoveryCodes: null },
    })
  })

  it('ends when it is cancelled', async () => {
    const { page } = open()
    await signedIn(page)
    await page.post('/auth/enrol/app')
    await page.post('/auth/enrol/cancel')
    expect(await page.get('/auth/enrol')).toMatchObject({ status: 409, body: { reason: 'unknown-enrolment' } })
  })

  it('asks for the access pass that staff issued while somebody was signed in', async () => {
    const { page, world } = open()
    await signedIn(page)
    const { pass } = must(await world.twoFactor.admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
    expect(await page.post('/auth/enrol/app')).toMatchObject({ status: 401, body: { status: 'access-pass-required' } })
    const given = { secondFactor: { recoveryCode: pass } }
    expect(await page.post('/auth/enrol/app', given)).toMatchObject({ body: { status: 'started' } })
  })
})

describe('changing the account', () => {
  it.each([
    ['/auth/enrol/app', 'started'],
    ['/auth/enrol/passkey', 'started'],
    ['/auth/factors/prefer', 'preferred'],
    ['/auth/factors/remove', 'removed'],
    ['/auth/recovery-codes/regenerate', 'regenerated'],
    ['/auth/account/disable', 'disabled'],
  ])('asks for a second factor at %s, does it on the code, and then keeps the proof', async (path, status) => {
    const { page, ada, world } = await openLater()
    const form = { factorId: ada.factor.id }
    const asked = await page.post(path, form)
    expect(asked).toMatchObject({ status: 401, body: { status: 'challenged', factor: { kind: 'totp' } } })
    const wrong = await page.post(path, { ...form, secondFactor: { code: ada.wrongCode() } })
    expect(wrong).toMatchObject({ status: 401, body: { reason: 'wrong-code' } })
    expect(await statusOf(world)).toMatchObject({ enabled: true, factors: [{ id: ada.factor.id }] })
    const done = await page.post(path, { ...form, secondFactor: { code: ada.code() } })
    expect(done).toMatchObject({ status: 200, body: { status } })
    expect(page.jar.has('__Host-proof')).toBe(true)
    expect(page.jar.has('__Host-step-up')).toBe(false)
  })

  it('needs no second proof within ten minutes', async () => {
    const { page, ada } = await openLater()
    await page.post('/auth/recovery-codes/regenerate')
    await page.post('/auth/recovery-codes/regenerate', { secondFactor: { code: ada.code() } })
    const again = await page.post('/auth/recovery-codes/regenerate')
    expect(again.body['recoveryCodes']).toHaveLength(10)
  })

  it('switches a step-up to a text, and sends that again', async () => {
    const { page, ada, world } = await openLater()
    const { proof } = must(
      await world.twoFactor.challenge.verify({
        token: must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'challenged').token,
        code: ada.code(),
      }),
      'approved',
    )
    const phone = await enrolSms(world, 'ada', PHONE, { proof })
    await page.post('/auth/recovery-codes/regenerate')
    expect(await page.post('/auth/step-up/switch', { factorId: phone.factor.id })).toMatchObject({
      body: { factor: { kind: 'sms' }, delivery: { status: 'sent' } },
    })
    expect(await page.post('/auth/step-up/resend')).toMatchObject({ body: { reason: 'too-soon' } })
    const done = await page.post('/auth/recovery-codes/regenerate', { secondFactor: { code: phone.code() } })
    expect(done).toMatchObject({ body: { status: 'regenerated' } })
  })

  it('leaves the last factor to somebody who must have one, now or later', async () => {
    for (const required of [true, { from: Date.UTC(2027, 0, 1) }]) {
      const { page, world } = open({}, { isRequired: async () => required })
      const ada = await enrolTotp(world)
      await signedIn(page, { code: ada.code() })
      const refused = { status: 409, body: { reason: 'last-factor-required' } }
      expect(await page.post('/auth/factors/remove', { factorId: ada.factor.id })).toMatchObject(refused)
      expect(await page.post('/auth/account/disable')).toMatchObject(refused)
    }
  })

  it('renames a factor and forgets trusted computers, one or all, without a proof', async () => {
    const { page, another, ada } = await openLater()
    const laptop = another()
    await signedIn(laptop, { code: ada.code(), trustDevice: true, deviceName: 'Laptop' })
    await signedIn(another(), { code: ada.code(), trustDevice: true, deviceName: 'Tablet' })
    const { body } = await laptop.get('/auth/account')
    expect(body['trustedDevices']).toMatchObject([
      { name: 'Laptop', current: true },
      { name: 'Tablet', current: false },
    ])
    const [{ id: deviceId }] = body['trustedDevices'] as [{ id: string }]
    await page.post('/auth/trusted-devices/revoke', { deviceId })
    expect(await page.get('/auth/account')).toMatchObject({ body: { trustedDevices: [{ name: 'Tablet' }] } })
    await page.post('/auth/trusted-devices/revoke')
    expect(await page.get('/auth/account')).toMatchObject({ body: { trustedDevices: [] } })
    await page.post('/auth/factors/rename', { factorId: ada.factor.id, name: 'Old phone' })
    expect(await page.get('/auth/account')).toMatchObject({ body: { factors: [{ name: 'Old phone' }] } })
  })
})

describe('an action of the application', () => {
  it('is let through once, on the code for it', async () => {
    const { page, ada, protect } = await openLater()
    expect(await protect(page, 'EUR 100 to Bob')).toMatchObject({ status: 401, body: { status: 'challenged' } })
    const given = { code: ada.code() }
    expect(await protect(page, 'EUR 9999 to Mallory', given)).toMatchObject({ body: { reason: 'unknown-challenge' } })
    expect(await protect(page, 'EUR 100 to Bob', given)).toBeNull()
    expect(await protect(page, 'EUR 100 to Bob', given)).toMatchObject({ body: { reason: 'settled' } })
  })

  it('is shown whole in the text, whose code is good for nothing else', async () => {
    const { page, world, protect } = open()
    const ada = await enrolSms(world)
    await page.post('/auth/sign-in', WITH_PASSWORD)
    await page.post('/auth/sign-in/verify', { code: ada.code() })
    await protect(page, 'EUR 100 to Bob')
    expect(world.inbox.last().text).toContain('EUR 100 to Bob')
    const code = ada.code()
    world.clock.advanceSeconds(60)
    await protect(page, 'EUR 9999 to Mallory')
    expect(await protect(page, 'EUR 9999 to Mallory', { code })).toMatchObject({ body: { reason: 'wrong-code' } })
    const sent = world.inbox.messages.length
    for (const payee of ['x'.repeat(200), '日本'])
      expect(await protect(page, `EUR 1 to ${payee}`)).toMatchObject({ status: 422 })
    expect(world.inbox.messages).toHaveLength(sent)
  })

  it('takes neither the proof of a sign-in nor the code of somebody else', async () => {
    const { page, another, world, protect } = open()
    const ada = await enrolTotp(world)
    const bob = await enrolTotp(world, 'bob')
    await signedIn(page, { code: ada.code() })
    expect(await protect(page, 'EUR 100 to Bob')).toMatchObject({ status: 401 })
    const bobs = another()
    await bobs.post('/auth/sign-in', { ...WITH_PASSWORD, userId: 'bob' })
    await bobs.post('/auth/sign-in/verify', { code: bob.code() })
    await protect(bobs, 'EUR 100 to Bob')
    page.jar.set('__Host-step-up', bobs.jar.get('__Host-step-up') ?? '')
    expect(await protect(page, 'EUR 100 to Bob', { code: bob.code() })).toMatchObject({ status: 401 })
  })

  it('is shut to who is signed out, to who has no second factor, and to another site', async () => {
    const { page, protect } = open()
    expect(await protect(page, 'EUR 1 to Bob')).toMatchObject({ status: 401, body: { status: 'signed-out' } })
    await signedIn(page)
    expect(await protect(page, 'EUR 1 to Bob')).toMatchObject({ status: 403, body: { status: 'enrolment-required' } })
    expect(await protect(page, 'EUR 1 to Bob', undefined, 'https://evil.example')).toMatchObject({
      body: { status: 'foreign-origin' },
    })
  })
})

describe('the handler', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a page that hides where it is from', { origin: 'null' }],
    ['no browser', { origin: '' }],
  ])('takes nothing from %s', async (_from, headers) => {
    const { page } = open()
    expect(await page.post('/auth/sign-in', WITH_PASSWORD, headers)).toMatchObject({ status: 403, cookies: [] })
  })

  it.each(['', 'x=1', 'null', '3', '{'])('calls a body malformed that holds no object: %s', async (body) => {
    const { page } = open()
    expect(await page.post('/auth/sign-in', body)).toMatchObject({ status: 400 })
  })

  it('reads no long body to its end', async () => {
    const { page } = open()
    expect(await page.post('/auth/sign-in', { padding: 'x'.repeat(20_000) })).toMatchObject({ status: 413 })
  })

  it.each([
    {},
    [],
    { code: 123456 },
    { code: ['1'] },
    { code: {}, trustDevice: 'yes' },
    { __proto__: null, code: null },
    { recoveryCode: 5 },
    { response: null, code: '123456' },
  ])('rejects what is no code: %o', async (body) => {
    const { page, world } = open()
    await enrolTotp(world)
    await page.post('/auth/sign-in', WITH_PASSWORD)
    const answer = await page.post('/auth/sign-in/verify', body)
    expect(answer).toMatchObject({ status: 401, cookies: [] })
    expect(answer.body['reason']).toMatch(/^(malformed-code|wrong-response)$/)
  })

  it.each(['x', 5, [], { code: 5 }, { __proto__: { code: '123456' } }])(
    'lets nothing through on a second factor like %o',
    async (given) => {
      const { page, protect } = await openLater()
      await protect(page, 'EUR 1 to Bob')
      expect(await protect(page, 'EUR 1 to Bob', given)).toMatchObject({ status: 401 })
    },
  )

  it('knows no other paths and no other methods', async () => {
    const { page } = open()
    for (const path of ['/auth/anything', '/sign-in', '/authsign-in', '/auth/constructor'])
      expect(await page.post(path)).toMatchObject({ status: 404 })
    expect(await page.get('/auth/sign-in')).toMatchObject({ status: 404 })
  })

  it('stands under the base path of the host', async () => {
    const { page } = open({}, { basePath: '/api/second' })
    expect(await page.post('/api/second/sign-in', WITH_PASSWORD)).toMatchObject({ body: { status: 'signed-in' } })
    expect(await page.post('/auth/sign-in', WITH_PASSWORD)).toMatchObject({ status: 404 })
  })

  it('hands the client address on', async () => {
    const { page, world } = open()
    const ada = await enrolTotp(world)
    await signedIn(page, { code: ada.code() })
    const { activity } = await world.twoFactor.account.activity({ userId: 'ada' })
    expect(activity[0]).toMatchObject({ type: 'challenge-approved', clientNetwork: '192.0.2.0/24' })
  })
})

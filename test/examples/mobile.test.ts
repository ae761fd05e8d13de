import { expect, it } from 'vitest'
import { createApp } from '../../examples/frameworks/mobile.js'
import type { PasskeyCreationOptions } from '../../src/interfaces/passkeys.js'
import { authenticator } from '../../src/testing/index.js'
import { fakePasskey } from '../support/fake-passkeys.js'
import { must } from '../support/outcome.js'
import { enrolSms, enrolTotp, PHONE } from '../support/people.js'
import { makeWorld, type World } from '../support/world.js'
import { listen } from './open-site.js'

type Fields = Readonly<Record<string, unknown>>
interface Answer {
  readonly status: number
  readonly body: Fields
  readonly cookies: readonly string[]
}

const WITH_PASSWORD = { email: 'ada', password: 'right' }

/** The API over HTTP, and phones that call it. */
async function open(world: World = makeWorld()) {
  const [payments, faults]: [string[], unknown[]] = [[], []]
  const address = await listen(
    createApp({
      twoFactor: world.twoFactor,
      firstFactor: async ({ email, password }) => (password === 'right' ? (email as string) : null),
      accountNameOf: (userId) => `${userId}@acme.example`,
      pay: (userId, action) => payments.push(`${userId}: ${action}`),
      onFault: (error) => faults.push(error),
    }),
  )
  async function call(path: string, body: Fields = {}, session?: unknown): Promise<Answer> {
    const response = await fetch(address + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${String(session)}` },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    const cookies = response.headers.getSetCookie()
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Fields), cookies }
  }
  return { world, address, call, payments, faults }
}

/** Signed in with an app, by its code. */
async function openSignedIn() {
  const opened = await open()
  const ada = await enrolTotp(opened.world)
  const { body } = await opened.call('/sign-in', WITH_PASSWORD)
  const signedIn = await opened.call('/sign-in/verify', { token: body['token'], code: ada.code() })
  return { ...opened, ada, session: signedIn.body['session'], proof: signedIn.body['proof'] }
}

const PAYMENT = { amount: 100, payee: 'Bob' }

it('enrols an app with the first sign-in, and ends the sessions that a password alone began', async () => {
  const { world, call } = await open()
  const sessions = [await call('/sign-in', WITH_PASSWORD), await call('/sign-in', WITH_PASSWORD)]
  const [mine, other] = sessions.map(({ body }) => body['session'])
  const { body } = await call('/enrol/app', {}, mine)
  const app = authenticator(body['uri'] as string)
  expect(app.accountName).toBe('ada@acme.example')
  const { enrolmentId } = body
  expect(await call('/enrol/confirm', { enrolmentId, code: '1' }, mine)).toMatchObject({
    status: 401,
    body: { reason: 'malformed-code' },
  })
  const confirmed = await call('/enrol/confirm', { enrolmentId, code: app.code(world.clock) }, mine)
  expect(confirmed.body['recoveryCodes']).toHaveLength(10)
  expect(await call('/account', {}, mine)).toMatchObject({ status: 200, body: { enabled: true } })
  expect(await call('/account', {}, other)).toMatchObject({ status: 401, body: { status: 'signed-out' } })
})

it('has the app carry the token of the challenge, and trusts the device by one more', async () => {
  const { world, call } = await open()
  const ada = await enrolTotp(world)
  const asked = await call('/sign-in', WITH_PASSWORD)
  expect(asked).toMatchObject({ status: 200, body: { status: 'challenged', token: expect.any(String) as string } })
  const { token } = asked.body
  expect(await call('/sign-in/verify', { token, code: ada.wrongCode() })).toMatchObject({
    status: 401,
    body: { reason: 'wrong-code' },
  })
  expect(await call('/sign-in/verify', { code: ada.code() })).toMatchObject({ body: { reason: 'unknown-challenge' } })
  const signedIn = await call('/sign-in/verify', { token, code: ada.code(), deviceName: 'iPhone' })
  expect(signedIn).toMatchObject({ body: { status: 'signed-in' } })
  expect([...asked.cookies, ...signedIn.cookies]).toEqual([])
  expect(await call('/sign-in/verify', { token, code: ada.code() })).toMatchObject({ body: { reason: 'settled' } })
  const { trustedDeviceToken } = signedIn.body
  expect(await call('/sign-in', { ...WITH_PASSWORD, trustedDeviceToken })).toMatchObject({
    body: { status: 'signed-in' },
  })
  expect(await call('/sign-in', { ...WITH_PASSWORD, trustedDeviceToken: 'x' })).toMatchObject({
    body: { status: 'challenged' },
  })
})

it('sends a text again, switches to it and from it, and takes a recovery code', async () => {
  const { world, call } = await open()
  const phone = await enrolSms(world)
  const app = await enrolTotp(world, 'ada', { proof: phone.proof })
  const { body } = await call('/sign-in', WITH_PASSWORD)
  const texted = await call('/switch', { token: body['token'], factorId: phone.factor.id })
  expect(texted.body).toMatchObject({ factor: { kind: 'sms' }, delivery: { status: 'sent' } })
  world.clock.advanceSeconds(60)
  expect(await call('/resend', { token: texted.body['token'] })).toMatchObject({ body: { status: 'sent' } })
  const again = await call('/switch', { token: texted.body['token'], factorId: app.factor.id })
  expect(again.body).toMatchObject({ factor: { kind: 'totp' } })
  const [recoveryCode] = phone.recoveryCodes
  expect(await call('/sign-in/verify', { token: again.body['token'], recoveryCode })).toMatchObject({
    body: { status: 'signed-in' },
  })
})

it('takes an access pass before anything is enrolled', async () => {
  const { world, call } = await open()
  const { pass } = must(await world.twoFactor.admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
  const { body } = await call('/sign-in', WITH_PASSWORD)
  expect(body).toMatchObject({ status: 'enrolment-required' })
  const { token } = body
  const signedIn = await call('/sign-in/verify', { token, recoveryCode: pass })
  expect(signedIn.body).toMatchObject({ status: 'signed-in', enrolmentRequired: true })
  const { session, proof } = signedIn.body
  expect(await call('/enrol/app', {}, session)).toMatchObject({ status: 409 })
  expect(await call('/enrol/app', { proof }, session)).toMatchObject({ body: { status: 'started' } })
})

it('adds a number and a passkey by the proof of the sign-in', async () => {
  const { world, call, session, proof } = await openSignedIn()
  const number = await call('/enrol/text', { phoneNumber: PHONE, proof }, session)
  const { enrolmentId } = number.body
  const code = world.inbox.lastCode(PHONE)
  expect(await call('/enrol/confirm', { enrolmentId, code }, session)).toMatchObject({
    body: { status: 'confirmed', recoveryCodes: null },
  })
  const { body } = await call('/enrol/passkey', { proof }, session)
  const response = fakePasskey('key').create(body['options'] as PasskeyCreationOptions)
  const confirmed = await call('/enrol/confirm', { enrolmentId: body['enrolmentId'], response }, session)
  expect(confirmed.body).toMatchObject({ factor: { kind: 'passkey' } })
})

it('makes a payment once, on the code for it', async () => {
  const { call, session, ada, payments } = await openSignedIn()
  expect(await call('/payments', { amount: -1 }, session)).toMatchObject({ status: 400 })
  const asked = await call('/payments', PAYMENT, session)
  expect(asked).toMatchObject({ status: 401, body: { status: 'challenged' } })
  const given = { token: asked.body['token'], code: ada.code() }
  expect(await call('/sign-in/verify', given)).toMatchObject({ status: 401 })
  const again = await call('/payments', PAYMENT, session)
  const fresh = { token: again.body['token'], code: ada.code() }
  expect(await call('/payments', { ...PAYMENT, ...fresh, payee: 'Mallory' }, session)).toMatchObject({
    body: { reason: 'unknown-challenge' },
  })
  expect(await call('/payments', { ...PAYMENT, ...fresh }, session)).toMatchObject({ body: { status: 'paid' } })
  expect(await call('/payments', { ...PAYMENT, ...fresh }, session)).toMatchObject({ body: { reason: 'settled' } })
  expect(payments).toEqual(['ada: EUR 100 to Bob'])
})

it('pays for nobody by the code of somebody else, and for nobody who has no second factor', async () => {
  const { world, call, session, payments } = await openSignedIn()
  const bob = await enrolTotp(world, 'bob')
  const { body } = await call('/sign-in', { email: 'bob', password: 'right' })
  const bobs = await call('/sign-in/verify', { token: body['token'], code: bob.code() })
  const asked = await call('/payments', PAYMENT, bobs.body['session'])
  const given = { ...PAYMENT, token: asked.body['token'], code: bob.code() }
  expect(await call('/payments', given, session)).toEqual({ status: 401, body: { status: 'rejected' }, cookies: [] })
  const cy = await call('/sign-in', { email: 'cy', password: 'right' })
  expect(await call('/payments', PAYMENT, cy.body['session'])).toMatchObject({ status: 403 })
  expect(payments).toEqual([])
})

it('is shut to who is signed out, and knows no other paths and methods', async () => {
  const { call, session, address } = await openSignedIn()
  expect(await call('/sign-in', { email: 'ada', password: 'wrong' })).toMatchObject({
    status: 401,
    body: { status: 'wrong-password' },
  })
  expect(await call('/sign-out', {}, session)).toMatchObject({ body: { status: 'signed-out' } })
  for (const path of ['/account', '/enrol/app', '/enrol/text', '/enrol/passkey', '/enrol/confirm', '/payments'])
    expect(await call(path, PAYMENT, session)).toMatchObject({ status: 401, body: { status: 'signed-out' } })
  expect(await call('/anything', {}, session)).toMatchObject({ status: 404 })
  expect(await fetch(`${address}/account`)).toMatchObject({ status: 404 })
})

it('answers a fault with 500, and tells the log alone', async () => {
  const { world, call, faults } = await open()
  world.store.reset()
  world.store.failAt(1)
  expect(await call('/sign-in', WITH_PASSWORD)).toEqual({ status: 500, body: {}, cookies: [] })
  expect(faults).toMatchObject([{ code: 'ERR_STORE_FAILED' }])
})

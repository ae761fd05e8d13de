import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, enrolApp, enrolText, OWNER, signedIn, signedInByText } from './steps.js'
import type { Visitor } from './visitor.js'

describe('sensitive pages of the demo', () => {
  let portal: DemoPortal
  beforeEach(async () => {
    portal = await startDemo()
  })
  afterEach(() => portal.close())

  const factorId = async (): Promise<string> =>
    (await portal.twoFactor.account.status({ userId: BEN_ID })).factors[0]?.id ?? ''
  const stepUp = async (visitor: Visitor, path: string): Promise<void> => {
    await visitor.follow(await visitor.get(path))
    expect(await visitor.post('/step-up/code', { code: portal.textedCode() })).toMatchObject({
      status: 303,
      location: path,
    })
    await visitor.get(path)
  }

  test('each asks for a code first and does nothing without, even straight after signing in', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedInByText(portal, BEN)
    const id = await factorId()
    await visitor.get('/account')
    const paths = ['/enrol', '/enrol/text', '/account/disable', '/account/recovery-codes']
    for (const path of [
      ...paths,
      `/account/factors/${id}/remove`,
      `/account/factors/${id}/prefer`,
      `/enrol?replaces=${id}`,
    ]) {
      expect(await visitor.get(path), path).toMatchObject({ status: 303, location: '/step-up' })
      expect(await visitor.post(path, { method: 'app' }), path).toMatchObject({ status: 303, location: '/step-up' })
    }
    expect(await portal.twoFactor.account.status({ userId: BEN_ID })).toMatchObject({
      enabled: true,
      recoveryCodesRemaining: 10,
    })
  })

  test('a code opens them for ten minutes, in this session alone', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedInByText(portal, BEN)
    portal.clock.advanceSeconds(600)
    const other = await signedInByText(portal, BEN)
    await stepUp(visitor, '/account/disable')
    expect((await visitor.get('/account/disable')).status).toBe(200)
    expect(await other.get('/account/disable')).toMatchObject({ status: 303, location: '/step-up' })
    portal.clock.advanceSeconds(600)
    expect(await visitor.post('/account/disable')).toMatchObject({ status: 303, location: '/step-up' })
    expect(await portal.twoFactor.account.status({ userId: BEN_ID })).toMatchObject({ enabled: true })
  })

  test('coming to the step-up page again sends no second text', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedInByText(portal, BEN)
    const sent = portal.phone.texts().length
    for (let times = 0; times < 3; times++) await visitor.follow(await visitor.get('/account/disable'))
    expect(portal.phone.texts()).toHaveLength(sent + 1)
  })

  test('a step-up code does not sign in, and a sign-in code does not step up', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedInByText(portal, BEN)
    await visitor.follow(await visitor.get('/account/disable'))
    const stepUpCode = portal.textedCode()
    const thief = portal.visitor()
    await thief.follow(await thief.signIn(BEN))
    const wrong = 'That code is not right.'
    expect((await thief.submit('/sign-in/code', { code: stepUpCode })).html).toContain(wrong)
    expect((await visitor.submit('/step-up/code', { code: portal.textedCode() })).html).toContain(wrong)
  })

  test('turning off, naming, new recovery codes and removal do what they say', async () => {
    const [oldCode = ''] = await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedInByText(portal, BEN)
    const id = await factorId()
    await visitor.get(`/account/factors/${id}/rename`)
    await visitor.post(`/account/factors/${id}/rename`, { name: '<b>Work</b>' })
    expect((await visitor.get('/account')).html).toContain('&lt;b&gt;Work&lt;/b&gt;')

    portal.clock.advanceSeconds(60)
    await stepUp(visitor, '/account/recovery-codes')
    expect(await visitor.post('/account/recovery-codes')).toMatchObject({ status: 303, location: '/recovery-codes' })
    expect((await visitor.get('/recovery-codes')).html).not.toContain(oldCode)

    await visitor.get(`/account/factors/${id}/remove`)
    expect(await visitor.post(`/account/factors/${id}/remove`)).toMatchObject({ status: 303, location: '/account' })
    expect(await portal.twoFactor.account.status({ userId: BEN_ID })).toMatchObject({
      enabled: false,
      recoveryCodesRemaining: 0,
    })
  })

  test('replacing the phone keeps the old one until the new one is confirmed', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedInByText(portal, BEN)
    const old = await factorId()
    portal.clock.advanceSeconds(60)
    await stepUp(visitor, `/enrol?replaces=${old}`)
    await visitor.follow(await visitor.post(`/enrol?replaces=${old}`, { method: 'sms' }))
    await visitor.follow(await visitor.post(`/enrol/text?replaces=${old}`, { country: 'US', number: '415 555 0177' }))
    expect(await factorId()).toBe(old)
    await visitor.post('/enrol/text/code', { code: portal.textedCode() })
    expect((await portal.twoFactor.account.status({ userId: BEN_ID })).factors).toMatchObject([
      { destination: '•••• 0177' },
    ])
  })

  test('after a recovery code the lost phone can be replaced without spending another', async () => {
    const [code = ''] = await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/sign-in/recovery-code')
    await visitor.post('/sign-in/recovery-code', { code: code.toLowerCase().replaceAll('-', ' ') })
    const old = await factorId()
    expect((await visitor.get(`/enrol?replaces=${old}`)).status).toBe(200)
    await visitor.follow(await visitor.post(`/enrol?replaces=${old}`, { method: 'app' }))
    await visitor.follow(await visitor.post('/enrol/app/pretend'))
    await visitor.post('/enrol/app', { code: portal.appCode() })
    expect((await portal.twoFactor.account.status({ userId: BEN_ID })).factors).toMatchObject([{ kind: 'totp' }])
  })

  test('a new password ends every other session, untrusts computers and voids what was proven', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    await visitor.follow(await visitor.signIn(BEN))
    await visitor.post('/sign-in/code', { code: portal.textedCode(), trust: 'yes' })
    const other = await signedInByText(portal, BEN)
    await visitor.get('/password')
    const next = 'a longer password'
    const mistakes = [
      { current: 'wrong', next, repeat: next },
      { current: 'willow-street-9', next, repeat: 'another one here' },
      { current: 'willow-street-9', next: 'short', repeat: 'short' },
    ]
    for (const mistake of mistakes) expect((await visitor.submit('/password', mistake)).html).toContain('class="error"')
    const before = visitor.clone()
    expect(await visitor.post('/password', { current: 'willow-street-9', next, repeat: next })).toMatchObject({
      location: '/account',
    })
    expect((await visitor.get('/account')).html).toContain('Your other sessions have ended.')
    for (const ended of [other, before])
      expect(await ended.get('/')).toMatchObject({ status: 303, location: '/sign-in' })
    await visitor.post('/sign-out')
    expect(await visitor.signIn(BEN)).toMatchObject({ location: '/sign-in' })
    portal.clock.advanceSeconds(60)
    expect(await visitor.signIn(BEN, next)).toMatchObject({ status: 303, location: '/sign-in/code' })
  })

  test('the owner resets somebody who lost everything; their sessions end and the activity says so', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const ben = await signedInByText(portal, BEN)
    const owner = await signedIn(portal, OWNER)
    await enrolApp(portal, owner)
    portal.clock.advanceSeconds(600)
    expect(await owner.get('/team/person-2/reset')).toMatchObject({ status: 303, location: '/step-up' })
    await owner.follow(await owner.get('/team/person-2/reset'))
    await owner.post('/step-up/code', { code: portal.appCode() })
    await owner.get('/team/person-2/reset')
    await owner.post('/team/person-2/reset')
    expect((await owner.get('/team')).html).toContain('Ben Carter can sign in with the password alone')
    expect(await ben.get('/')).toMatchObject({ status: 303, location: '/sign-in' })
    const again = await signedIn(portal, BEN)
    expect((await again.get('/account')).html).toContain('The practice owner reset two-factor authentication')
    for (const id of ['person-1', 'person-9', '__proto__'])
      expect((await owner.get(`/team/${id}/reset`)).status, id).toBe(404)
  })

  test('the account page tells what happened, newest first, and from where', async () => {
    const [recoveryCode = ''] = await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/sign-in/recovery-code')
    await visitor.post('/sign-in/recovery-code', { code: recoveryCode })
    const { html } = await visitor.get('/account')
    const list = html.slice(html.indexOf('<ol class="activity">'))
    const told = [...list.matchAll(/<li>\s*<span>([^<]*)<small>([^<]*)<\/small>/g)].map(([, what, from]) => [
      what?.trim(),
      from,
    ])
    expect(told).toEqual([
      ['A recovery code was used', 'from 127.0.0.0/24'],
      ['New recovery codes were made', 'from 127.0.0.0/24'],
      ['Added: Text message to •••• 0123', 'from 127.0.0.0/24'],
    ])
  })

  test('the owner unlocks somebody', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const ben = await signedIn(portal, BEN)
    const wrong = portal.textedCode() === '000000' ? '000001' : '000000'
    for (let tries = 0; tries < 5; tries++) await ben.submit('/sign-in/code', { code: wrong })
    const owner = await signedIn(portal, OWNER)
    expect((await owner.get('/team')).html).toContain('Locked; opens in 60 seconds')
    await owner.get('/team/person-2/unlock')
    await owner.post('/team/person-2/unlock')
    const again = portal.visitor()
    expect((await again.follow(await again.signIn(BEN))).html).toContain('Enter your code')
  })
})

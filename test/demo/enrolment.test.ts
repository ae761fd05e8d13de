import { decodeBase32, generateTotp } from 'countersign/otp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, CHLOE, enrolApp, enrolText, OWNER, signedIn, signedInByText } from './steps.js'

const JUNE = Date.UTC(2030, 5, 1)

describe('setting two-factor authentication up in the demo', () => {
  let portal: DemoPortal
  beforeEach(async () => {
    portal = await startDemo()
  })
  afterEach(() => portal.close())

  test('recovery codes are shown until they are kept, then never again', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol/text')
    await visitor.follow(await visitor.post('/enrol/text', { country: 'US', number: '415 555 0123' }))
    const { html } = await visitor.follow(await visitor.post('/enrol/text/code', { code: portal.textedCode() }))
    const codes = [...html.matchAll(/<li><code>([0-9A-Z-]+)<\/code>/g)].map(([, code]) => code ?? '')
    expect(codes).toHaveLength(10)

    const download = await visitor.get('/recovery-codes/download')
    expect(download.headers.get('content-type')).toMatch('text/plain')
    expect(download.headers.get('content-disposition')).toBe('attachment; filename=recovery-codes.txt')
    expect(download.headers.get('cache-control')).toBe('no-store')
    for (const code of codes) expect(download.html).toContain(code)

    await visitor.post('/recovery-codes')
    for (const path of ['/recovery-codes', '/recovery-codes/download']) {
      expect(await visitor.get(path)).toMatchObject({ status: 303, location: '/account' })
    }
  })

  test('a number that is none, and a country that is not served, are told apart', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol/text')
    const send = async (number: string): Promise<string> =>
      (await visitor.submit('/enrol/text', { country: 'US', number })).html
    for (const number of ['', '12', 'letters', '٤١٥٥٥٥٠١٢٣x', '+'])
      expect(await send(number), number).toContain('That is not a phone number')
    expect(await send('+48 512 345 678')).toContain('a country or island that we do not send texts to')
    expect(portal.phone.texts()).toEqual([])
  })

  test('texts are in the language of the page', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.post('/language', { locale: 'fr', back: '/' })
    await visitor.get('/enrol/text')
    await visitor.post('/enrol/text', { country: 'FR', number: '06 12 34 56 78' })
    expect(portal.phone.texts()).toMatchObject([
      { to: '+33612345678', text: expect.stringContaining('est le code pour') as string },
    ])
  })

  test('an enrolment that ran out, or was given up, starts again', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol')
    await visitor.follow(await visitor.post('/enrol', { method: 'app' }))
    await visitor.follow(await visitor.post('/enrol/app/pretend'))
    const code = portal.appCode()
    portal.clock.advanceSeconds(600)
    const late = await visitor.post('/enrol/app', { code })
    expect((await visitor.follow(late)).html).toContain('This took too long.')

    await visitor.follow(await visitor.post('/enrol', { method: 'app' }))
    await visitor.post('/enrol/cancel')
    expect(await visitor.get('/enrol/app')).toMatchObject({ status: 303, location: '/enrol' })
    expect(await portal.twoFactor.account.status({ userId: BEN_ID })).toMatchObject({ enabled: false })
  })

  test('somebody who must enrol can do nothing else, not even by knowing the address', async () => {
    portal.state.requiredFrom = portal.clock.now()
    const visitor = portal.visitor()
    expect(await visitor.signIn(BEN)).toMatchObject({ status: 303, location: '/enrol' })
    await visitor.get('/enrol')
    for (const path of [
      '/',
      '/account',
      '/team',
      '/password',
      '/account/disable',
      '/account/recovery-codes',
      '/nowhere',
    ]) {
      expect(await visitor.get(path), path).toMatchObject({ status: 303, location: '/enrol' })
      expect(await visitor.post(path, { current: 'willow-street-9' }), path).toMatchObject({
        status: 303,
        location: '/enrol',
      })
    }
    await enrolApp(portal, visitor)
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('the rule binds those who are signed in already, and lets go of them when it is lifted', async () => {
    const visitor = await signedIn(portal, BEN)
    portal.state.requiredFrom = portal.clock.now()
    expect(await visitor.get('/')).toMatchObject({ status: 303, location: '/enrol' })
    portal.state.requiredFrom = null
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('before the grace date people are reminded and let in, from it on they are not', async () => {
    portal.state.requiredFrom = JUNE
    const visitor = portal.visitor()
    const home = await visitor.follow(await visitor.signIn(BEN))
    expect(home.html).toContain('everyone at the practice signs in with a second factor')
    portal.clock.set(JUNE)
    expect(await portal.visitor().signIn(BEN)).toMatchObject({ status: 303, location: '/enrol' })
  })

  test('where it is required, nobody can turn it off or remove the last factor', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    portal.state.requiredFrom = portal.clock.now()
    const visitor = await signedInByText(portal, BEN)
    const [factor] = (await portal.twoFactor.account.status({ userId: BEN_ID })).factors
    for (const path of ['/account/disable', `/account/factors/${factor?.id ?? ''}/remove`]) {
      portal.clock.advanceSeconds(700)
      await visitor.follow(await visitor.get(path))
      await visitor.follow(await visitor.post('/step-up/code', { code: portal.textedCode() }))
      const refused = await visitor.submit(path)
      expect(refused, path).toMatchObject({
        html: expect.stringContaining('this is your last way to get a code') as string,
      })
    }
    expect(await portal.twoFactor.account.status({ userId: BEN_ID })).toMatchObject({ enabled: true })
  })

  test('somebody who was suspended and got in with a recovery code enrols again before anything else', async () => {
    const first = await signedIn(portal, BEN)
    await first.get('/enrol')
    const page = await first.follow(await first.post('/enrol', { method: 'app' }))
    const key = decodeBase32((/id="secret"[^>]*>([A-Z2-7 ]+)</.exec(page.html)?.[1] ?? '').replaceAll(' ', ''))
    const done = await first.follow(
      await first.post('/enrol/app', { code: generateTotp(key, { at: portal.clock.now() }) }),
    )
    const recoveryCode = /<li><code>([0-9A-Z-]+)<\/code>/.exec(done.html)?.[1] ?? ''
    const wrongCode = (): string => {
      const right = [-30_000, 0, 30_000].map((skew) => generateTotp(key, { at: portal.clock.now() + skew }))
      return ['000000', '000001', '000002', '000003'].find((code) => !right.includes(code)) ?? ''
    }
    for (let lock = 0; lock < 20; lock++) {
      const asked = await portal.twoFactor.challenge.begin({ userId: BEN_ID })
      if (!('token' in asked) || asked.token === null) throw new Error(asked.status)
      for (let tries = 0; tries < 5; tries++)
        await portal.twoFactor.challenge.verify({ token: asked.token, code: wrongCode() })
      portal.clock.advanceSeconds(86_400)
    }

    const visitor = portal.visitor()
    const shut = await visitor.follow(await visitor.signIn(BEN))
    expect(shut.html).toContain('Codes are suspended')
    const recovered = await visitor.follow(await visitor.post('/sign-in/recovery-code', { code: recoveryCode }))
    expect(recovered.html).toContain('Your sign-in was suspended and recovered.')
    for (const path of ['/', '/account', '/account/disable'])
      expect(await visitor.get(path)).toMatchObject({ status: 303, location: '/enrol' })
    await enrolApp(portal, visitor)
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('the team page is the owner’s alone', async () => {
    const ben = await signedIn(portal, BEN)
    expect((await ben.get('/team')).status).toBe(403)
    await ben.get('/')
    for (const path of ['/team', '/team/person-3/reset', '/team/person-3/unlock']) {
      expect((await ben.post(path, { require: 'yes' })).status, path).toBe(403)
    }
    expect(portal.state.requiredFrom).toBeNull()
  })

  test('the owner sees who has not switched it on, and requires it from a date', async () => {
    await enrolText(portal, await signedIn(portal, CHLOE))
    const owner = await signedIn(portal, OWNER)
    expect((await owner.get('/team')).html).toContain(
      '3 of 4 have not switched it on yet: <strong>Dr Amara Okafor, Ben Carter, Dana Whitfield',
    )
    for (const from of ['2030-13-01', '2030-02-30', 'soon', '1e9', '-1']) {
      expect((await owner.submit('/team', { require: 'yes', from })).html, from).toContain('That is not a date.')
      expect(portal.state.requiredFrom).toBeNull()
    }
    await owner.post('/team', { require: 'yes', from: '2030-06-01' })
    expect(portal.state.requiredFrom).toBe(new Date(2030, 5, 1).getTime())
    await owner.post('/team', { require: 'yes', from: '' })
    expect(portal.state.requiredFrom).toBe(portal.clock.now())
    await enrolApp(portal, owner)
    await owner.get('/team')
    await owner.post('/team', {})
    expect(portal.state.requiredFrom).toBeNull()
    const page = await owner.get('/team')
    expect(page.html).toContain('Dr Amara Okafor requires it of everyone from June 1, 2030')
    expect(page.html).toContain('Dr Amara Okafor left it to each person')
  })

  test('the rule is loosened only with a second factor given just now, and never from a day that is over', async () => {
    const owner = await signedIn(portal, OWNER)
    await owner.get('/team')
    expect((await owner.submit('/team', { require: 'yes', from: '2030-05-13' })).html).toContain('That day is over.')
    await owner.post('/team', { require: 'yes', from: '2030-06-01' })
    await owner.get('/team')
    expect((await owner.submit('/team', {})).html).toContain('Set up your own second factor before')
    expect(portal.state.requiredFrom).toBe(new Date(2030, 5, 1).getTime())
    await enrolApp(portal, owner)
    portal.clock.advanceSeconds(601)
    await owner.get('/team')
    expect(await owner.post('/team', {})).toMatchObject({ status: 303, location: '/step-up' })
    expect(portal.state.requiredFrom).toBe(new Date(2030, 5, 1).getTime())
    expect(portal.state.ruleChanges).toEqual([{ by: 'person-1', at: portal.clock.now() - 601_000, from: JUNE }])
  })

  test('the owner reminds somebody, and the link in the e-mail leads to setting it up', async () => {
    const owner = await signedIn(portal, OWNER)
    await owner.get('/team')
    expect((await owner.submit('/team/person-2/remind')).html).toContain('We have written to Ben Carter.')
    const [mail] = portal.phone.mails()
    expect(mail).toMatchObject({ to: BEN, path: '/enrol' })
    const ben = portal.visitor()
    const { location } = await ben.get(mail?.path ?? '')
    const signIn = location ?? ''
    await ben.get(signIn)
    const inside = await ben.post(signIn, { email: BEN, password: 'willow-street-9' })
    expect((await ben.follow(inside)).html).toContain('Set up two-factor authentication')
  })
})

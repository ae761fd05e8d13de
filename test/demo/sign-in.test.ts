import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Reply } from './visitor.js'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, enrolApp, enrolText, signedIn } from './steps.js'

describe('signing in to the demo', () => {
  let portal: DemoPortal
  beforeEach(async () => {
    portal = await startDemo()
  })
  afterEach(() => portal.close())

  test('nobody sees a page of the portal before signing in', async () => {
    for (const path of [
      '/',
      '/account',
      '/team',
      '/password',
      '/enrol',
      '/enrol/text',
      '/step-up',
      '/recovery-codes',
    ]) {
      const location = path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`
      expect(await portal.visitor().get(path), path).toMatchObject({ status: 303, location })
    }
  })

  test('a wrong password and an unknown address get the same answer', async () => {
    const answer = async (email: string): Promise<Reply> => {
      const visitor = portal.visitor()
      return visitor.follow(await visitor.signIn(email, 'not the password'))
    }
    const [wrong, unknown] = [await answer(BEN), await answer('nobody@willow.example')]
    const text = 'That e-mail address and password do not go together.'
    expect(wrong).toMatchObject({ status: 200, html: expect.stringContaining(text) as string })
    expect(unknown).toMatchObject({ status: 200, html: expect.stringContaining(text) as string })
  })

  test('ten wrong passwords hold the eleventh back, right or wrong, for that address alone', async () => {
    const guesser = portal.visitor()
    for (let tries = 0; tries < 10; tries++) await guesser.signIn(BEN, 'guess')
    expect((await guesser.follow(await guesser.signIn(BEN))).html).toContain('Too many wrong passwords.')
    expect(await portal.visitor().signIn('chloe@willow.example')).toMatchObject({ location: '/' })
    portal.clock.advanceSeconds(15 * 60)
    expect(await guesser.signIn(BEN)).toMatchObject({ location: '/' })
  })

  test('there is no session between password and code, only a challenge cookie that opens nothing', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    const reply = await visitor.signIn(BEN)
    expect(reply).toMatchObject({ status: 303, location: '/sign-in/code' })
    expect([...visitor.cookies.keys()].sort()).toEqual(['willow-challenge', 'willow-form'])
    for (const path of ['/', '/account', '/enrol'])
      expect((await visitor.get(path)).location, path).toMatch(/^\/sign-in(\?|$)/)

    const forged = visitor.clone()
    forged.cookies.set('willow-session', visitor.cookies.get('willow-challenge') ?? '')
    expect(await forged.get('/account')).toMatchObject({ status: 303, location: '/sign-in?next=%2Faccount' })
  })

  test('the right code starts a session with a new id and takes the challenge cookie away', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    visitor.cookies.set('willow-session', 'fixed-by-somebody-else')
    await visitor.follow(await visitor.signIn(BEN))
    const reply = await visitor.post('/sign-in/code', { code: portal.textedCode() })
    expect(reply).toMatchObject({ status: 303, location: '/' })
    expect(visitor.cookies.has('willow-challenge')).toBe(false)
    expect(visitor.cookies.get('willow-session')).not.toBe('fixed-by-somebody-else')
    expect((await visitor.get('/')).html).toContain('Ben Carter')
  })

  test('one code signs in one browser', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const first = portal.visitor()
    await first.follow(await first.signIn(BEN))
    const second = first.clone()
    await second.get('/sign-in/code')
    const code = portal.textedCode()
    await first.post('/sign-in/code', { code })
    const reply = await second.follow(await second.post('/sign-in/code', { code }))
    expect(reply.html).toContain('Sign in')
    expect(second.cookies.has('willow-session')).toBe(false)
  })

  test('the session id is new after every step that raises rights, and the old one opens nothing', async () => {
    const visitor = await signedIn(portal, BEN)
    const before = visitor.clone()
    await enrolApp(portal, visitor)
    expect(visitor.cookies.get('willow-session')).not.toBe(before.cookies.get('willow-session'))
    expect(await before.get('/')).toMatchObject({ status: 303, location: '/sign-in' })
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('turning the second factor on ends sessions that had none', async () => {
    const elsewhere = await signedIn(portal, BEN)
    await enrolApp(portal, await signedIn(portal, BEN))
    expect(await elsewhere.get('/')).toMatchObject({ status: 303, location: '/sign-in' })
  })

  test('signing out ends the session for good', async () => {
    const visitor = await signedIn(portal, BEN)
    const copy = visitor.clone()
    await visitor.post('/sign-out')
    expect(visitor.cookies.has('willow-session')).toBe(false)
    expect(await copy.get('/')).toMatchObject({ status: 303, location: '/sign-in' })
  })

  test('a session left alone for an hour is over, and so is one of twelve hours', async () => {
    const idle = await signedIn(portal, BEN)
    portal.clock.advanceSeconds(3600)
    expect((await idle.get('/')).status).toBe(303)

    const busy = await signedIn(portal, BEN)
    for (let hour = 0; hour < 23; hour++) {
      portal.clock.advanceSeconds(1800)
      expect((await busy.get('/')).status).toBe(200)
    }
    portal.clock.advanceSeconds(1800)
    expect((await busy.get('/')).status).toBe(303)
  })

  test('wrong codes are counted down, then the sign-in starts again, locked, where a recovery code still works', async () => {
    const [recoveryCode = ''] = await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    await visitor.follow(await visitor.signIn(BEN))
    const wrong = portal.textedCode() === '000000' ? '000001' : '000000'
    expect((await visitor.submit('/sign-in/code', { code: wrong })).html).toContain('4 attempts are left.')
    for (let tries = 0; tries < 3; tries++) await visitor.submit('/sign-in/code', { code: wrong })
    expect(await visitor.submit('/sign-in/code', { code: wrong })).toMatchObject({
      html: expect.stringContaining('No attempts are left. Try again in 60 seconds.') as string,
    })

    const locked = await visitor.follow(await visitor.signIn(BEN))
    expect(locked.html).toContain('Codes are locked for now')
    expect(await visitor.follow(await visitor.post('/sign-in/recovery-code', { code: recoveryCode }))).toMatchObject({
      status: 200,
      html: expect.stringContaining('9 are left') as string,
    })
  })

  test('somebody who signs in is told of the wrong codes before', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    await visitor.follow(await visitor.signIn(BEN))
    const code = portal.textedCode()
    for (let tries = 0; tries < 2; tries++) {
      await visitor.submit('/sign-in/code', { code: code === '000000' ? '000001' : '000000' })
    }
    const home = await visitor.follow(await visitor.post('/sign-in/code', { code }))
    expect(home.html).toContain('2 wrong codes were entered before this.')
    expect((await visitor.get('/')).html).not.toContain('wrong codes')
  })

  test('a wrong recovery code says nothing of attempts, for it is not counted', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    await visitor.follow(await visitor.signIn(BEN))
    await visitor.get('/sign-in/recovery-code')
    for (let tries = 0; tries < 20; tries++) {
      const { html } = await visitor.submit('/sign-in/recovery-code', { code: '0000-0000-0000-0000-0000-0000' })
      expect(html).toContain('That code is not right.')
      expect(html).not.toContain('attempt')
    }
    expect(await visitor.post('/sign-in/code', { code: portal.textedCode() })).toMatchObject({ location: '/' })
  })

  test('a form that is submitted twice sends one text, and its code is right in either browser tab', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    const sent = portal.phone.texts().length
    await visitor.follow(await visitor.signIn(BEN))
    const otherTab = visitor.clone()
    await visitor.follow(await visitor.signIn(BEN))
    expect(portal.phone.texts()).toHaveLength(sent + 1)
    expect(await otherTab.post('/sign-in/code', { code: portal.textedCode() })).toMatchObject({ location: '/' })
  })

  test('an access pass is typed before anything is set up, and the password alone leads nowhere', async () => {
    const issued = await portal.twoFactor.admin.issueAccessPass({ userId: BEN_ID, actor: 'person-1' })
    if (issued.status !== 'issued') throw new Error(issued.reason)
    const visitor = portal.visitor()
    const page = await visitor.follow(await visitor.signIn(BEN))
    expect(page.html).toContain('Use your access pass')
    expect(await visitor.get('/enrol')).toMatchObject({ status: 303, location: '/sign-in?next=%2Fenrol' })
    await visitor.get('/sign-in/code')
    const wrong = await visitor.submit('/sign-in/recovery-code', { code: '0000-0000-0000-0000-0000-0000' })
    expect(wrong).toMatchObject({ html: expect.stringContaining('Access pass') as string })
    const reply = await visitor.post('/sign-in/recovery-code', { code: issued.pass.toLowerCase() })
    expect(reply).toMatchObject({ status: 303, location: '/enrol' })
    await enrolApp(portal, visitor)
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('a challenge that ran out leads back to the password, with a word on why', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    await visitor.follow(await visitor.signIn(BEN))
    const code = portal.textedCode()
    portal.clock.advanceSeconds(600)
    expect(await visitor.submit('/sign-in/code', { code })).toMatchObject({
      html: expect.stringContaining('This took too long. Please start again.') as string,
    })
    expect(visitor.cookies.has('willow-session')).toBe(false)
  })

  test('another text is sent only after its wait', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    await visitor.follow(await visitor.signIn(BEN))
    const code = portal.textedCode()
    const sent = portal.phone.texts().length
    expect((await visitor.submit('/sign-in/resend')).html).toContain(
      'The last text has only just gone out. Try again in 30 seconds.',
    )
    expect(portal.phone.texts()).toHaveLength(sent)
    portal.clock.advanceSeconds(30)
    expect((await visitor.submit('/sign-in/resend')).html).toContain('We have sent the text again.')
    expect(portal.phone.texts()).toHaveLength(sent + 1)
    expect(portal.textedCode()).toBe(code)
    expect(await visitor.post('/sign-in/code', { code })).toMatchObject({ status: 303, location: '/' })
  })
})

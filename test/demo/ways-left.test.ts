import { SmsDeliveryError } from 'countersign'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, enrolApp, enrolText, signedIn } from './steps.js'
import type { Reply, Visitor } from './visitor.js'

describe('somebody at the code page of the demo', () => {
  let portal: DemoPortal
  let visitor: Visitor
  beforeEach(async () => {
    portal = await startDemo()
    visitor = portal.visitor()
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await portal.close()
  })

  const asked = async (): Promise<Reply> => visitor.follow(await visitor.signIn(BEN))
  /** The text of the page, as somebody without scripts reads it. */
  const read = ({ html }: Reply): string =>
    html
      .replace(/<(p|ul|div)[^>]* hidden[^>]*>.*?<\/\1>/gs, '')
      .replace(/<[^>]+>/g, '')
      .replace(/\s+/g, ' ')
  const fail = async (): Promise<void> => {
    for (let tries = 0; tries < 5; tries++)
      await visitor.submit('/sign-in/code', { code: portal.textedCode() === '000000' ? '000001' : '000000' })
  }

  test('reads how long the code works, and after it that it has run out', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    expect(read(await asked())).toContain('The code works for about 5 minutes from when this page was opened.')
    portal.clock.advanceSeconds(240)
    expect(read(await visitor.get('/sign-in/code'))).toContain('The code works for about 60 seconds')
    portal.clock.advanceSeconds(60)
    expect(read(await visitor.get('/sign-in/code'))).toContain('That code has run out. Have a new one sent')
    await visitor.submit('/sign-in/resend', { channel: 'sms' })
    expect(await visitor.post('/sign-in/code', { code: portal.textedCode() })).toMatchObject({ location: '/' })
  })

  test('reads how long the page is open that asks for an app’s code, and counts it down with a script', async () => {
    await enrolApp(portal, await signedIn(portal, BEN))
    portal.clock.advanceSeconds(60)
    const page = await asked()
    expect(read(page)).toContain('You have about 10 minutes from when this page was opened.')
    expect(page.html).toMatch(/data-countdown="600".*hidden>Your time for this ends <span data-wait>in 10 minutes</s)
    portal.clock.advanceSeconds(600)
    expect(read(await visitor.get('/sign-in/code'))).toContain('This took too long. Please start again.')
  })

  test('reads how long codes are locked, and that they are no longer', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    await asked()
    await fail()
    const locked = await asked()
    expect(read(locked)).toContain('Codes are checked again in 60 seconds.')
    expect(locked.html).toContain('data-countdown="60"')
    portal.clock.advanceSeconds(60)
    expect(read(await visitor.get('/sign-in/code'))).toContain('Codes are checked again. Please start again.')
  })

  test('finds every way that is left', async () => {
    const first = await signedIn(portal, BEN)
    await enrolText(portal, first)
    await enrolApp(portal, first)
    portal.clock.advanceSeconds(60)
    const { html } = await asked()
    const ways = (page: string): string[] => {
      const list = /<section class="ways".*?<\/section>/s.exec(page)?.[0] ?? ''
      return [...list.matchAll(/<li>(.*?)<\/li>/gs)].map(([, way = '']) => way.replace(/<[^>]+>|\s+/g, ' ').trim())
    }
    const anyhow = [
      'Use a recovery code (10 left)',
      'If none of this works, ask the practice owner for an access pass. It is typed in place of a recovery code.',
      'Cancel',
    ]
    expect(html).toContain('Trouble signing in?')
    expect(ways(html)).toEqual(['Send a text to •••• 0123 instead', ...anyhow])
    const [, factor = ''] = /name="factor" value="([^"]+)"/.exec(html) ?? []
    const byText = await visitor.submit('/sign-in/switch', { factor })
    expect(ways(byText.html)).toEqual(['Call me instead', 'Use Authenticator app instead', ...anyhow])
  })

  test('who is locked and has nothing left but the owner’s access pass gets in with it', async () => {
    const codes = await enrolText(portal, await signedIn(portal, BEN))
    for (const code of codes) {
      await asked()
      await visitor.submit('/sign-in/recovery-code', { code })
      await visitor.post('/sign-out')
      portal.clock.advanceSeconds(3600)
    }
    await asked()
    await fail()
    const issued = await portal.twoFactor.admin.issueAccessPass({ userId: BEN_ID, actor: 'person-1' })
    if (issued.status !== 'issued') throw new Error(issued.reason)
    const locked = read(await asked())
    expect(locked).toContain('Codes are locked for now')
    expect(locked).toContain('There are no recovery codes left. Ask the practice owner for an access pass')
    expect(await visitor.post('/sign-in/recovery-code', { code: issued.pass })).toMatchObject({ location: '/enrol' })
  })

  test('whose text was refused is asked for no code, but offered the other ways', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    vi.spyOn(portal.phone, 'send').mockRejectedValueOnce(new SmsDeliveryError('unreachable'))
    const { html } = await asked()
    expect(html).toContain('This number cannot receive texts.')
    expect(html).not.toContain('id="code"')
    for (const way of ['Call me instead', 'Use a recovery code (10 left)']) expect(html).toContain(way)
    portal.clock.advanceSeconds(30)
    expect((await visitor.submit('/sign-in/resend', { channel: 'voice' })).html).toContain('id="code"')
    expect(await visitor.post('/sign-in/code', { code: portal.spokenCode() })).toMatchObject({ location: '/' })
  })

  describe('who asks for a call', () => {
    beforeEach(async () => {
      await enrolText(portal, await signedIn(portal, BEN))
      portal.clock.advanceSeconds(60)
    })
    const call = (): Promise<Reply> => visitor.submit('/sign-in/resend', { channel: 'voice' })

    test('hears the same code, which is on the pretend phone as a call', async () => {
      await asked()
      const code = portal.textedCode()
      portal.clock.advanceSeconds(30)
      const page = await call()
      expect(read(page)).toContain('We are calling you now.')
      expect(read(page)).toContain('We are calling •••• 0123 to read a 6-digit code aloud.')
      expect(read(page)).toContain(`Call to +14155550123`)
      expect(read(page)).toContain(`“Hello. Your Willow Street Clinic sign-in code is: ${code.replace(/\B/g, ', ')}.`)
      expect(page.html).toContain('<li class="call">')
      expect(page.html).not.toContain('data-texted')
      expect(portal.spokenCode()).toBe(code)
      expect(await visitor.post('/sign-in/code', { code: portal.spokenCode() })).toMatchObject({ location: '/' })
    })

    test('hears it in French', async () => {
      await visitor.get('/sign-in')
      await visitor.post('/language', { locale: 'fr', back: '/sign-in' })
      expect((await asked()).html).toContain('Appelez-moi plutôt')
      portal.clock.advanceSeconds(30)
      const page = await call()
      expect(read(page)).toContain('Nous appelons le •••• 0123 pour dicter un code à 6 chiffres.')
      expect(read(page)).toContain('« Bonjour. Votre code de connexion Willow Street Clinic est :')
      expect(await visitor.post('/sign-in/code', { code: portal.spokenCode() })).toMatchObject({ location: '/' })
    })

    test('waits as for another text, and can have a text again after it', async () => {
      await asked()
      const sent = portal.phone.texts().length
      expect(read(await call())).toContain('Try again in 30 seconds.')
      expect(portal.phone.texts()).toHaveLength(sent)
      portal.clock.advanceSeconds(30)
      const called = read(await call())
      for (const way of ['Call me again', 'Send a text instead']) expect(called).toContain(way)
      portal.clock.advanceSeconds(60)
      await visitor.submit('/sign-in/resend', { channel: 'sms' })
      expect(portal.phone.texts()[0]).toMatchObject({ channel: 'sms' })
      expect(await visitor.post('/sign-in/code', { code: portal.textedCode() })).toMatchObject({ location: '/' })
    })

    test('is texted again at the next sign-in', async () => {
      await asked()
      portal.clock.advanceSeconds(30)
      await call()
      await visitor.submit('/sign-in/code', { code: portal.spokenCode() })
      await visitor.post('/sign-out')
      portal.clock.advanceSeconds(60)
      await asked()
      expect(portal.phone.texts()[0]).toMatchObject({ channel: 'sms' })
    })

    test('can do so at a step-up too', async () => {
      await asked()
      await visitor.post('/sign-in/code', { code: portal.textedCode() })
      portal.clock.advanceSeconds(60)
      const page = await visitor.follow(await visitor.get('/account/disable'))
      expect(page.html).toContain('Trouble confirming?')
      portal.clock.advanceSeconds(30)
      await visitor.submit('/step-up/resend', { channel: 'voice' })
      const confirmed = await visitor.post('/step-up/code', { code: portal.spokenCode() })
      expect(confirmed).toMatchObject({ location: '/account/disable' })
    })
  })
})

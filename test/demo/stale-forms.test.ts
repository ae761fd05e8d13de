import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, CHLOE, enrolText, signedIn, signedInByText } from './steps.js'
import type { Visitor } from './visitor.js'

describe('forms of the demo that were open for long', () => {
  let portal: DemoPortal
  beforeEach(async () => {
    portal = await startDemo()
  })
  afterEach(() => portal.close())

  const renaming = async (): Promise<{ visitor: Visitor; path: string }> => {
    await enrolText(portal, await signedIn(portal, BEN))
    portal.clock.advanceSeconds(60)
    const visitor = await signedInByText(portal, BEN)
    const [factor] = (await portal.twoFactor.account.status({ userId: BEN_ID })).factors
    const path = `/account/factors/${factor?.id ?? ''}/rename`
    await visitor.get(path)
    return { visitor, path }
  }

  test('after an idle hour it says so, and what was typed is there after signing in', async () => {
    const { visitor, path } = await renaming()
    portal.clock.advanceSeconds(3600)
    const page = await visitor.submit(path, { name: 'Work phone' })
    expect(page.html).toContain('Nothing happened for an hour')
    await visitor.submit(`/sign-in?next=${encodeURIComponent(path)}`, { email: BEN, password: 'willow-street-9' })
    const back = await visitor.submit('/sign-in/code', { code: portal.textedCode() })
    expect(back.html).toContain('value="Work phone"')
    expect(back.html).toContain('It has not been sent yet.')
    expect((await portal.twoFactor.account.status({ userId: BEN_ID })).factors).toMatchObject([{ name: null }])
  })

  test('what one person had typed is not shown to another who signs in at the same browser', async () => {
    const { visitor, path } = await renaming()
    portal.clock.advanceSeconds(3600)
    await visitor.submit(path, { name: 'Work phone' })
    await visitor.submit(`/sign-in?next=${encodeURIComponent(path)}`, { email: CHLOE, password: 'willow-street-9' })
    expect((await visitor.get(path)).html).not.toContain('Work phone')
  })

  test('after a sign-out in another tab it says that', async () => {
    const { visitor, path } = await renaming()
    const tab = visitor.clone()
    await visitor.post('/sign-out')
    tab.cookies.delete('willow-session')
    expect((await tab.submit(path, { name: 'Work phone' })).html).toContain('You had signed out in another tab')
  })

  test('after signing in anew it asks to send it again, with what was typed', async () => {
    const { visitor, path } = await renaming()
    const tab = visitor.clone()
    await visitor.post('/sign-out')
    portal.clock.advanceSeconds(60)
    await visitor.follow(await visitor.signIn(BEN))
    await visitor.submit('/sign-in/code', { code: portal.textedCode() })
    tab.cookies.clear()
    for (const [name, value] of visitor.cookies) tab.cookies.set(name, value)
    const page = await tab.submit(path, { name: 'Work phone' })
    expect(page.html).toContain('You signed in anew since that page was opened')
    expect(page.html).toContain('value="Work phone"')
  })

  test('after a restart it says that, and a sign-in page that was open still works', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/password')
    const atSignIn = portal.visitor()
    await atSignIn.get('/sign-in')
    await portal.restart()
    expect((await visitor.submit('/password', { current: 'x' })).html).toContain('The portal was started anew')
    const tokenOfBefore = atSignIn.token
    expect(
      await atSignIn.post('/sign-in', { csrf: tokenOfBefore, email: BEN, password: 'willow-street-9' }),
    ).toMatchObject({ location: '/' })
  })

  test('signing out twice is signing out', async () => {
    const visitor = await signedIn(portal, BEN)
    const tab = visitor.clone()
    await visitor.post('/sign-out')
    expect(await tab.post('/sign-out')).toMatchObject({ status: 303, location: '/sign-in' })
    expect((await tab.get('/sign-in')).html).toContain('You have signed out.')
  })

  test('a page that was asked for comes after signing in', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    const signIn = await visitor.get('/enrol?replaces=x')
    expect(signIn.location).toBe('/sign-in?next=%2Fenrol%3Freplaces%3Dx')
    const page = await visitor.follow(signIn)
    const action = /action="(\/sign-in[^"]*)"/.exec(page.html)?.[1] ?? ''
    await visitor.submit(action, { email: BEN, password: 'wrong' })
    await visitor.submit(action, { email: BEN, password: 'willow-street-9' })
    expect(await visitor.post('/sign-in/code', { code: portal.textedCode() })).toMatchObject({
      location: '/enrol?replaces=x',
    })
  })

  test('no address may lead elsewhere after signing in', async () => {
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/sign-in?next=/x']) {
      const visitor = portal.visitor()
      await visitor.get('/sign-in')
      const path = `/sign-in?next=${encodeURIComponent(next)}`
      expect(await visitor.post(path, { email: CHLOE, password: 'willow-street-9' }), next).toMatchObject({
        location: '/',
      })
    }
  })

  test('the language changes and the page stays: after a resend, and where a factor is replaced', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    portal.clock.advanceSeconds(30)
    const backOn = (html: string): string => /name="back" value="([^"]*)"/.exec(html)?.[1] ?? ''
    const resent = await visitor.submit('/sign-in/resend')
    expect(backOn(resent.html)).toBe('/sign-in/code')
    expect(await visitor.post('/language', { locale: 'fr', back: backOn(resent.html) })).toMatchObject({
      location: '/sign-in/code',
    })
    await visitor.submit('/sign-in/code', { code: portal.textedCode() })
    const [factor] = (await portal.twoFactor.account.status({ userId: BEN_ID })).factors
    const path = `/enrol?replaces=${factor?.id ?? ''}`
    portal.clock.advanceSeconds(60)
    await visitor.follow(await visitor.get(path))
    const page = await visitor.submit('/step-up/code', { code: portal.textedCode() })
    expect(backOn(page.html)).toBe(path)
  })
})

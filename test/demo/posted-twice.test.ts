import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { type SlowLink, slowLink } from './slow-link.js'
import { BEN, BEN_ID, enrolText, signedIn, signedInByText } from './steps.js'
import type { Visitor } from './visitor.js'
import { type Reply } from './visitor.js'

describe('a form of the demo that is posted twice over a slow link', () => {
  let portal: DemoPortal
  let link: SlowLink
  beforeEach(async () => {
    portal = await startDemo()
    link = await slowLink(portal.origin)
  })
  afterEach(async () => {
    await link.close()
    await portal.close()
  })

  /** A double click: both posts go out before the first is answered, and the browser follows the second alone. */
  const twice = async (visitor: Visitor, path: string, fields: Record<string, string> = {}): Promise<Reply> => {
    const abandoned = visitor.through(link.origin)
    link.hold()
    const first = abandoned.post(path, fields)
    await link.held(1)
    const second = visitor.through(link.origin).post(path, fields)
    await link.held(2)
    link.release()
    const [one, two] = await Promise.all([first, second])
    expect(two).toMatchObject({ status: 303, location: one.location, setCookies: one.setCookies })
    visitor.accept(two)
    return visitor.follow(two)
  }

  test('at the password it sends one text', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const sent = portal.phone.texts().length
    const visitor = portal.visitor()
    await visitor.get('/sign-in')
    const page = await twice(visitor, '/sign-in', { email: BEN, password: 'willow-street-9' })
    expect(page.html).toContain('Enter your code')
    expect(portal.phone.texts()).toHaveLength(sent + 1)
  })

  test('at the code it signs in', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    const page = await twice(visitor, '/sign-in/code', { code: portal.textedCode() })
    expect(page.html).toContain('Good day, Ben Carter')
  })

  test('a wrong code counts once, and the page says so', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    const wrong = portal.textedCode() === '000000' ? '000001' : '000000'
    expect((await twice(visitor, '/sign-in/code', { code: wrong })).html).toContain('4 attempts are left.')
  })

  test('at the first enrolment the recovery codes are shown', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol/text')
    await visitor.follow(await visitor.post('/enrol/text', { country: 'US', number: '415 555 0123' }))
    const page = await twice(visitor, '/enrol/text/code', { code: portal.textedCode() })
    expect(page.html).toContain('Keep your recovery codes')
    expect(page.html.match(/<li><code>/g)).toHaveLength(10)
  })

  test('recovery codes whose page never arrived are shown at the next sign-in with the new factor, until they are kept', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol/text')
    await visitor.follow(await visitor.post('/enrol/text', { country: 'US', number: '415 555 0123' }))
    await visitor.clone().post('/enrol/text/code', { code: portal.textedCode() })
    expect((await visitor.follow(await visitor.get('/account'))).html).toContain('E-mail address')

    portal.clock.advanceSeconds(60)
    const again = await signedIn(portal, BEN)
    const page = await again.submit('/sign-in/code', { code: portal.textedCode() })
    expect(page.html).toContain('Keep your recovery codes')
    await again.post('/recovery-codes')
    portal.clock.advanceSeconds(60)
    const last = await signedInByText(portal, BEN)
    expect(await last.get('/recovery-codes')).toMatchObject({ location: '/account' })
  })

  test('sending again sends one text', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    portal.clock.advanceSeconds(30)
    const sent = portal.phone.texts().length
    expect((await twice(visitor, '/sign-in/resend')).html).toContain('We have sent the text again.')
    expect(portal.phone.texts()).toHaveLength(sent + 1)
  })

  test('the same words on a page that was opened anew are another form', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    const wrong = portal.textedCode() === '000000' ? '000001' : '000000'
    await visitor.submit('/sign-in/code', { code: wrong })
    expect((await visitor.submit('/sign-in/code', { code: wrong })).html).toContain('3 attempts are left.')
  })

  test('a copy of the form without the browser’s cookie leads nowhere', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    const thief = visitor.clone()
    thief.cookies.delete('willow-form')
    const fields = { code: portal.textedCode() }
    await visitor.post('/sign-in/code', fields)
    expect(await thief.post('/sign-in/code', fields)).toMatchObject({ status: 403 })
    expect(thief.cookies.has('willow-session')).toBe(false)
  })

  test('what was answered is forgotten after ten minutes, and then decided anew', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedIn(portal, BEN)
    const copy = visitor.clone()
    const fields = { code: portal.textedCode() }
    expect(await visitor.post('/sign-in/code', fields)).toMatchObject({ location: '/' })
    portal.clock.advanceSeconds(600)
    expect(await copy.post('/sign-in/code', fields)).toMatchObject({ location: '/sign-in' })
    expect(await portal.twoFactor.account.status({ userId: BEN_ID })).toMatchObject({ enabled: true })
  })
})

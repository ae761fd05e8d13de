import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, enrolApp, enrolText, signedIn } from './steps.js'
import type { Visitor } from './visitor.js'

describe('the code field of the demo', () => {
  let portal: DemoPortal
  beforeEach(async () => {
    portal = await startDemo()
  })
  afterEach(() => portal.close())

  const fieldOn = (html: string): string => /<input[^>]*\bid="code"[^>]*>/.exec(html)?.[0] ?? 'no code field'

  test('is the same for a sign-in, a step-up and either enrolment', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol/text')
    const pages = [await visitor.submit('/enrol/text', { country: 'US', number: '415 555 0123' })]
    await visitor.get('/enrol')
    pages.push(await visitor.submit('/enrol', { method: 'app' }))
    await enrolText(portal, visitor)
    portal.clock.advanceSeconds(700)
    pages.push(await visitor.follow(await visitor.get('/account/disable')))
    const again = portal.visitor()
    pages.push(await again.follow(await again.signIn(BEN)))
    for (const { html } of pages) {
      const field = fieldOn(html)
      for (const attribute of ['autocomplete="one-time-code"', 'inputmode="numeric"'])
        expect(field).toContain(attribute)
      expect(html).toContain('<script src="/public/code.js" defer></script>')
    }
  })

  test('the box that trusts the computer comes before it', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    const { html } = await visitor.follow(await visitor.signIn(BEN))
    expect(html.indexOf('id="trust"')).toBeGreaterThan(0)
    expect(html.indexOf('id="trust"')).toBeLessThan(html.indexOf('id="code"'))
  })

  test('browsers wait for a text only where one is on its way', async () => {
    const owner = await signedIn(portal, BEN)
    await enrolText(portal, owner)
    await enrolApp(portal, owner)
    portal.clock.advanceSeconds(60)
    const visitor = portal.visitor()
    const byApp = await visitor.follow(await visitor.signIn(BEN))
    expect(fieldOn(byApp.html)).not.toContain('data-texted')
    const [, factor = ''] = /name="factor" value="([^"]+)"/.exec(byApp.html) ?? []
    expect(fieldOn((await visitor.submit('/sign-in/switch', { factor })).html)).toContain('data-texted')
  })

  /** As the digits stand in texts, as people group them, and as other keyboards write them. */
  const written: readonly (readonly [string, (code: string) => string])[] = [
    ['123 456', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['123-456', (code) => `${code.slice(0, 3)}-${code.slice(3)}`],
    [' 123456\n', (code) => ` ${code}\n`],
    ['１２３４５６', (code) => code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
  ]
  test.each(written)('a code pasted like %j is the code', async (_like, write) => {
    const pasting = (visitor: Visitor, path: string) => visitor.post(path, { code: write(portal.textedCode()) })
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol/text')
    await visitor.submit('/enrol/text', { country: 'US', number: '415 555 0123' })
    expect(await pasting(visitor, '/enrol/text/code')).toMatchObject({ location: '/recovery-codes' })
    await visitor.get('/recovery-codes')
    await visitor.post('/recovery-codes')
    portal.clock.advanceSeconds(700)
    const again = await signedIn(portal, BEN)
    expect(await pasting(again, '/sign-in/code')).toMatchObject({ location: '/' })
    await again.follow(await again.get('/account/disable'))
    expect(await pasting(again, '/step-up/code')).toMatchObject({ location: '/account/disable' })
  })
})

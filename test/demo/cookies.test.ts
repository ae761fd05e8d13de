import { afterEach, describe, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { rawRequest } from './raw-request.js'
import { BEN, CHLOE, enrolText, signedIn, signedInByText } from './steps.js'

const PUBLIC_ORIGIN = 'https://portal.example'

describe('the demo’s cookies', () => {
  let portal: DemoPortal
  afterEach(() => portal.close())

  test('every cookie is out of reach for scripts and bound to this host', async () => {
    portal = await startDemo()
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    const page = await visitor.get('/sign-in')
    const password = await visitor.signIn(BEN)
    const code = await visitor.post('/sign-in/code', { code: portal.textedCode(), trust: 'yes' })
    const lines = [page, password, code].flatMap(({ setCookies }) => setCookies)
    expect(lines.length).toBeGreaterThanOrEqual(5)
    for (const line of lines) {
      expect(line).toMatch(/; HttpOnly/)
      expect(line).toMatch(/; Path=\//)
      expect(line).toMatch(/; SameSite=(Lax|Strict)/)
      expect(line).not.toMatch(/; Domain=/i)
      expect(line).not.toMatch(/; Secure/)
    }
    expect(password.setCookies.find((line) => line.startsWith('willow-challenge='))).toMatch(
      /Max-Age=900; .*SameSite=Strict/,
    )
  })

  test('over HTTPS every cookie has the __Host- prefix and Secure, and the transport is pinned', async () => {
    portal = await startDemo({ secureCookies: true })
    const visitor = portal.visitor()
    const page = await visitor.get('/sign-in')
    const reply = await visitor.signIn(BEN)
    const lines = [...page.setCookies, ...reply.setCookies]
    expect(lines.map((line) => line.split('=')[0])).toEqual(['__Host-willow-form', '__Host-willow-session'])
    for (const line of lines) expect(line).toMatch(/; Secure/)
    expect(page.headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('a plain cookie is no session where the prefix is expected', async () => {
    portal = await startDemo({ secureCookies: true })
    const visitor = await signedIn(portal, BEN)
    const stolen = portal.visitor()
    stolen.cookies.set('willow-session', visitor.cookies.get('__Host-willow-session') ?? '')
    expect((await stolen.get('/')).status).toBe(303)
  })

  test('behind a proxy it answers to its public name, and takes forms from that origin alone', async () => {
    portal = await startDemo({ publicOrigin: PUBLIC_ORIGIN, secureCookies: true, trustProxy: true })
    const url = `${portal.origin}/sign-in`
    const proxied = { host: 'portal.example', 'x-forwarded-proto': 'https' }
    expect((await rawRequest(url, {})).status).toBe(421)
    const page = await rawRequest(url, proxied)
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    const body = new URLSearchParams({ csrf, email: BEN, password: 'willow-street-9' }).toString()
    const form = {
      ...proxied,
      cookie: page.setCookies[0]?.split(';')[0] ?? '',
      'content-type': 'application/x-www-form-urlencoded',
    }
    for (const origin of ['http://portal.example', portal.origin])
      expect((await rawRequest(url, { ...form, origin }, body)).status).toBe(403)
    const signedIn = await rawRequest(url, { ...form, origin: PUBLIC_ORIGIN }, body)
    expect(signedIn).toMatchObject({
      status: 303,
      setCookies: [expect.stringMatching(/^__Host-willow-session=/) as string],
    })
  })

  test('a trusted computer skips the code, for the person who trusted it and for nobody else', async () => {
    portal = await startDemo()
    await enrolText(portal, await signedIn(portal, BEN), '415 555 0123')
    await enrolText(portal, await signedIn(portal, CHLOE), '415 555 0124')
    const shared = portal.visitor()
    await shared.follow(await shared.signIn(BEN))
    await shared.post('/sign-in/code', { code: portal.textedCode(), trust: 'yes' })
    await shared.get('/')
    await shared.post('/sign-out')

    expect(await shared.signIn(CHLOE)).toMatchObject({ status: 303, location: '/sign-in/code' })
    await shared.get('/sign-in/code')
    await shared.post('/sign-in/code', { code: portal.textedCode(), trust: 'yes' })
    await shared.get('/')
    await shared.post('/sign-out')

    expect(await shared.signIn(BEN)).toMatchObject({ status: 303, location: '/' })
    await shared.get('/')
    await shared.post('/sign-out')
    expect(await shared.signIn(CHLOE)).toMatchObject({ status: 303, location: '/' })
  })

  test('without the tick no computer is trusted', async () => {
    portal = await startDemo()
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = await signedInByText(portal, BEN)
    expect([...visitor.cookies.keys()].sort()).toEqual(['willow-form', 'willow-session'])
  })

  test('a computer that is no longer trusted is asked again, one or all', async () => {
    portal = await startDemo()
    await enrolText(portal, await signedIn(portal, BEN))
    const visitor = portal.visitor()
    for (const way of ['one', 'all'] as const) {
      portal.clock.advanceSeconds(600)
      await visitor.follow(await visitor.signIn(BEN))
      await visitor.post('/sign-in/code', { code: portal.textedCode(), trust: 'yes' })
      const { html } = await visitor.get('/account')
      const revoke = /action="(\/account\/computers\/[^"]+\/revoke)"/.exec(html)?.[1] ?? ''
      await visitor.post(way === 'one' ? revoke : '/account/computers/revoke-all')
      expect((await visitor.get('/account')).html).toContain('None. Tick')
      await visitor.post('/sign-out')
      expect((await visitor.signIn(BEN)).location, way).toBe('/sign-in/code')
    }
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { rawRequest } from './raw-request.js'
import { BEN, OWNER, signedIn } from './steps.js'

describe('the demo’s forms', () => {
  let portal: DemoPortal
  beforeAll(async () => {
    portal = await startDemo()
  })
  afterAll(() => portal.close())

  test('a form without a token, or with a broken one, is refused and does nothing', async () => {
    const visitor = await signedIn(portal, BEN)
    for (const csrf of ['', 'x', 'A'.repeat(43), 'a.b.c.d.e', '🙂', visitor.token.slice(1)]) {
      expect((await visitor.post('/sign-out', { csrf })).status, csrf).toBe(403)
    }
    expect((await visitor.post('/sign-out', {}, { body: '' })).status).toBe(403)
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('a token of another browser, or from before signing in, is refused', async () => {
    const visitor = portal.visitor()
    await visitor.get('/sign-in')
    const early = visitor.token
    await visitor.follow(await visitor.signIn(BEN))
    const other = await signedIn(portal, BEN)
    expect(await visitor.post('/sign-out', { csrf: early })).toMatchObject({ status: 303, location: '/' })
    expect((await visitor.post('/sign-out', { csrf: other.token })).status).toBe(403)
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('a form from another origin is refused, even with the right token', async () => {
    const visitor = await signedIn(portal, BEN)
    const origins = [
      'https://evil.example',
      'null',
      portal.origin.replace('127.0.0.1', 'localhost'),
      `${portal.origin}.evil.example`,
    ]
    for (const origin of origins) {
      expect((await visitor.post('/sign-out', {}, { headers: { origin } })).status, origin).toBe(403)
    }
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('signing in is a form too: a page elsewhere cannot sign somebody in', async () => {
    const visitor = portal.visitor()
    await visitor.get('/sign-in')
    const fields = { email: BEN, password: 'willow-street-9' }
    expect((await visitor.post('/sign-in', fields, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
    expect((await visitor.post('/sign-in', { ...fields, csrf: '' })).status).toBe(403)
    expect(visitor.cookies.has('willow-session')).toBe(false)
  })

  const token = (visitor: { token: string }): string => encodeURIComponent(visitor.token)
  const hostile: Record<string, (csrf: string) => string> = {
    'nothing but the token': (csrf) => `csrf=${csrf}`,
    'lists for fields': (csrf) =>
      `csrf=${csrf}&email=a&email=b&password=a&password=b&code=1&code=2&number=1&number=2&method=a&method=b`,
    'objects for fields': (csrf) =>
      `csrf=${csrf}&email[$ne]=x&password[$gt]=&code[0]=1&number[__proto__]=x&current[a]=b`,
    'prototype keys': (csrf) => `csrf=${csrf}&__proto__=x&constructor=y&hasOwnProperty=z&toString=1`,
    'control characters and emoji': (csrf) =>
      `csrf=${csrf}&email=%00%0d%0a&password=%F0%9F%99%82&code=%00&number=%E2%80%AE&factor=%00`,
    'Unicode digits': (csrf) => `csrf=${csrf}&code=%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6&number=%EF%BC%91%EF%BC%92`,
    'bytes that are no UTF-8': (csrf) => `csrf=${csrf}&code=%ff%fe&email=%c3%28&number=%ff`,
    'a very long field': (csrf) => `csrf=${csrf}&code=${'1'.repeat(7000)}`,
    'two tokens': (csrf) => `csrf=${csrf}&csrf=${csrf}`,
  }
  const paths = [
    '/sign-in',
    '/enrol',
    '/enrol/text',
    '/password',
    '/language',
    '/team',
    '/account/factors/x/remove',
    '/account/computers/x/revoke',
  ]

  for (const [what, body] of Object.entries(hostile)) {
    test(`a form with ${what} is answered calmly`, async () => {
      const visitor = await signedIn(portal, OWNER)
      for (const path of paths) {
        await visitor.get('/account')
        const { status } = await visitor.post(path, {}, { body: body(token(visitor)) })
        expect(status, path).toBeLessThan(500)
        if (!visitor.cookies.has('willow-session')) await visitor.follow(await visitor.signIn(OWNER))
      }
    })
  }

  test('a form that is far too large, has far too many fields, or is none, is refused', async () => {
    const visitor = await signedIn(portal, BEN)
    expect(
      (await visitor.post('/password', {}, { body: `csrf=${token(visitor)}&next=${'x'.repeat(100_000)}` })).status,
    ).toBe(413)
    const many = `csrf=${token(visitor)}${'&a=1'.repeat(500)}`
    expect((await visitor.post('/password', {}, { body: many })).status).toBe(413)
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ csrf: visitor.token }) }
    expect((await visitor.post('/sign-out', {}, json)).status).toBe(403)
    expect((await visitor.get('/')).status).toBe(200)
  })

  test('the language form leads back to a page of the portal and nowhere else', async () => {
    const visitor = await signedIn(portal, BEN)
    for (const back of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'javascript:alert(1)',
      '',
    ]) {
      expect(await visitor.post('/language', { locale: 'en', back }), back).toMatchObject({
        status: 303,
        location: '/',
      })
    }
    expect(await visitor.post('/language', { locale: 'fr', back: '/account' })).toMatchObject({
      status: 303,
      location: '/account',
    })
    expect((await visitor.get('/account')).html).toContain('<html lang="fr">')
    await visitor.post('/language', { locale: '__proto__', back: '/' })
    expect((await visitor.get('/account')).html).toContain('<html lang="fr">')
  })

  test('what people type is shown as text, never as markup', async () => {
    const visitor = portal.visitor()
    const { html } = await visitor.follow(await visitor.signIn('"><script>alert(1)</script>'))
    expect(html).not.toContain('<script>alert')
    expect(html).toContain('&quot;&gt;&lt;script&gt;')
  })

  test('every page carries a strict policy, no inline script or style, and is not cached', async () => {
    const visitor = await signedIn(portal, OWNER)
    for (const path of ['/sign-in', '/', '/account', '/team', '/password', '/enrol', '/enrol/text', '/nowhere']) {
      const { headers, html } = await visitor.get(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy, path).toContain("default-src 'none'")
      expect(policy, path).not.toContain('unsafe')
      expect(headers.get('cache-control'), path).toBe('no-store')
      expect(headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headers.has('x-powered-by'), path).toBe(false)
      expect(html, path).not.toMatch(/<style|\sstyle=|\son\w+=|<script>|javascript:/i)
    }
  })

  test('it answers under its own names only', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example:80',
      'localhost@evil.example',
      '127.0.0.1:80:80',
    ]) {
      expect((await rawRequest(`${portal.origin}/sign-in`, { host })).status, host).toBe(421)
    }
    expect((await rawRequest(`${portal.origin}/sign-in`, { host: 'localhost:3000' })).status).toBe(200)
  })

  test('an address that leads nowhere says so', async () => {
    const visitor = await signedIn(portal, BEN)
    expect(await visitor.get('/nowhere')).toMatchObject({
      status: 404,
      html: expect.stringContaining('There is no such page') as string,
    })
    expect((await visitor.get('/account/factors/nothing/remove')).status).toBe(404)
    expect((await visitor.get('/public/../server.ts')).status).toBe(404)
  })
})

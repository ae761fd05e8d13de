import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { servers } from '../../examples/frameworks/servers.js'
import { authenticator } from '../../src/testing/index.js'
import { ADA, listen, openSite, WITH_PASSWORD } from './open-site.js'
import { pageAt } from './page.js'

/** The portal on one framework, and a page of it. */
async function open(framework: string) {
  const { world, site, faults } = await openSite()
  const address = await listen(await servers[framework]!(site))
  return { world, site, faults, address, page: pageAt(address) }
}

/** The same, with Ada signed in and her authenticator app enrolled. */
async function openEnrolled(framework: string) {
  const portal = await open(framework)
  const { page, world } = portal
  await page.post('/auth/sign-in', WITH_PASSWORD)
  const { body } = await page.post('/auth/enrol/app')
  const app = authenticator(body['uri'] as string)
  const confirmed = await page.post('/auth/enrol/confirm', { code: app.code(world.clock) })
  const code = (): string => {
    world.clock.advanceSeconds(30)
    return app.code(world.clock)
  }
  return { ...portal, confirmed, code }
}

const payment = { amount: 100, payee: 'Bob' }

describe.each(Object.keys(servers))('the portal on %s', (framework) => {
  it('serves the front end, which runs nothing from elsewhere', async () => {
    const { address } = await open(framework)
    const response = await fetch(`${address}/`)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    expect(await response.text()).toBe(readFileSync('examples/frameworks/front-end/index.html', 'utf8'))
    for (const file of ['two-factor.js', 'words.js', 'style.css'])
      expect((await fetch(`${address}/${file}`)).status).toBe(200)
    expect((await fetch(`${address}/package.json`)).status).toBe(404)
  })

  it('enrols an app, asks for its code at the next sign-in, and then trusts the computer', async () => {
    const { world, page, confirmed, code } = await openEnrolled(framework)
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'confirmed' } })
    expect(confirmed.body['recoveryCodes']).toHaveLength(10)
    await page.post('/auth/sign-out')
    expect(await page.get('/auth/account')).toMatchObject({ status: 401, body: { status: 'signed-out' } })

    expect(await page.post('/auth/sign-in', WITH_PASSWORD)).toMatchObject({ body: { status: 'challenged' } })
    expect(await page.get('/auth/account')).toMatchObject({ status: 401 })
    const done = await page.post('/auth/sign-in/verify', { code: code(), trustDevice: true, deviceName: 'Firefox' })
    expect(done).toMatchObject({ status: 200, body: { status: 'signed-in', mayOnlyEnrol: false } })
    const device = `__Host-${world.twoFactor.trustedDevices.cookieName({ userId: ADA })}`
    expect(done.cookies.find((line) => line.startsWith(device))).toMatch(
      /; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
    )
    expect(await page.get('/auth/account')).toMatchObject({
      body: { enabled: true, accountName: 'ada@acme.example', trustedDevices: [{ name: 'Firefox', current: true }] },
    })
    await page.post('/auth/sign-out')
    expect(await page.post('/auth/sign-in', WITH_PASSWORD)).toMatchObject({ body: { status: 'signed-in' } })
  })

  it('makes a payment of its own once, after a second factor for it', async () => {
    const { site, page, code } = await openEnrolled(framework)
    expect(await page.post('/payments', { amount: 'much' })).toMatchObject({ status: 400 })
    const asked = await page.post('/payments', payment)
    expect(asked).toMatchObject({ status: 401, body: { status: 'challenged', factor: { kind: 'totp' } } })
    expect(asked.body).not.toHaveProperty('token')
    const secondFactor = { code: code() }
    const another = await page.post('/payments', { amount: 9999, payee: 'Mallory', secondFactor })
    expect(another).toMatchObject({ status: 401, body: { reason: 'unknown-challenge' } })
    expect(await page.post('/payments', { ...payment, secondFactor })).toMatchObject({ body: { status: 'paid' } })
    expect(await page.post('/payments', { ...payment, secondFactor })).toMatchObject({ body: { reason: 'settled' } })
    expect(await page.post('/payments', payment)).toMatchObject({ status: 401, body: { status: 'challenged' } })
    expect(site.payments).toEqual(['EUR 100 to Bob'])
  })

  it('knows where a request comes from, and takes none from another site or of great length', async () => {
    const { world, page } = await openEnrolled(framework)
    const { activity } = await world.twoFactor.account.activity({ userId: ADA })
    expect(activity[0]).toMatchObject({ clientNetwork: '127.0.0.0/24' })
    for (const path of ['/auth/sign-in', '/payments']) {
      const given = { ...WITH_PASSWORD, ...payment }
      expect(await page.post(path, given, { origin: 'https://evil.example' })).toMatchObject({ status: 403 })
      expect(await page.post(path, { ...given, padding: 'x'.repeat(20_000) })).toMatchObject({ status: 413 })
    }
  })

  it('lets nobody in at a fault, and tells the log alone', async () => {
    const { world, page, faults } = await open(framework)
    world.store.reset()
    world.store.failAt(1)
    expect(await page.post('/auth/sign-in', WITH_PASSWORD)).toEqual({
      status: 500,
      body: { status: 'failed' },
      cookies: [],
    })
    expect(faults).toMatchObject([{ code: 'ERR_STORE_FAILED' }])
  })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, enrolApp, enrolText, OWNER, signedIn } from './steps.js'
import type { Visitor } from './visitor.js'

let portal: DemoPortal
beforeEach(async () => {
  portal = await startDemo()
})
afterEach(() => portal.close())

async function issuePass(owner: Visitor): Promise<string> {
  await owner.get(`/team/${BEN_ID}/pass`)
  const page = await owner.follow(await owner.post(`/team/${BEN_ID}/pass`))
  return /<code class="secret" id="pass">([^<]+)</.exec(page.html)?.[1] ?? 'no pass'
}

test('the owner hands an access pass to an assistant who lost everything, and it lets them in once', async () => {
  await enrolText(portal, await signedIn(portal, BEN))
  const owner = await signedIn(portal, OWNER)
  await enrolApp(portal, owner)
  const pass = await issuePass(owner)
  expect(pass).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){5}$/)
  expect((await owner.get('/team')).html).toContain('Pass out until')
  await owner.post('/team/pass/done')
  expect(await owner.get(`/team/${BEN_ID}/pass/issued`)).toMatchObject({ status: 303, location: '/team' })

  const ben = portal.visitor()
  await ben.follow(await ben.signIn(BEN))
  await ben.get('/sign-in/recovery-code')
  const redeemed = await ben.post('/sign-in/recovery-code', { code: pass })
  expect(redeemed).toMatchObject({ status: 303, location: '/enrol' })
  expect((await owner.get('/team')).html).not.toContain('Pass out until')

  const again = portal.visitor()
  await again.follow(await again.signIn(BEN))
  await again.get('/sign-in/recovery-code')
  await again.post('/sign-in/recovery-code', { code: pass })
  expect(again.cookies.has('willow-session')).toBe(false)
})

test('after a reset with a pass out, the password alone enrols nothing', async () => {
  await enrolText(portal, await signedIn(portal, BEN))
  const owner = await signedIn(portal, OWNER)
  await enrolApp(portal, owner)
  await owner.get(`/team/${BEN_ID}/reset`)
  await owner.post(`/team/${BEN_ID}/reset`)
  const pass = await issuePass(owner)

  const ben = portal.visitor()
  expect((await ben.follow(await ben.signIn(BEN))).html).toContain('Use your access pass')
  expect(await ben.get('/enrol')).toMatchObject({ status: 303 })
  await ben.get('/sign-in/code')
  expect(await ben.post('/sign-in/recovery-code', { code: pass })).toMatchObject({ status: 303, location: '/enrol' })
  await enrolApp(portal, ben)
  expect(await portal.twoFactor.account.status({ userId: BEN_ID })).toMatchObject({ enabled: true, accessPass: null })
})

test('it takes a second factor given just now to issue one, and nobody issues one to themselves', async () => {
  const owner = await signedIn(portal, OWNER)
  await enrolApp(portal, owner)
  portal.clock.advanceSeconds(601)
  expect(await owner.get(`/team/${BEN_ID}/pass`)).toMatchObject({ status: 303, location: '/step-up' })
  expect(await owner.post(`/team/${BEN_ID}/pass`)).toMatchObject({ status: 303, location: '/step-up' })
  expect((await portal.twoFactor.account.status({ userId: BEN_ID })).accessPass).toBeNull()
  await enrolText(portal, await signedIn(portal, BEN))
  const ben = await signedIn(portal, BEN)
  await ben.get('/sign-in/code')
  await ben.post('/sign-in/code', { code: portal.textedCode() })
  expect((await ben.get('/team/person-3/pass')).status).toBe(403)
})

test('an app code that was just used is told to be used, with the wait for the next', async () => {
  const ben = await signedIn(portal, BEN)
  await enrolApp(portal, ben)
  portal.clock.advanceSeconds(605)
  const visitor = portal.visitor()
  await visitor.follow(await visitor.signIn(BEN))
  await visitor.post('/sign-in/code', { code: portal.appCode() })
  const page = await visitor.follow(await visitor.get('/account/disable'))
  expect(page.html).toContain('Wait for the next one, which appears <span data-wait>in 25 seconds</span>.')
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { english } from '../../examples/demo/words/english.js'
import { french } from '../../examples/demo/words/french.js'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, CHLOE, enrolApp, enrolText, OWNER, signedIn } from './steps.js'
import type { Visitor } from './visitor.js'

let portal: DemoPortal
beforeEach(async () => {
  portal = await startDemo()
})
afterEach(() => portal.close())

let seen = 0
beforeEach(() => {
  seen = 0
})
/** The subjects of the e-mails that have come since this was last asked, oldest first. */
function newMails(to = BEN): string[] {
  const mails = portal.phone.mails()
  const fresh = mails.slice(0, mails.length - seen).reverse()
  seen = mails.length
  expect(fresh.filter((mail) => mail.to !== to || mail.path !== '/account')).toEqual([])
  return fresh.map(({ subject }) => subject)
}

/** Signs in, and answers the texted code with a wrong one until nothing is compared any more. */
async function lockOut(visitor: Visitor): Promise<void> {
  await visitor.follow(await visitor.signIn(BEN))
  const wrong = portal.textedCode() === '000000' ? '000001' : '000000'
  for (let tries = 0; tries < 5; tries++) await visitor.submit('/sign-in/code', { code: wrong })
}

test('every change of how somebody signs in is written to them', async () => {
  const ben = await signedIn(portal, BEN)
  const [recoveryCode = ''] = await enrolText(portal, ben)
  expect(newMails()).toEqual([
    'A way to sign in was added: Text message',
    'New recovery codes were made; those made before are void',
  ])
  await enrolApp(portal, ben)
  expect(newMails()).toEqual(['A way to sign in was added: Authenticator app'])
  const { factors } = await portal.twoFactor.account.status({ userId: BEN_ID })
  await ben.get(`/account/factors/${factors[1]?.id ?? ''}/remove`)
  await ben.submit(`/account/factors/${factors[1]?.id ?? ''}/remove`)
  expect(newMails()).toEqual(['A way to sign in was removed: Authenticator app'])
  portal.clock.advanceSeconds(60)

  const other = portal.visitor()
  await other.follow(await other.signIn(BEN))
  await other.post(
    '/sign-in/code',
    { code: portal.textedCode(), trust: 'yes' },
    { headers: { 'user-agent': 'Firefox/139' } },
  )
  expect(newMails()).toEqual(['A computer is trusted to sign in without a code: Firefox'])

  const lost = portal.visitor()
  await lost.follow(await lost.signIn(BEN))
  await lost.get('/sign-in/recovery-code')
  await lost.submit('/sign-in/recovery-code', { code: recoveryCode })
  expect(newMails()).toEqual(['A recovery code was used to sign in; 9 are left'])
  await lost.submit(`/enrol?replaces=${factors[0]?.id ?? ''}`, { method: 'app' })
  await lost.submit('/enrol/app/pretend')
  await lost.submit('/enrol/app', { code: portal.appCode() })
  expect(newMails()).toEqual(['A way to sign in was replaced by another: Authenticator app'])
  portal.clock.advanceSeconds(60)
  await lost.follow(await lost.get('/account/disable'))
  await lost.submit('/step-up/code', { code: portal.appCode() })
  await lost.submit('/account/disable')
  expect(newMails()).toEqual(['Two-factor authentication was turned off'])
})

test('removing the last way in is told once, as what it comes to', async () => {
  const ben = await signedIn(portal, BEN)
  await enrolText(portal, ben)
  newMails()
  const { factors } = await portal.twoFactor.account.status({ userId: BEN_ID })
  await ben.get(`/account/factors/${factors[0]?.id ?? ''}/remove`)
  await ben.submit(`/account/factors/${factors[0]?.id ?? ''}/remove`)
  expect(newMails()).toEqual(['Two-factor authentication was turned off'])
})

test('wrong codes that lock, and what staff do about it, are written to their owner', async () => {
  await enrolText(portal, await signedIn(portal, BEN))
  newMails()
  await lockOut(portal.visitor())
  expect(newMails()).toEqual([english.notices.sentences.locked()])
  await portal.twoFactor.admin.unlock({ userId: BEN_ID, actor: 'person-1' })
  const issued = await portal.twoFactor.admin.issueAccessPass({ userId: BEN_ID, actor: 'person-1' })
  const ben = portal.visitor()
  await ben.follow(await ben.signIn(BEN))
  await ben.get('/sign-in/recovery-code')
  await ben.submit('/sign-in/recovery-code', { code: issued.status === 'issued' ? issued.pass : '' })
  await portal.twoFactor.admin.reset({ userId: BEN_ID, actor: 'person-1' })
  const { unlocked, reset } = english.notices.sentences
  expect(newMails()).toEqual([
    unlocked(),
    english.notices.sentences['access-pass-issued'](),
    english.notices.sentences['access-pass-redeemed'](),
    reset(),
  ])
})

test('a changed password is written too', async () => {
  const ben = await signedIn(portal, BEN)
  await enrolText(portal, ben)
  newMails()
  await ben.get('/password')
  const next = 'a longer password'
  await ben.submit('/password', { current: 'willow-street-9', next, repeat: next })
  expect(newMails()).toEqual(['Your password was changed'])
})

test('an e-mail is in the language that its reader last chose, whoever caused it', async () => {
  const chloe = await signedIn(portal, CHLOE)
  await chloe.get('/account')
  await chloe.submit('/language', { locale: 'fr', back: '/account' })
  await enrolText(portal, chloe)
  expect(newMails(CHLOE)).toContain(french.notices.sentences['recovery-codes-issued']())
  await portal.restart()
  await portal.twoFactor.admin.reset({ userId: 'person-3', actor: 'person-1' })
  expect(newMails(CHLOE)).toEqual([french.notices.sentences.reset()])

  const owner = await signedIn(portal, OWNER)
  await owner.get('/team')
  await owner.submit('/team/person-3/remind')
  expect(portal.phone.mails()[0]).toMatchObject({ to: CHLOE, subject: french.team.remindSubject, path: '/enrol' })
})

test('the pretend phone shows e-mails on a screen of their own, and says how many', async () => {
  const ben = await signedIn(portal, BEN)
  expect((await ben.get('/phone')).html).toContain('>E-mail</label>')
  await enrolText(portal, ben)
  const { html } = await ben.get('/phone')
  expect(html).toContain('>E-mail (2)</label>')
  const [texts = '', mails = ''] = html.split('<div class="on-mails">')
  expect(texts).not.toContain('A way to sign in was added')
  expect(mails).toContain('A way to sign in was added: Text message')
})

test('e-mails are there after a restart', async () => {
  await enrolText(portal, await signedIn(portal, BEN))
  const mails = portal.phone.mails()
  await portal.restart()
  expect(portal.phone.mails()).toEqual(mails)
  expect(mails).not.toEqual([])
})

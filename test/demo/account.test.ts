import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, CHLOE, enrolText, signedIn, signedInByText } from './steps.js'
import type { Reply, Visitor } from './visitor.js'

let portal: DemoPortal
beforeEach(async () => {
  portal = await startDemo({ placeHeader: 'x-country' })
})
afterEach(() => portal.close())

const status = () => portal.twoFactor.account.status({ userId: BEN_ID })

/** Turns text messages on and stays on the page with the recovery codes. */
async function enrolAndLook(): Promise<Visitor> {
  const ben = await signedIn(portal, BEN)
  await ben.get('/enrol/text')
  await ben.submit('/enrol/text', { country: 'US', number: '415 555 0123' })
  await ben.submit('/enrol/text/code', { code: portal.textedCode() })
  return ben
}

test('the account page asks for the recovery codes to be kept until the person says so', async () => {
  const ben = await enrolAndLook()
  expect((await ben.get('/account')).html).toMatch(/not said yet[\s\S]*href="\/recovery-codes"/)
  expect(await status()).toMatchObject({ acknowledged: false })
  expect((await ben.get('/recovery-codes')).html.match(/<li><code>/g)).toHaveLength(10)
  const account = await ben.submit('/recovery-codes')
  expect(account.html).not.toContain('not said yet')
  expect(await status()).toMatchObject({ acknowledged: true, recoveryCodesRemaining: 10 })
})

test('somebody whose session ended first is asked too, and may have kept them', async () => {
  await (await enrolAndLook()).submit('/sign-out')
  const ben = await signedInByText(portal, BEN)
  const page = await ben.get('/account')
  expect(page.html).toContain('If you did not, make new ones.')
  expect(page.html).not.toContain('href="/recovery-codes"')
  expect((await ben.submit('/recovery-codes')).html).not.toContain('not said yet')
  expect(await status()).toMatchObject({ acknowledged: true })
})

test('recovery codes on paper and in a file say whose they are, where they open, and when they were made', async () => {
  const ben = await enrolAndLook()
  const [, paper = ''] =
    /<header class="print-only">([\s\S]*?)<\/header>/.exec((await ben.get('/recovery-codes')).html) ?? []
  const { html: file } = await ben.get('/recovery-codes/download')
  for (const sheet of [paper, file]) {
    expect(sheet).toContain('Willow Street Clinic: recovery codes of Ben Carter')
    expect(sheet).toContain('Made on May 14, 2030')
  }
})

test('somebody with a single way in and no recovery codes is told what that means', async () => {
  await portal.twoFactor.admin.importSms({
    userId: BEN_ID,
    actor: 'person-1',
    phoneNumber: '+14155550123',
    recoveryCodes: 'none',
  })
  const ben = await signedInByText(portal, BEN)
  expect((await ben.get('/account')).html).toContain('This is your only way in')
})

test('somebody with codes in hand is told nothing of the kind', async () => {
  const ben = await signedIn(portal, BEN)
  await enrolText(portal, ben)
  expect((await ben.get('/account')).html).not.toContain('This is your only way in')
})

test('the start page says in a word whether two-factor authentication is on', async () => {
  const ben = await signedIn(portal, BEN)
  expect((await ben.get('/')).html).toContain('<em class="badge warn">Off</em>')
  await enrolText(portal, ben)
  expect((await ben.get('/')).html).toContain('<em class="badge good">On</em>')
})

const FIREFOX = {
  'user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:139.0) Gecko/20100101 Firefox/139.0',
  'x-country': 'FR',
}
const CHROME = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36', 'x-country': 'XX' }

/** Signs in from a browser that says what it is, and may trust it. */
async function signInFrom(headers: Record<string, string>, trust = false): Promise<Visitor> {
  const visitor = portal.visitor()
  const fields = { email: BEN, password: 'willow-street-9' }
  await visitor.get('/sign-in')
  const asked = await visitor.post('/sign-in', fields, { headers })
  if (asked.location !== '/sign-in/code') return visitor
  await visitor.get('/sign-in/code')
  const code = { code: portal.textedCode(), ...(trust && { trust: 'yes' }) }
  await visitor.post('/sign-in/code', code, { headers })
  return visitor
}

/** The entries of a card of the account page, as a reader sees them. */
function rows({ html }: Reply, title: string): string[] {
  const card = html.split('<section').find((each) => each.includes(`<h2>${title}</h2>`)) ?? ''
  return card
    .split('<li>')
    .slice(1)
    .map((row) =>
      row
        .split('</small>')[0]!
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
}

test('the account page lists the browsers that are signed in, and signs out the others at once', async () => {
  const firefox = await signInFrom(FIREFOX)
  portal.clock.advanceSeconds(60)
  const chrome = await signInFrom(CHROME)
  await signedIn(portal, CHLOE)
  const [first, second, ...rest] = rows(await chrome.get('/account'), 'Signed in')
  expect(first).toMatch(/^Chrome · Linux This browser Since May 14, 2030, .* · last seen May 14, 2030/)
  expect(second).toMatch(/^Firefox · Windows France · Since May 14, 2030/)
  expect(rest).toEqual([])

  const after = await chrome.submit('/account/sessions/end-others')
  expect(after.html).toContain('Every other browser is signed out.')
  expect(rows(after, 'Signed in')).toHaveLength(1)
  expect(after.html).not.toContain('Sign out the others')
  const page = await firefox.follow(await firefox.get('/account'))
  expect(firefox.page).toBe('/sign-in?next=%2Faccount')
  expect(page.html).toContain('You were signed out from another browser.')
})

test('without a header to trust, no place is told', async () => {
  const other = await startDemo()
  const visitor = other.visitor()
  await visitor.get('/sign-in')
  await visitor.post('/sign-in', { email: BEN, password: 'willow-street-9' }, { headers: FIREFOX })
  expect((await visitor.get('/account')).html).not.toContain('France')
  await other.close()
})

test('trusted computers are told apart: which is this one, what it is, when it was last used', async () => {
  await enrolText(portal, await signedIn(portal, BEN))
  await signInFrom(FIREFOX, true)
  const chrome = await signInFrom(CHROME, true)
  portal.clock.advanceSeconds(24 * 60 * 60)
  await chrome.signIn(BEN)
  const page = await chrome.get('/account')
  expect(rows(page, 'Trusted computers')).toEqual([
    'Firefox · Windows Firefox 139 · France · Trusted May 14, 2030, until June 13, 2030',
    'Chrome · Linux This browser Chrome 126 · Trusted May 14, 2030, until June 13, 2030 · Last used May 15, 2030',
  ])
  const [, firefoxId = ''] = /computers\/([^/"]+)\/revoke"/.exec(page.html) ?? []
  const left = await chrome.submit(`/account/computers/${firefoxId}/revoke`)
  expect(rows(left, 'Trusted computers')).toEqual([expect.stringMatching(/^Chrome/)])
  await signInFrom(FIREFOX, true)
  await chrome.get('/account')
  expect(rows(await chrome.submit('/account/computers/revoke-all'), 'Trusted computers')).toEqual([])
})

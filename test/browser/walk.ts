import type { BrowserContextOptions, Page } from 'playwright-core'
import { BEN_ID } from '../demo/steps.js'
import { authenticatorsOf } from '../passkeys/chromium-page.js'
import type { DemoInBrowser } from './demo-in-browser.js'
import { heading, more, signIn, typeCode } from './steps.js'

/** Looks at the page that is open or, one after the other, at those of `paths`. */
export type Look = (page: Page, ...paths: readonly string[]) => Promise<void>

const WRONG = '000 000'
const OWNER_ID = 'person-1'
const CHLOE_ID = 'person-3'

/** Goes through every page of the demo and what can befall people there, and looks at each. */
export async function walk(demo: DemoInBrowser, lookAt: Look, options: BrowserContextOptions = {}): Promise<void> {
  const look: Look = async (page, ...paths) => {
    // Words can be found on a page before its style sheet has come.
    await page.waitForLoadState()
    await lookAt(page, ...paths)
  }
  // Browsers have no passkeys under an address.
  const page = await demo.visitor({ baseURL: demo.portal.origin.replace('127.0.0.1', 'localhost'), ...options })
  const press = (name: string): Promise<void> => page.getByRole('button', { name }).click()
  const refused = async (text: string): Promise<void> => {
    await page.getByText(text).first().waitFor()
    await look(page)
  }

  const signingIn = async (): Promise<void> => {
    await page.goto('/sign-in')
    await look(page, '/sign-in')
    await page.getByLabel('E-mail address').fill('amara@willow.example')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await press('Sign in')
    await refused('do not go together')
    await signIn(page, 'amara')
    await look(page, '/', '/account', '/enrol', '/enrol/text', '/password', '/team', '/nowhere')
    await page.locator('summary').click()
    await look(page)
  }

  const enrolling = async (): Promise<void> => {
    await page.goto('/enrol')
    await page.getByLabel('Authenticator app').check()
    await press('Set Up Two-Factor Authentication')
    await press('Scan with the pretend phone')
    await page.locator('.apps').waitFor()
    await look(page, '/enrol/app')
    await typeCode(page, WRONG)
    await refused('That code is not right.')
    await typeCode(page, demo.portal.appCode())
    await heading(page, 'Keep your recovery codes')
    await look(page, '/recovery-codes', '/account')
  }

  const sendText = async (): Promise<void> => {
    await page.getByLabel('Country').selectOption('US')
    await page.getByLabel('Mobile phone number').fill('(415) 555-0123')
    await press('Send Code')
    await heading(page, 'Enter the code we sent')
  }

  const addingText = async (): Promise<void> => {
    await page.goto('/enrol/text')
    await page.getByLabel('Mobile phone number').fill('12')
    await press('Send Code')
    await refused('That is not a phone number')
    await sendText()
    await look(page, '/enrol/text/code')
    await typeCode(page, WRONG)
    await refused('That code is not right.')
    await typeCode(page, demo.portal.textedCode())
    await refused('The new way to sign in is ready.')
  }

  const addingPasskey = async (): Promise<void> => {
    const { addAuthenticator } = await authenticatorsOf(page)
    await page.goto('/enrol')
    await page.getByLabel('Passkey or security key').check()
    await press('Continue')
    await heading(page, 'Set up a passkey')
    await look(page, '/enrol/passkey')
    await addAuthenticator({ transport: 'usb' })
    await press('Create the passkey')
    await refused('The new way to sign in is ready.')
    await page.goto('/enrol')
    await page.getByLabel('Passkey or security key').check()
    await press('Continue')
    await press('Create the passkey')
    await refused('This key is set up already.')
  }

  const changing = async (): Promise<void> => {
    const { factors } = await demo.portal.twoFactor.account.status({ userId: OWNER_ID })
    const [app, text] = factors.map(({ id }) => `/account/factors/${id}`)
    await look(page, `${app ?? ''}/rename`, `${app ?? ''}/remove`, `${text ?? ''}/prefer`)
    await look(page, `/enrol?replaces=${factors[0]?.id ?? ''}`, '/account/disable', '/account/recovery-codes')
    await page.goto('/password')
    await page.getByLabel('Current password').fill('wrong')
    await page.getByLabel('New password', { exact: true }).fill('a longer password')
    await page.getByLabel('New password again').fill('a longer password')
    await press('Change the password')
    await refused('The current password is not right.')
  }

  const team = async (): Promise<void> => {
    const other = `/team/${BEN_ID}`
    await look(page, `${other}/reset`, `${other}/unlock`, `${other}/pass`)
    await press('access pass')
    await heading(page, 'The access pass of')
    await look(page, `${other}/pass/issued`)
    await page.goto('/team')
    await page.getByLabel('Require two-factor authentication for everyone').check()
    await page.getByLabel('From').fill('2029-01-01')
    await press('Save')
    await refused('That day is over.')
    await page.getByLabel('From').fill('')
    await press('Save')
    await refused('It is required of everyone now.')
    await page.locator('label[for=phone-mails]').click()
    await look(page)
  }

  const steppingUp = async (): Promise<void> => {
    demo.portal.clock.advanceSeconds(700)
    await page.goto('/account/disable')
    await heading(page, 'Confirm that it is you')
    await look(page, '/step-up/code', '/step-up/recovery-code')
    await more(page, 'Sign out')
  }

  const challenged = async (): Promise<void> => {
    await signIn(page, 'amara')
    await page.getByText('Trouble signing in?').waitFor()
    await look(page, '/sign-in/code', '/sign-in/recovery-code')
    await page.getByLabel('Recovery code').fill('wrong')
    await press('Use this code')
    await refused('That does not look like a code.')
  }

  const shutOut = async (): Promise<void> => {
    await signIn(page, 'ben')
    await heading(page, 'Use your access pass')
    await look(page, '/sign-in/code')
    await signIn(page, 'chloe')
    await heading(page, 'Set up two-factor authentication')
    await look(page, '/enrol')
    await page.goto('/enrol/text')
    await sendText()
    await typeCode(page, demo.portal.textedCode())
    await press('I have kept them')
    await more(page, 'Sign out')
    const guesses = async (): Promise<void> => {
      const asked = await demo.portal.twoFactor.challenge.begin({ userId: CHLOE_ID })
      if (!('token' in asked) || asked.token === null) throw new Error(asked.status)
      for (let tries = 0; tries < 5; tries++)
        await demo.portal.twoFactor.challenge.verify({ token: asked.token, code: '000000' })
    }
    await signIn(page, 'chloe')
    await typeCode(page, WRONG)
    await refused('attempts are left')
    await guesses()
    await signIn(page, 'chloe')
    await heading(page, 'Codes are locked for now')
    await look(page, '/sign-in/code')
    for (let lock = 1; lock < 20; lock++) {
      demo.portal.clock.advanceSeconds(86_400)
      await guesses()
    }
    await signIn(page, 'chloe')
    await heading(page, 'Codes are suspended')
    await look(page, '/sign-in/code')
  }

  await signingIn()
  await enrolling()
  await addingText()
  await addingPasskey()
  await changing()
  await team()
  await steppingUp()
  await challenged()
  await shutOut()
}

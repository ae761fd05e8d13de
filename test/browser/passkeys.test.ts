import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { authenticatorsOf } from '../passkeys/chromium-page.js'
import { hasChromium } from './chromium.js'
import { demoInBrowser } from './demo-in-browser.js'
import { heading, looks, more, signIn, typeCode } from './steps.js'

describe.runIf(hasChromium())('passkeys of the demo in a browser', () => {
  const demo = demoInBrowser()
  // Browsers have no passkeys under an address.
  const origin = () => demo.portal.origin.replace('127.0.0.1', 'localhost')

  async function visitorWithKey() {
    const page = await demo.visitor({ baseURL: origin() })
    const keys = await authenticatorsOf(page)
    return { page, ...keys, key: await keys.addAuthenticator({ transport: 'usb' }) }
  }

  /** On the page with the choice of ways: takes a passkey, and names it. */
  async function createPasskey(page: Page, submit: string, name: string): Promise<void> {
    await page.getByLabel('Passkey or security key').check()
    await page.getByRole('button', { name: submit }).click()
    await heading(page, 'Set up a passkey')
    await page.getByLabel('Name').fill(name)
    await looks(page, 'enrol-passkey')
    await page.getByRole('button', { name: 'Create the passkey' }).click()
  }

  async function enrolPasskey(page: Page, name = 'Blue key'): Promise<void> {
    await signIn(page, 'ben')
    await more(page, 'Account')
    await createPasskey(page, 'Set Up Two-Factor Authentication', name)
    await heading(page, 'Keep your recovery codes')
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await heading(page, 'Account')
  }

  async function usePasskey(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Use the passkey' }).click()
  }

  test('a key is set up, signs in, steps up, gets another name and is removed', async () => {
    const { page } = await visitorWithKey()
    await enrolPasskey(page)
    await page.getByText('Blue key').first().waitFor()
    await looks(page, 'account-passkey')

    await more(page, 'Sign out')
    await signIn(page, 'ben')
    await heading(page, 'Use your passkey')
    await looks(page, 'challenge-passkey')
    await usePasskey(page)
    await heading(page, 'Good day, Ben Carter')

    await more(page, 'Account')
    await page.getByRole('link', { name: 'Rename: Blue key' }).click()
    await page.getByLabel('Name').fill('Grey key')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Remove: Grey key' }).click()
    await heading(page, 'Confirm that it is you')
    await usePasskey(page)
    await heading(page, 'Remove “Grey key”?')
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Two-factor authentication is off.').first().waitFor()

    await more(page, 'Sign out')
    await signIn(page, 'ben')
    await heading(page, 'Good day, Ben Carter')
  })

  test('of two keys either signs in, and none is set up twice', async () => {
    const { page, key, addAuthenticator, removeAuthenticator } = await visitorWithKey()
    await enrolPasskey(page)
    await page.getByRole('link', { name: 'Add another way' }).click()
    await createPasskey(page, 'Continue', 'Blue key again')
    await page.getByText('This key is set up already. Take another one.').waitFor()
    await looks(page, 'enrol-passkey-twice')

    await removeAuthenticator(key)
    const second = await addAuthenticator({ transport: 'nfc' })
    await page.getByLabel('Name').fill('Drawer key')
    await page.getByRole('button', { name: 'Create the passkey' }).click()
    await page.getByText('Drawer key').first().waitFor()
    await looks(page, 'account-two-passkeys')

    await more(page, 'Sign out')
    await signIn(page, 'ben')
    // Either answers, so the page does not ask which.
    expect(await page.getByRole('button', { name: 'Use your passkey instead' }).count()).toBe(0)
    await usePasskey(page)
    await heading(page, 'Good day, Ben Carter')
    await more(page, 'Account')
    await page.getByRole('link', { name: 'Remove: Blue key' }).click()
    await usePasskey(page)
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('It has been removed.').waitFor()

    await removeAuthenticator(second)
    await addAuthenticator({ transport: 'nfc' })
    await more(page, 'Sign out')
    await signIn(page, 'ben')
    await usePasskey(page)
    await page.getByText('Nothing came of it').waitFor()
    await looks(page, 'challenge-passkey-nothing')
  })

  test('somebody without the key at hand goes on with the app, or with a recovery code', async () => {
    const { page, key, removeAuthenticator, addAuthenticator } = await visitorWithKey()
    await enrolPasskey(page)
    await page.getByRole('link', { name: 'Add another way' }).click()
    await page.getByLabel('Authenticator app').check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Scan with the pretend phone' }).click()
    await page.locator('.apps').waitFor()
    await typeCode(page, demo.portal.appCode())
    await page.getByText('The new way to sign in is ready.').waitFor()

    await more(page, 'Sign out')
    await removeAuthenticator(key)
    await addAuthenticator({ transport: 'usb' })
    demo.portal.clock.advanceSeconds(60)
    await signIn(page, 'ben')
    await usePasskey(page)
    await page.getByText('Nothing came of it').waitFor()
    await page.getByRole('button', { name: 'Use Authenticator app instead' }).click()
    await typeCode(page, demo.portal.appCode())
    await heading(page, 'Good day, Ben Carter')

    await more(page, 'Sign out')
    await signIn(page, 'ben')
    await heading(page, 'Use your passkey')
    await page.getByRole('link', { name: 'Use a recovery code' }).click()
    await heading(page, 'Use a recovery code')
    await page.getByRole('link', { name: 'Back' }).click()
    await heading(page, 'Use your passkey')
  })

  test('a browser whose API does not know JSON signs in all the same', async () => {
    const { page } = await visitorWithKey()
    await page.addInitScript(`
      delete PublicKeyCredential.parseCreationOptionsFromJSON
      delete PublicKeyCredential.parseRequestOptionsFromJSON
      delete PublicKeyCredential.prototype.toJSON
    `)
    await enrolPasskey(page)
    await more(page, 'Sign out')
    await signIn(page, 'ben')
    await usePasskey(page)
    await heading(page, 'Good day, Ben Carter')
  })

  test('without scripts the page says so and offers the other ways', async () => {
    const { page } = await visitorWithKey()
    await enrolPasskey(page)
    const plain = await demo.visitor({ baseURL: origin(), javaScriptEnabled: false })
    await signIn(plain, 'ben')
    await plain.getByText('This browser cannot use passkeys').waitFor()
    expect(await plain.getByRole('button', { name: 'Use the passkey' }).isVisible()).toBe(false)
    await plain.getByRole('link', { name: 'Use a recovery code' }).waitFor()
    await looks(plain, 'challenge-passkey-unsupported')
  })

  test('under the address of this machine the page says where passkeys work', async () => {
    const { page } = await visitorWithKey()
    await enrolPasskey(page)
    const elsewhere = await demo.visitor()
    await authenticatorsOf(elsewhere)
    await signIn(elsewhere, 'ben')
    await usePasskey(elsewhere)
    await elsewhere.getByText(`Passkeys work at ${origin()} only.`).waitFor()
  })
})

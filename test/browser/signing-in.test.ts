import { describe, expect, test } from 'vitest'
import { hasChromium } from './chromium.js'
import { confirmCode, enrolText, heading, looks, more, signIn, typeCode } from './steps.js'
import { demoInBrowser } from './demo-in-browser.js'

describe.runIf(hasChromium())('signing in in a browser', () => {
  const demo = demoInBrowser()

  test('the wait before another text is counted down, and another factor is a click away', async () => {
    const page = await demo.visitor()
    await signIn(page, 'ben')
    await enrolText(demo.portal, page)
    demo.portal.clock.advanceSeconds(600)
    await page.getByRole('link', { name: 'Add another way' }).click()
    await heading(page, 'Confirm that it is you')
    await looks(page, 'step-up')
    await typeCode(page, demo.portal.textedCode())
    await heading(page, 'Add another way')
    await page.getByLabel('Authenticator app').check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Scan with the pretend phone' }).click()
    await page.locator('.apps').waitFor()
    await typeCode(page, demo.portal.appCode())
    await page.getByText('The new way to sign in is ready.').waitFor()
    await looks(page, 'account-two-factors')

    await more(page, 'Sign out')
    demo.portal.clock.advanceSeconds(60)
    await signIn(page, 'ben')
    await page.getByText('Open your authenticator app').waitFor()
    await page.getByRole('button', { name: 'Send a text to •••• 0123 instead' }).click()
    await page.getByText('We sent a text message with a 6-digit code to •••• 0123.').waitFor()
    const resend = page.getByRole('button', { name: 'Send the text again' })
    const wait = page.getByText(/You can ask for another text or a call in \d+ seconds?\./)
    const seconds = Number(/\d+/.exec(await wait.innerText())?.[0])
    expect(seconds).toBeGreaterThan(10)
    await resend.and(page.locator(':disabled')).waitFor()
    const fewer = Array.from({ length: seconds }, (_, left) => left).join('|')
    await page.getByText(new RegExp(`another text or a call in (${fewer}) seconds?\\.`)).waitFor()
    demo.portal.clock.advanceSeconds(30)
    await page.reload()
    await resend.click()
    await page.getByText('We have sent the text again.').waitFor()
    await typeCode(page, demo.portal.textedCode())
    await heading(page, 'Good day, Ben Carter')
  })

  test('signing in needs no mouse', async () => {
    const page = await demo.visitor()
    await signIn(page, 'ben')
    await enrolText(demo.portal, page)
    await more(page, 'Sign out')
    await heading(page, 'Sign in')
    await page.keyboard.type('ben@willow.example')
    await page.keyboard.press('Tab')
    await page.keyboard.type('willow-street-9')
    await page.keyboard.press('Enter')
    await page.getByText('It is sent with the last digit.').waitFor()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await looks(page, 'challenge-keyboard')
    await page.keyboard.type(demo.portal.textedCode())
    await heading(page, 'Good day, Ben Carter')
    await more(page, 'Account')
    await page.getByText('Trusted May').waitFor()
  })

  test('everything works without scripts', async () => {
    const page = await demo.visitor({ javaScriptEnabled: false })
    await signIn(page, 'ben')
    await enrolText(demo.portal, page, confirmCode)
    await more(page, 'Sign out')
    await signIn(page, 'ben')
    await page.getByRole('button', { name: 'Send the text again' }).click()
    await page.getByText('The last text has only just gone out. Try again in 30 seconds.').waitFor()
    await confirmCode(page, demo.portal.textedCode())
    await heading(page, 'Good day, Ben Carter')
  })

  test('too many wrong codes lock, and the page says for how long and what still works', async () => {
    const page = await demo.visitor()
    await signIn(page, 'ben')
    await enrolText(demo.portal, page)
    await more(page, 'Sign out')
    await signIn(page, 'ben')
    const wrong = demo.portal.textedCode() === '000000' ? '000001' : '000000'
    for (const left of [
      '4 attempts are left',
      '3 attempts are left',
      '2 attempts are left',
      'One attempt is left',
      'No attempts are left',
    ]) {
      await typeCode(page, wrong)
      await page.getByText(left).waitFor()
    }
    await looks(page, 'exhausted')
    await signIn(page, 'ben')
    await heading(page, 'Codes are locked for now')
    await looks(page, 'locked')
  })

  test('French, in the dark', async () => {
    const page = await demo.visitor({ colorScheme: 'dark', locale: 'fr-FR' })
    await page.goto('/sign-in')
    await heading(page, 'Connexion')
    await looks(page, 'french-sign-in')
    await page.getByLabel('Adresse e-mail').fill('amara@willow.example')
    await page.getByLabel('Mot de passe').fill('willow-street-9')
    await page.getByRole('button', { name: 'Se connecter' }).click()
    await page.goto('/enrol/text')
    await page.getByLabel('Numéro de téléphone mobile').fill('06 12 34 56 78')
    await page.getByRole('button', { name: 'Envoyer le code' }).click()
    await page.getByText('au +33 6 12 34 56 78').waitFor()
    expect(demo.portal.phone.texts()[0]?.text).toMatch(/code/i)
    await looks(page, 'french-code')
    await page.goto('/account')
    await looks(page, 'french-account')
    await page.getByRole('button', { name: 'English' }).click()
    await heading(page, 'Account')
  })
})

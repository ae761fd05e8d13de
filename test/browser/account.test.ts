import { describe, expect, test } from 'vitest'
import { hasChromium } from './chromium.js'
import { demoInBrowser } from './demo-in-browser.js'
import { heading, signIn, typeCode } from './steps.js'

describe.runIf(hasChromium())('recovery codes and e-mails in a browser', () => {
  const demo = demoInBrowser()

  test('paper has the codes and whose they are, and nothing else; the phone’s second screen has the e-mails', async () => {
    const page = await demo.visitor({ colorScheme: 'dark' })
    await signIn(page, 'ben')
    await page.goto('/enrol/text')
    await page.getByLabel('Country').selectOption('US')
    await page.getByLabel('Mobile phone number').fill('(415) 555-0123')
    await page.getByRole('button', { name: 'Send Code' }).click()
    await heading(page, 'Enter the code we sent')
    await typeCode(page, demo.portal.textedCode())
    await heading(page, 'Keep your recovery codes')

    await page.emulateMedia({ media: 'print' })
    const lines = (await page.locator('body').innerText()).split('\n').filter((line) => line.trim() !== '')
    expect(lines.slice(0, 2)).toEqual([
      'Willow Street Clinic: recovery codes of Ben Carter',
      'Made on May 14, 2030; sets made before are void. Each code works once.',
    ])
    expect(lines.slice(2)).toEqual(await page.locator('#codes code').allInnerTexts())
    await page.emulateMedia({ media: 'screen' })

    const mail = page.locator('#phone').getByText('A way to sign in was added: Text message')
    expect(await mail.isVisible()).toBe(false)
    await page.getByLabel('Texts').focus()
    await page.keyboard.press('ArrowRight')
    await mail.waitFor()
    expect(await page.locator('.on-texts').isVisible()).toBe(false)
  })
})

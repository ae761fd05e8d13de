import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { hasChromium } from './chromium.js'
import { demoInBrowser } from './demo-in-browser.js'
import { enrolText, heading, more, signIn, typeCode } from './steps.js'

describe.runIf(hasChromium())('the code field in a browser', () => {
  const demo = demoInBrowser()
  const inside = 'Good day, Ben Carter'
  let posted: string[] = []

  /** Ben at the page that asks for the texted code; `posted` is what goes out from there on. */
  async function atTheCode(page: Page): Promise<string> {
    await signIn(page, 'ben')
    await heading(page, 'Enter your code')
    await page.getByText('It is sent with the last digit.').waitFor()
    page.on('request', (request) => {
      if (request.method() === 'POST') posted.push(new URL(request.url()).pathname)
    })
    return demo.portal.textedCode()
  }

  /** As Chromium pastes: what is on the clipboard, with the event of a paste. */
  async function paste(page: Page, text: string): Promise<void> {
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
    await page.keyboard.press('Control+V')
  }

  beforeEach(async () => {
    posted = []
    const page = await demo.visitor()
    await signIn(page, 'ben')
    await enrolText(demo.portal, page)
  })

  test('the last digit sends it, once', async () => {
    const page = await demo.visitor()
    const code = await atTheCode(page)
    await page.keyboard.type(code)
    await heading(page, inside)
    expect(posted).toEqual(['/sign-in/code'])
  })

  test('Enter behind the last digit changes nothing, nor does a seventh digit', async () => {
    const page = await demo.visitor()
    const code = await atTheCode(page)
    await page.keyboard.type(`${code}7\n`)
    await heading(page, inside)
    expect(await page.title()).toContain('Today')
  })

  test.each([
    ['123 456', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['123-456', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
  ])('a paste like %s sends it', async (_like, written) => {
    const page = await demo.visitor({ permissions: ['clipboard-read', 'clipboard-write'] })
    const code = await atTheCode(page)
    await paste(page, written(code))
    await heading(page, inside)
    expect(posted).toEqual(['/sign-in/code'])
  })

  test('a digit that is put right in the middle, or one too many taken away, waits for the button', async () => {
    const page = await demo.visitor()
    const code = await atTheCode(page)
    await page.keyboard.type(code.slice(0, 2) + code.slice(3))
    for (let steps = 0; steps < 3; steps++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.type(code.charAt(2))
    expect(await page.getByLabel('6-digit code').inputValue()).toBe(code)
    await page.keyboard.type('00')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Backspace')
    expect(await page.getByLabel('6-digit code').inputValue()).toBe(code)
    expect(posted).toEqual([])
    await page.getByRole('button', { name: 'Confirm', exact: true }).click()
    await heading(page, inside)
  })

  test('trust, then type: the box comes first, so that it is ticked before the last digit is in', async () => {
    const page = await demo.visitor()
    const code = await atTheCode(page)
    await page.getByLabel('Trust this computer').check()
    await page.getByLabel('6-digit code').click()
    await page.keyboard.type(code)
    await heading(page, inside)
    await more(page, 'Sign out')
    await signIn(page, 'ben')
    await heading(page, inside)
  })

  test('a wrong code leaves the box ticked and the field empty, and the next one is sent as well', async () => {
    const page = await demo.visitor()
    const code = await atTheCode(page)
    await page.getByLabel('Trust this computer').check()
    await typeCode(page, code === '000000' ? '000001' : '000000')
    await page.getByText('4 attempts are left.').waitFor()
    expect(await page.getByLabel('Trust this computer').isChecked()).toBe(true)
    expect(await page.getByLabel('6-digit code').inputValue()).toBe('')
    await typeCode(page, code)
    await heading(page, inside)
  })

  /** Stands in for the phone whose browser reads the text: it answers when the test says which code came. */
  const READS_TEXTS = `
    window.OTPCredential ??= class {}
    window.asked = []
    navigator.credentials.get = (wish) => new Promise((resolve, reject) => {
      window.asked.push(wish)
      window.arrive = (code) => resolve({ code })
      wish.signal.addEventListener('abort', () => {
        sessionStorage.setItem('aborted', 'yes')
        reject(wish.signal.reason)
      })
    })`

  test('a phone takes the code from the text, and is asked only while a text is on its way', async () => {
    const page = await demo.visitor()
    await page.addInitScript(READS_TEXTS)
    await page.goto('/sign-in')
    expect(await page.evaluate('asked.length')).toBe(0)
    const code = await atTheCode(page)
    expect(await page.evaluate('asked.map(({ otp }) => otp)')).toEqual([{ transport: ['sms'] }])
    await page.evaluate(`arrive('${code}')`)
    await heading(page, inside)
    expect(await page.evaluate('asked.length')).toBe(0)
  })

  test('a code that is typed ends the waiting for the text', async () => {
    const page = await demo.visitor()
    await page.addInitScript(READS_TEXTS)
    await page.keyboard.type(await atTheCode(page))
    await heading(page, inside)
    expect(await page.evaluate("sessionStorage.getItem('aborted')")).toBe('yes')
  })
})

import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { BEN, CHLOE, enrolApp, enrolText, signedIn } from '../demo/steps.js'
import { hasChromium } from './chromium.js'
import { demoInBrowser } from './demo-in-browser.js'
import { heading, signIn } from './steps.js'

/** What shows where the focus is: the ring around the element itself, or around the label that stands for it. */
const RING = `(async () => {
  const focused = document.activeElement
  // After the last stop comes the browser's own.
  if (focused === document.body) return ''
  const isRinged = (each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each)
    const { top, bottom, left, right } = each.getBoundingClientRect()
    const inSight = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth
    return inSight && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
  }
  const around = [focused, focused.closest('.choice'), ...(focused.labels ?? [])].filter((each) => each !== null)
  // The browser scrolls to a stop some frames later.
  for (let frame = 0; frame < 120; frame++) {
    if (around.some(isRinged)) return ''
    await new Promise(requestAnimationFrame)
  }
  return focused.outerHTML
})()`
const STOPS = 40
const WHITE = 'rgb(255, 255, 255)'

/** Presses Tab until the focus is there; at every stop a ring shows it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const reached = (): Promise<boolean> => target.and(page.locator(':focus')).isVisible()
  for (let stop = 0; stop < STOPS && !(await reached()); stop++) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>(RING), 'focused with no ring').toBe('')
  }
  expect(await reached(), `Tab leads to ${String(target)}`).toBe(true)
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

describe.runIf(hasChromium())('the demo, without a mouse, in few colours, kept still and read out', () => {
  const demo = demoInBrowser()

  test('Tab and Enter lead through signing in and enrolling, with a ring at every stop', async () => {
    const page = await demo.visitor()
    const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
    const credentials = async (): Promise<void> => {
      await heading(page, 'Sign in')
      await tabTo(page, page.getByLabel('E-mail address'))
      await page.keyboard.type('ben@willow.example')
      await tabTo(page, page.getByLabel('Password', { exact: true }))
      await page.keyboard.type('willow-street-9')
      await press(page, button('Sign in'))
    }
    await page.goto('/sign-in')
    await credentials()
    await heading(page, 'Good day, Ben Carter')
    await press(page, page.locator('summary'))
    await press(page, page.locator('.sheet').getByText('Account', { exact: true }))
    await heading(page, 'Account')
    await tabTo(page, page.getByLabel('Authenticator app'))
    await press(page, button('Set Up Two-Factor Authentication'))
    await heading(page, 'Set up your authenticator app')
    await press(page, button('Scan with the pretend phone'))
    await page.locator('.apps').waitFor()
    await page.getByText('It is sent with the last digit.').waitFor()
    await tabTo(page, page.getByLabel('6-digit code'))
    await page.keyboard.type(demo.portal.appCode())
    await heading(page, 'Keep your recovery codes')
    await press(page, button('I have kept them'))
    await heading(page, 'Account')
    await press(page, page.locator('summary'))
    await press(page, button('Sign out'))

    demo.portal.clock.advanceSeconds(60)
    await credentials()
    await page.getByText('It is sent with the last digit.').waitFor()
    await tabTo(page, page.getByLabel('6-digit code'))
    await page.keyboard.type(demo.portal.appCode())
    await heading(page, 'Good day, Ben Carter')
  })

  test('nothing moves for whoever wants it still', async () => {
    const moving = (page: Page): Promise<boolean> =>
      page.evaluate(`[...document.querySelectorAll('*')].some((each) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(each)
        return parseFloat(transitionDuration) > 0 || animationName !== 'none' || scrollBehavior === 'smooth'
      })`)
    const page = await demo.visitor({ reducedMotion: 'no-preference' })
    await signIn(page, 'ben')
    await heading(page, 'Good day, Ben Carter')
    for (const path of ['/', '/account', '/enrol', '/enrol/text']) {
      await page.goto(path)
      await page.emulateMedia({ reducedMotion: 'no-preference' })
      expect(await moving(page), path).toBe(true)
      await page.emulateMedia({ reducedMotion: 'reduce' })
      expect(await moving(page), path).toBe(false)
    }
  })

  test('in the colours of a system with few, every control has an edge, and what is chosen is told apart', async () => {
    const page = await demo.visitor({ forcedColors: 'active', colorScheme: 'dark' })
    await signIn(page, 'ben')
    await heading(page, 'Good day, Ben Carter')
    for (const path of ['/', '/account', '/enrol', '/enrol/text', '/password']) {
      await page.goto(path)
      const bare = await page.evaluate<string[]>(`[...document.querySelectorAll('button, select, input, .button')]
        .filter((each) => each.offsetWidth > 0 && !each.matches('.link, [type=radio], [type=checkbox]'))
        .filter((each) => {
          const { borderTopStyle, borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(each)
          return borderTopStyle === 'none' || parseFloat(borderTopWidth) < 1 || borderTopColor === backgroundColor
        })
        .map((each) => each.outerHTML)`)
      expect(bare, path).toEqual([])
    }
    const styleOf = (selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`)
    const underlined = (selector: string): Promise<string> => styleOf(selector, 'textDecorationLine')
    expect(await underlined('[for=phone-texts]')).toBe('underline')
    expect(await underlined('[for=phone-mails]')).toBe('none')
    expect(await underlined('.menu > a')).toBe('none')
    await page.goto('/')
    expect(await underlined('.menu > a')).toBe('underline')
    await page.goto('/enrol')
    await page.getByRole('button', { name: 'Set Up Two-Factor Authentication' }).click()
    await page.locator('.barcode').waitFor()
    await page.waitForLoadState()
    expect(await styleOf('.barcode', 'backgroundColor')).toBe(WHITE)
  })

  test('what a form refused is said by the title and at once, at the field and above the page', async () => {
    const page = await demo.visitor()
    await page.goto('/sign-in')
    expect(await page.title()).toBe('Sign in · Willow Street Clinic')
    await page.getByLabel('E-mail address').fill('ben@willow.example')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('do not go together').waitFor()
    expect(await page.title()).toBe('Error: Sign in · Willow Street Clinic')
    await signIn(page, 'ben')
    await page.goto('/enrol/text')
    await page.getByLabel('Mobile phone number').fill('12')
    await page.getByRole('button', { name: 'Send Code' }).click()
    await page.getByRole('alert').getByText('That is not a phone number').waitFor()
    expect(await page.title()).toMatch(/^Error: /)
    const number = page.getByLabel('Mobile phone number')
    expect(await number.getAttribute('aria-invalid')).toBe('true')
    expect(await number.getAttribute('aria-describedby')).toContain('number-error')
    expect(await number.and(page.locator(':focus')).isVisible()).toBe(true)

    const french = await demo.visitor({ locale: 'fr-FR' })
    await french.goto('/sign-in')
    await french.getByLabel('Adresse e-mail').fill('ben@willow.example')
    await french.getByLabel('Mot de passe').fill('wrong')
    await french.getByRole('button', { name: 'Se connecter' }).click()
    await french.getByRole('alert').waitFor()
    expect(await french.title()).toBe('Erreur : Connexion · Willow Street Clinic')
  })

  test('a text that arrives on the phone is read out, and an app’s code that changes is not', async () => {
    const { portal } = demo
    await enrolApp(portal, await signedIn(portal, CHLOE))
    await enrolText(portal, await signedIn(portal, BEN))
    const page = await demo.visitor()
    await page.goto('/sign-in')
    const arrived = page.locator('#phone').getByRole('status')
    const shown = page.locator('.apps code')
    expect(await arrived.textContent()).toBe('')
    await portal.visitor().signIn(BEN)
    await arrived.getByText(`${portal.textedCode()} is your Willow Street Clinic sign-in code.`).waitFor()

    portal.clock.advanceSeconds(30)
    const code = portal.appCode()
    await shown.getByText(`${code.slice(0, 3)} ${code.slice(3)}`).waitFor()
    expect(await arrived.textContent()).toBe('')
  })

  test('a link on the phone that somebody stands on stays, whatever arrives', async () => {
    const { portal } = demo
    await enrolApp(portal, await signedIn(portal, CHLOE))
    const page = await demo.visitor()
    await page.goto('/sign-in')
    await page.locator('[for=phone-mails]').click()
    const link = page.locator('#phone-screen a').first()
    await link.focus()
    portal.clock.advanceSeconds(30)
    await page.waitForResponse('**/phone')
    await page.waitForResponse('**/phone')
    expect(await link.and(page.locator(':focus')).count()).toBe(1)
  })
})

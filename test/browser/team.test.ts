import { describe, test } from 'vitest'
import { hasChromium } from './chromium.js'
import { enrolText, heading, looks, more, signIn, typeCode } from './steps.js'
import { demoInBrowser } from './demo-in-browser.js'

describe.runIf(hasChromium())('the team page in a browser', () => {
  const demo = demoInBrowser()

  test('the owner sees who has not switched it on, requires it, and people who have not can do nothing else', async () => {
    const owner = await demo.visitor()
    await signIn(owner, 'amara')
    await enrolText(demo.portal, owner)
    await more(owner, 'Team')
    await owner.getByText('3 of 4 have not switched it on yet').waitFor()
    await looks(owner, 'team')
    await owner.getByLabel('Require two-factor authentication for everyone').check()
    await owner.getByLabel('From').fill('2030-06-01')
    await owner.getByRole('button', { name: 'Save' }).click()
    await owner.getByText('It is required of everyone from June 1, 2030.').waitFor()

    const ben = await demo.visitor()
    await signIn(ben, 'ben')
    await ben.getByText('From June 1, 2030, everyone at the practice signs in with a second factor.').waitFor()
    await looks(ben, 'grace-banner')

    await owner.getByLabel('From').fill('')
    await owner.getByRole('button', { name: 'Save' }).click()
    await owner.getByText('It is required of everyone now.').waitFor()
    await ben.goto('/')
    await heading(ben, 'Set up two-factor authentication')
    await looks(ben, 'enrolment-required')
    for (const path of ['/', '/account', '/password', '/team']) {
      await ben.goto(path)
      await heading(ben, 'Set up two-factor authentication')
    }
    await ben.getByLabel('Text message (SMS)').check()
    await ben.getByRole('button', { name: 'Set Up Two-Factor Authentication' }).click()
    await ben.getByLabel('Country').selectOption('US')
    await ben.getByLabel('Mobile phone number').fill('415 555 0199')
    await ben.getByRole('button', { name: 'Send Code' }).click()
    await typeCode(ben, demo.portal.textedCode())
    await ben.getByRole('button', { name: 'I have kept them' }).click()
    await ben.getByText('so it cannot be turned off').waitFor()
  })
})

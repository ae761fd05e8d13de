import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { DemoPortal } from '../demo/demo-portal.js'
import { picture } from './chromium.js'

/** What people do on the pages, over and over. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(`${name}@willow.example`)
  await page.getByLabel('Password', { exact: true }).fill('willow-street-9')
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Opens the menu and takes one of its ways. */
export async function more(page: Page, link: string): Promise<void> {
  await page.locator('summary').click()
  await page.locator('.sheet').getByText(link, { exact: true }).click()
}

/** Types a code, which is sent with its last digit: once the script that does so runs. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByText('It is sent with the last digit.').waitFor()
  await page.getByLabel('6-digit code').fill(code)
}

/** The same without scripts, or with what the script takes for a correction. */
export async function confirmCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('6-digit code').fill(code)
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
}

export async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor()
  // Words can be found on a page before its style sheet has come.
  await page.waitForLoadState()
}

/** Keeps a picture of the page and holds that it fits a phone. */
export async function looks(page: Page, name: string): Promise<void> {
  expect(await picture(page, name), `${name} runs over the edge of a phone`).toBe(0)
}

/** From any page to the account page with text messages on; answers the recovery codes. */
export async function enrolText(portal: DemoPortal, page: Page, enter = typeCode): Promise<string[]> {
  await more(page, 'Account')
  await page.getByLabel('Text message (SMS)').check()
  await page.getByRole('button', { name: 'Set Up Two-Factor Authentication' }).click()
  await page.getByLabel('Country').selectOption('US')
  await page.getByLabel('Mobile phone number').fill('(415) 555-0123')
  await page.getByRole('button', { name: 'Send Code' }).click()
  await heading(page, 'Enter the code we sent')
  await enter(page, portal.textedCode())
  await heading(page, 'Keep your recovery codes')
  const codes = await page.locator('#codes code').allInnerTexts()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await heading(page, 'Account')
  return codes
}

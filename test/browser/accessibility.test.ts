import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasChromium } from './chromium.js'
import { demoInBrowser } from './demo-in-browser.js'
import { heading, signIn } from './steps.js'
import { walk } from './walk.js'

const LAWS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Every size and every colour scheme once: colours do not depend on the size. */
const LOOKS = [
  { colorScheme: 'light', width: 320, height: 640 },
  { colorScheme: 'dark', width: 1280, height: 860 },
] as const

/** What axe-core has against the page as it is, each with where. */
async function violations(page: Page): Promise<string[]> {
  const run = `axe.run({ runOnly: ${JSON.stringify(LAWS)}, resultTypes: ['violations'] })`
  const found = await page.evaluate<AxeResults>(run)
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  )
}

/** Holds the page against axe-core in every look. */
async function passes(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  for (const { colorScheme, ...size } of LOOKS) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(size)
    const where = `${await page.title()} at ${new URL(page.url()).pathname}, ${size.width} pixels, ${colorScheme}`
    expect.soft(await violations(page), where).toEqual([])
  }
}

describe.runIf(hasChromium())('the demo, to axe-core', () => {
  const demo = demoInBrowser()
  // Colours still on their way from light to dark would be measured halfway.
  const still = { reducedMotion: 'reduce' } as const

  test('no page has a violation, narrow in the light or wide in the dark', async () => {
    await walk(
      demo,
      async (page, ...paths) => {
        if (paths.length === 0) await passes(page)
        for (const path of paths) {
          await page.goto(path)
          await passes(page)
        }
      },
      still,
    )
  })

  test('nor has the page for when all else failed', async () => {
    const page = await demo.visitor(still)
    await signIn(page, 'ben')
    await page.goto('/account/factors/%/rename')
    await heading(page, 'That form was no longer good')
    await passes(page)
  })
})

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { SEEDED_PEOPLE } from '../../examples/demo/people.js'
import { hasChromium } from './chromium.js'
import { demoInBrowser } from './demo-in-browser.js'
import { walk } from './walk.js'

const NARROWEST = { width: 320, height: 640 }
/** Forty letters with nowhere to break. */
const LONG = 'Wolfeschlegelsteinhausenbergerdorffische'
const everyone = SEEDED_PEOPLE.map((person) => ({ ...person, name: LONG }))

/** How far the page runs over its edge, and what the way to the phone lies upon, wherever one has scrolled to. */
const MEASURE = `(() => {
  const found = []
  const menu = document.querySelector('details.more')
  for (const open of menu === null ? [false] : [true, false]) {
    if (menu !== null) menu.open = open
    if (document.documentElement.scrollWidth > innerWidth)
      found.push('runs over by ' + (document.documentElement.scrollWidth - innerWidth) + ' px')
    // What lies beyond the left edge cannot even be scrolled to.
    for (const each of document.querySelectorAll('body *:not(.skip)'))
      if (each.getBoundingClientRect().left < 0) found.push('begins left of the edge: ' + each.className)
  }
  const pill = document.querySelector('.to-phone')
  if (pill.offsetWidth === 0) found.push('no way to the phone')
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 4) {
    scrollTo({ top: y, behavior: 'instant' })
    const at = pill.getBoundingClientRect()
    for (const other of document.querySelectorAll('a:not(.to-phone, .skip), button, summary, input, select')) {
      const { left, right, top, bottom, width } = other.getBoundingClientRect()
      if (width > 0 && left < at.right && right > at.left && top < at.bottom && bottom > at.top)
        found.push('the way to the phone covers: ' + other.textContent.trim())
    }
  }
  return found
})()`

describe.runIf(hasChromium())('the demo, 320 pixels wide, with long names', () => {
  const demo = demoInBrowser({ everyone })

  test('no page runs over its edge, in either language, and the way to the phone covers nothing', async () => {
    const fits = async (page: Page, where: string): Promise<void> => {
      expect.soft(await page.evaluate<string[]>(MEASURE), where).toEqual([])
    }
    await walk(
      demo,
      async (page, ...paths) => {
        if (paths.length === 0) await fits(page, `${await page.title()} at ${page.url()}`)
        for (const path of paths)
          for (const language of ['fr', 'en']) {
            await page
              .context()
              .addCookies([{ name: 'willow-language', value: language, url: new URL(page.url()).origin }])
            await page.goto(path)
            expect(new URL(page.url()).pathname, `${path} is there`).toBe(path.split('?')[0])
            await fits(page, `${path} in ${language}`)
          }
      },
      { viewport: NARROWEST },
    )
  })
})

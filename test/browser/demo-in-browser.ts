import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type DemoPortal, type DemoPortalOptions, startDemo } from '../demo/demo-portal.js'
import { launchChromium, visit, type Visit } from './chromium.js'

export interface DemoInBrowser {
  /** The demo of this test. */
  readonly portal: DemoPortal
  /** A browser profile of its own. */
  visitor(options?: BrowserContextOptions): Promise<Page>
}

/** One browser for the tests of a suite, one fresh demo for each; a page that complained fails its test. */
export function demoInBrowser(options: DemoPortalOptions = {}): DemoInBrowser {
  let browser: Browser | null = null
  let portal: DemoPortal | null = null
  let open: Visit[] = []
  const ready = <Thing>(thing: Thing | null): Thing => {
    if (thing === null) throw new Error('only within a test')
    return thing
  }

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
  })
  beforeEach(async () => {
    portal = await startDemo(options)
  })
  afterEach(async () => {
    const faults = open.flatMap((each) => each.faults)
    await Promise.all(open.map((each) => each.close()))
    open = []
    await portal?.close()
    expect(faults).toEqual([])
  })

  return {
    get portal() {
      return ready(portal)
    },
    async visitor(context = {}) {
      const each = await visit(ready(browser), ready(portal), context)
      open.push(each)
      return each.page
    },
  }
}

import { expect, test } from 'vitest'
import { hasChromium } from './chromium.js'

test('a browser is there wherever the build must not pass without one', () => {
  expect(hasChromium() || process.env['CI'] !== 'true').toBe(true)
})

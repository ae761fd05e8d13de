import jsQr from 'jsqr'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'

/** Reads the barcode as a camera would: from the pixels of the page. */
export async function scanBarcode(page: Page): Promise<string> {
  const { data, width, height } = PNG.sync.read(await page.screenshot())
  const read = typeof jsQr === 'function' ? jsQr : jsQr.default
  const found = read(new Uint8ClampedArray(data), width, height)
  if (found === null) throw new Error('no barcode on the page')
  return found.data
}

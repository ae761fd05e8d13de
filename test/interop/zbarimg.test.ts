import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { formatKeyUri } from '../../src/otp/index.js'
import { qrPng, qrSvg } from '../../src/qr.js'
import { svgMatrix } from '../qr-reading.js'
import { describeWith, findCommand, run } from './command.js'

const zbarimg = findCommand('zbarimg')

describeWith(zbarimg, 'zbarimg', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'qr-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  const secret = Uint8Array.from({ length: 20 }, (_, index) => 255 - index * 11)
  const uris = [
    formatKeyUri({ issuer: 'Example', accountName: 'alice@example.com', secret }),
    formatKeyUri({
      issuer: 'Große Bank & Söhne',
      accountName: '漢字 😀',
      secret,
      algorithm: 'SHA-256',
      digits: 8,
      periodSeconds: 60,
    }),
    formatKeyUri({
      issuer: 'Example',
      accountName: 'x'.repeat(200),
      secret: new Uint8Array(64).fill(90),
      algorithm: 'SHA-512',
    }),
  ]

  it.each(uris)('reads the PNG of %s', async (uri) => {
    expect(scan(await qrPng(uri))).toBe(uri)
  })

  it.each(uris)('reads the SVG of %s once it is painted', async (uri) => {
    expect(scan(paint(await qrSvg(uri)))).toBe(uri)
  })

  function scan(png: Uint8Array): string {
    const file = join(folder, 'qr.png')
    writeFileSync(file, png)
    return run(zbarimg, ['--quiet', '--raw', file])
  }
})

/** The SVG as a PNG, six pixels a module. */
function paint(svg: string): Uint8Array {
  const matrix = svgMatrix(svg)
  const png = new PNG({ width: matrix.length * 6, height: matrix.length * 6, colorType: 0 })
  png.data.fill(255)
  for (let y = 0; y < png.height; y++) {
    for (let x = 0; x < png.width; x++) {
      if (matrix[Math.floor(y / 6)]?.[Math.floor(x / 6)] === true)
        png.data.fill(0, (y * png.width + x) * 4, (y * png.width + x) * 4 + 3)
    }
  }
  return PNG.sync.write(png)
}

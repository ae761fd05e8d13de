import { inflateSync } from 'node:zlib'
import { PNG } from 'pngjs'
import { describe, expect, it, vi } from 'vitest'
import { TwoFactorError } from '../src/errors.js'
import { formatKeyUri } from '../src/otp/index.js'
import { qrPng, qrSvg, qrTerminal } from '../src/qr.js'
import { smuggle, strangeNumbers, strangeValues } from './otp/hostile.js'
import { pixelData, readMatrix, readPng, svgMatrix, terminalMatrix, type Matrix } from './qr-reading.js'

const secret = Uint8Array.from({ length: 20 }, (_, index) => index * 13 + 1)
const uri = formatKeyUri({ issuer: 'Example & Söhne', accountName: 'alice@example.com', secret })
const longest = formatKeyUri({
  issuer: 'E'.repeat(180),
  accountName: 'a'.repeat(250),
  secret: new Uint8Array(800).fill(90),
  algorithm: 'SHA-512',
  digits: 8,
})

describe.each([
  ['a usual URI', uri],
  ['a very long one', longest],
])('the QR code of %s', (_, text) => {
  it('reads back from the SVG', async () => {
    expect(readMatrix(svgMatrix(await qrSvg(text)))).toBe(text)
  })

  it('reads back from the PNG', async () => {
    expect(readPng(await qrPng(text))).toBe(text)
  })

  it('reads back from the terminal', async () => {
    expect(readMatrix(terminalMatrix(await qrTerminal(text)))).toBe(text)
  })

  it('is the same in all three, within four modules of light', async () => {
    const svg = svgMatrix(await qrSvg(text))
    const terminal = terminalMatrix(await qrTerminal(text))
    expect(terminal.slice(0, svg.length)).toEqual(svg)
    const size = svg.length
    const border = svg.flatMap((row, y) => row.filter((_dark, x) => Math.min(x, y, size - 1 - x, size - 1 - y) < 4))
    expect(border).not.toContain(true)
    expect([svg[4]?.[4], svg[4]?.[size - 5], svg[size - 5]?.[4]]).toEqual([true, true, true])
    expect(pngMatrix(await qrPng(text, { modulePixels: 1 }))).toEqual(svg)
  })
})

describe('qrSvg', () => {
  it('is an image with a name, told to screen readers and in the tooltip', async () => {
    const svg = await qrSvg(uri)
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 (\d+) \1" role="img" aria-label="QR code for an authenticator app" shape-rendering="crispEdges"><title>QR code for an authenticator app<\/title><path /,
    )
  })

  it('escapes the name it is given', async () => {
    const svg = await qrSvg(uri, { label: `"><script>alert('1')</script>&amp; Größe 😀` })
    const escaped = '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;amp; Größe 😀'
    expect(svg).toContain(`aria-label="${escaped}"`)
    expect(svg).toContain(`<title>${escaped}</title>`)
    expect(svg.match(/</g)).toHaveLength(6)
  })

  it('scales, and needs no style, script or other resource', async () => {
    const svg = await qrSvg(uri)
    expect([...svg.matchAll(/ ([a-z-]+)=/gi)].map((match) => match[1])).toEqual([
      'xmlns',
      'viewBox',
      'role',
      'aria-label',
      'shape-rendering',
      'fill',
      'd',
      'fill',
      'd',
    ])
    expect([...svg.matchAll(/<([a-z]+)/g)].map((match) => match[1])).toEqual(['svg', 'title', 'path', 'path'])
  })

  it('shows neither the URI nor the secret as text', async () => {
    expect(await qrSvg(uri)).not.toMatch(/otpauth|alice|secret/)
  })

  it('refuses names that are empty, too long or not text', async () => {
    const named = strangeValues.filter(
      (value) => value !== undefined && value !== 'x' && value !== '__proto__' && value !== 'constructor',
    )
    for (const label of [...named, 'a\0', 'a\nb', '\ud800', '\uffff', 'x'.repeat(256)]) {
      expect(await failure(qrSvg(uri, { label: smuggle(label) }))).toBe('ERR_LABEL_INVALID')
    }
    const message = 'label must be 1 to 255 characters without control characters'
    await expect(qrSvg(uri, { label: '' })).rejects.toThrow(message)
  })
})

describe('qrPng', () => {
  it('gives plain bytes of an image as wide as the modules asked for', async () => {
    const modules = svgMatrix(await qrSvg(uri)).length
    const png = await qrPng(uri)
    expect(Object.getPrototypeOf(png)).toBe(Uint8Array.prototype)
    expect(PNG.sync.read(Buffer.from(png))).toMatchObject({ width: modules * 8, height: modules * 8 })
    expect(PNG.sync.read(Buffer.from(await qrPng(uri, { modulePixels: 3 }))).width).toBe(modules * 3)
  })

  it('draws wide modules as it draws narrow ones', async () => {
    expect(readPng(await qrPng(uri, { modulePixels: 32 }))).toBe(uri)
    const narrow = pngMatrix(await qrPng(uri, { modulePixels: 1 }))
    const wide = pngMatrix(await qrPng(uri, { modulePixels: 5 }))
    const widened = <Item>(items: readonly Item[]): Item[] => items.flatMap((item) => Array<Item>(5).fill(item))
    expect(wide).toEqual(widened(narrow.map(widened)))
  })

  it('compresses: a usual image has less than a kilobyte, and the largest less than fifty', async () => {
    expect((await qrPng(uri)).length).toBeLessThan(1024)
    expect((await qrPng(longest, { modulePixels: 32 })).length).toBeLessThan(50_000)
  })

  it('draws the same where nothing can compress, in as many blocks as that takes', async () => {
    for (const modulePixels of [1, 8, 32]) {
      const usual = PNG.sync.read(Buffer.from(await qrPng(uri, { modulePixels })))
      vi.stubGlobal('CompressionStream', undefined)
      const stored = await qrPng(uri, { modulePixels }).finally(() => vi.unstubAllGlobals())
      const { width, height, data } = PNG.sync.read(Buffer.from(stored))
      // Unlike that reader, this one minds the checksum.
      const rows = inflateSync(pixelData(stored))
      expect(rows.length).toBe(height * (1 + Math.ceil(width / 8)))
      expect([width, height]).toEqual([usual.width, usual.height])
      expect(data.equals(usual.data)).toBe(true)
      // One bit a pixel, and a byte before every line.
      expect(stored.length).toBeGreaterThan(height * Math.ceil(width / 8))
    }
  })

  it('refuses widths that are not 1 to 32 pixels', async () => {
    for (const modulePixels of [...strangeNumbers, 0, 33]) {
      expect(await failure(qrPng(uri, { modulePixels: smuggle(modulePixels) }))).toBe('ERR_MODULE_PIXELS_INVALID')
    }
    await expect(qrPng(uri, { modulePixels: 0 })).rejects.toThrow('modulePixels must be an integer from 1 to 32')
  })
})

describe('qrTerminal', () => {
  it('sets black on white for every line and takes it back at its end', async () => {
    const lines = (await qrTerminal(uri)).split('\n')
    expect(lines.pop()).toBe('')
    for (const line of lines) expect(line).toMatch(/^\u001b\[38;5;16;48;5;231m[ ▀▄█]+\u001b\[0m$/)
  })
})

describe.each([
  ['qrSvg', qrSvg],
  ['qrPng', qrPng],
  ['qrTerminal', qrTerminal],
])('%s', (_, draw: (uri: string) => Promise<unknown>) => {
  it('draws nothing but key URIs, and says nothing of what it refused', async () => {
    const refused = [
      ...strangeValues,
      '',
      'https://example.com/',
      'javascript:alert(1)',
      `${uri}#`,
      uri.replace('totp', 'hotp'),
      uri.replace('secret=', 'secret=1'),
      // parseKeyUri forgives these.
      `${uri}\n`,
      uri.replace(/&issuer=[^&]*/, '&issuer='),
      uri.replace('algorithm=SHA1', 'algorithm=SHA-1'),
      uri.replace('alice', 'ali:ce'),
      uri.replace('%20', ' '),
      `${uri}&digits=6`,
      `${uri}${'&x='.padEnd(3000, 'x')}`,
    ]
    for (const value of refused) {
      const error: unknown = await draw(smuggle(value)).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(TwoFactorError)
      expect(error).toHaveProperty('code', 'ERR_KEY_URI_INVALID')
      expect(String(error)).not.toMatch(/: $/)
      expect(error).not.toHaveProperty('cause')
      expect(String(error)).not.toMatch(/alice|example\.com|alert|secret=/)
    }
  })
})

it('qrSvg and qrPng refuse options that are no object', async () => {
  for (const options of [null, 8, 'label', true]) {
    expect(await failure(qrSvg(uri, smuggle(options)))).toBe('ERR_INPUT_INVALID')
    expect(await failure(qrPng(uri, smuggle(options)))).toBe('ERR_INPUT_INVALID')
  }
})

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise
  } catch (error) {
    return error instanceof TwoFactorError ? error.code : error
  }
}

function pngMatrix(png: Uint8Array): Matrix {
  const { data, width, height } = PNG.sync.read(Buffer.from(png))
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => data[(y * width + x) * 4] === 0),
  )
}

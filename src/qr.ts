import { create } from 'qrcode/lib/core/qrcode.js'
import { TwoFactorError } from './errors.js'
import { parseKeyUri } from './otp/key-uri.js'
import { checkOptions, isIntegerWithin } from './otp/parameters.js'

/** How `qrSvg` draws. */
export interface QrSvgOptions {
  /** What a screen reader says, and the tooltip; `QR code for an authenticator app` unless said otherwise. At most 255 characters. */
  readonly label?: string | undefined
}

/** How `qrPng` draws. */
export interface QrPngOptions {
  /** How many pixels wide one module is, 1 to 32; 8 unless said otherwise. */
  readonly modulePixels?: number | undefined
}

/** Modules of light around the symbol (ISO/IEC 18004, section 9.1), without which cameras miss it. */
const quietZone = 4

// The first symbol takes the engine four times as long as the next: better a small one while this loads than all of it in a request.
create('otpauth://')

/**
 * The QR code of a key URI as an SVG document to put into a page as it is: it has no size of its own, no style, no script
 * and no reference, so the strictest content security policy lets it stand. It shows the secret: never cache or log it.
 *
 * @throws `ERR_KEY_URI_INVALID`, `ERR_LABEL_INVALID`, `ERR_INPUT_INVALID`
 */
export async function qrSvg(uri: string, options: QrSvgOptions = {}): Promise<string> {
  checkOptions(options)
  const { label = 'QR code for an authenticator app' } = options
  const text = escapeXml(label)
  const modules = drawn(uri)
  const width = modules.size + 2 * quietZone
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${width}" role="img" aria-label="${text}" shape-rendering="crispEdges">` +
    `<title>${text}</title><path fill="#fff" d="M0 0h${width}v${width}H0z"/><path fill="#000" d="${darkRuns(modules)}"/></svg>`
  )
}

/**
 * The QR code of a key URI as the bytes of a PNG image. It shows the secret: never cache or log it.
 *
 * @throws `ERR_KEY_URI_INVALID`, `ERR_MODULE_PIXELS_INVALID`, `ERR_INPUT_INVALID`
 */
export async function qrPng(uri: string, options: QrPngOptions = {}): Promise<Uint8Array> {
  checkOptions(options)
  const { modulePixels = 8 } = options
  if (!isIntegerWithin(modulePixels, 1, 32)) {
    throw new TwoFactorError('ERR_MODULE_PIXELS_INVALID', 'modulePixels must be an integer from 1 to 32')
  }
  const modules = drawn(uri)
  const width = (modules.size + 2 * quietZone) * modulePixels
  const scanlines = greyscale(modules, modulePixels, width)
  return joined([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    // One bit a pixel, greyscale, not interlaced.
    chunk('IHDR', joined([bigEndian(width), bigEndian(width), Uint8Array.of(1, 0, 0, 0, 0)])),
    chunk('IDAT', await deflated(scanlines)),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/**
 * The QR code of a key URI as lines for a terminal with 256 colours, two modules a character.
 *
 * @throws `ERR_KEY_URI_INVALID`
 */
export async function qrTerminal(uri: string): Promise<string> {
  const modules = drawn(uri)
  const end = modules.size + quietZone
  const lines: string[] = []
  for (let row = -quietZone; row < end; row += 2) {
    let line = ''
    for (let column = -quietZone; column < end; column++) {
      line += ' ▄▀█'.charAt((isDark(modules, row, column) ? 2 : 0) + (isDark(modules, row + 1, column) ? 1 : 0))
    }
    // Black and white of the 256-colour cube, because themes repaint the first sixteen.
    lines.push(`\u001b[38;5;16;48;5;231m${line}\u001b[0m\n`)
  }
  return lines.join('')
}

type Modules = ReturnType<typeof create>['modules']

/** The symbol of a key URI, and of nothing else, so that no page becomes a way to show a stranger's link. */
function drawn(uri: string): Modules {
  if (parseKeyUri(uri).changes.length > 0)
    throw new TwoFactorError('ERR_KEY_URI_INVALID', 'the key uri must be written as formatKeyUri writes it')
  return create(uri).modules
}

function isDark(modules: Modules, row: number, column: number): boolean {
  return row >= 0 && column >= 0 && row < modules.size && column < modules.size && modules.get(row, column) === 1
}

/** One rectangle of path for each run of dark modules in a row. */
function darkRuns(modules: Modules): string {
  let path = ''
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      const start = column
      while (isDark(modules, row, column)) column++
      if (column > start) path += `M${start + quietZone} ${row + quietZone}h${column - start}v1h-${column - start}z`
    }
  }
  return path
}

/**
 * The rows of a PNG image, one bit a pixel and light ones set, each after its filter byte (PNG, third edition, 7.2 and 9): 0 for
 * a row as it is, 2 for what a row adds to the one above, which is nothing within a module.
 */
function greyscale(modules: Modules, modulePixels: number, width: number): Uint8Array {
  const rowBytes = 1 + Math.ceil(width / 8)
  const rows = new Uint8Array(rowBytes * width)
  for (let y = 0; y < width; y++) {
    const offset = y * rowBytes
    if (y % modulePixels > 0) {
      rows[offset] = 2
      continue
    }
    for (let x = 0; x < width; x++) {
      const light = !isDark(modules, y / modulePixels - quietZone, Math.floor(x / modulePixels) - quietZone)
      const place = offset + 1 + (x >> 3)
      if (light) rows[place] = (rows[place] ?? 0) | (0x80 >> (x & 7))
    }
  }
  return rows
}

/** Compressed as PNG wants it (zlib, RFC 1950), by what Node, Bun, Deno, workers and browsers all have. Jest's jsdom has not. */
async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  if (typeof CompressionStream === 'undefined') return stored(bytes)
  const { writable, readable } = new CompressionStream('deflate')
  const writer = writable.getWriter()
  const [compressed] = await Promise.all([collected(readable), writer.write(bytes), writer.close()])
  return compressed
}

async function collected(readable: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of readable) parts.push(part)
  return joined(parts)
}

/** The same without compression (RFC 1951, section 3.2.4). */
function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)]
  for (let offset = 0; offset < bytes.length; offset += 0xffff) {
    const block = bytes.subarray(offset, offset + 0xffff)
    const last = offset + block.length === bytes.length ? 1 : 0
    const { length } = block
    parts.push(Uint8Array.of(last, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff), block)
  }
  return joined([...parts, bigEndian(adler32(bytes))])
}

/** The checksum of RFC 1950, section 9. */
function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0]
  for (const byte of bytes) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  return high * 0x1_0000 + low
}

/** A chunk of a PNG file (PNG, third edition, 5.3). */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const checked = joined([Uint8Array.from(type, (letter) => letter.charCodeAt(0)), data])
  return joined([bigEndian(data.length), checked, bigEndian(crc32(checked))])
}

/** The checksum of PNG, third edition, annex D. */
function crc32(bytes: Uint8Array): number {
  let register = -1
  for (const byte of bytes) {
    register ^= byte
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ ((register & 1) * 0xedb88320)
  }
  return ~register
}

function bigEndian(number: number): Uint8Array {
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

function escapeXml(label: string): string {
  if (typeof label !== 'string' || !/^[^\p{Cc}\p{Cs}\ufffe\uffff]{1,255}$/u.test(label)) {
    throw new TwoFactorError('ERR_LABEL_INVALID', 'label must be 1 to 255 characters without control characters')
  }
  return label.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

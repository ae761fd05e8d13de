import type * as QrCode from 'qrcode'
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
  const { create } = await load(uri)
  const { modules } = create(uri)
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
  const { toBuffer } = await load(uri)
  return new Uint8Array(await toBuffer(uri, { margin: quietZone, scale: modulePixels }))
}

/**
 * The QR code of a key URI as lines for a terminal with 256 colours, two modules a character.
 *
 * @throws `ERR_KEY_URI_INVALID`
 */
export async function qrTerminal(uri: string): Promise<string> {
  const { create } = await load(uri)
  const { modules } = create(uri)
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

type Modules = QrCode.BitMatrix

/** Loaded on first use, and for key URIs only, so that no page becomes a way to show a stranger's link. */
async function load(uri: string): Promise<typeof QrCode> {
  parseKeyUri(uri)
  return import('qrcode')
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

function escapeXml(label: string): string {
  if (typeof label !== 'string' || !/^[^\p{Cc}\p{Cs}\ufffe\uffff]{1,255}$/u.test(label)) {
    throw new TwoFactorError('ERR_LABEL_INVALID', 'label must be 1 to 255 characters without control characters')
  }
  return label.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

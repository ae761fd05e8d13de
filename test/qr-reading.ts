import jsQR from 'jsqr'
import { PNG } from 'pngjs'

/** The dark and light squares of a QR code, quiet zone included. */
export type Matrix = readonly (readonly boolean[])[]

const pixelsPerModule = 4

/** What a camera would read from the squares; null when it would see no QR code. */
export function readMatrix(matrix: Matrix): string | null {
  const width = (matrix[0]?.length ?? 0) * pixelsPerModule
  const height = matrix.length * pixelsPerModule
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (matrix[Math.floor(y / pixelsPerModule)]?.[Math.floor(x / pixelsPerModule)] === true)
        pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return jsQR.default(pixels, width, height)?.data ?? null
}

/** What a camera would read from a PNG image. */
export function readPng(png: Uint8Array): string | null {
  const { data, width, height } = PNG.sync.read(Buffer.from(png))
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data ?? null
}

/** The squares that an SVG of axis-aligned one-row rectangles on a white ground paints. */
export function svgMatrix(svg: string): Matrix {
  const width = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1])
  const matrix = Array.from({ length: width }, () => Array.from({ length: width }, () => false))
  const path = /<path fill="#000" d="([^"]*)"\/>/.exec(svg)?.[1] ?? ''
  const rectangles = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)]
  if (rectangles.map(([text]) => text).join('') !== path) throw new Error('the path holds more than rectangles')
  for (const [, left, top, run] of rectangles) matrix[Number(top)]?.fill(true, Number(left), Number(left) + Number(run))
  return matrix
}

/** The squares that half-block lines show, whatever their colours. */
export function terminalMatrix(text: string): Matrix {
  const lines = text
    .replaceAll(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .slice(0, -1)
  return lines.flatMap((line) => [
    Array.from(line, (block) => '▀█'.includes(block)),
    Array.from(line, (block) => '▄█'.includes(block)),
  ])
}

/** The compressed lines of a PNG image: what its chunks `IDAT` hold. */
export function pixelData(png: Uint8Array): Buffer {
  const file = Buffer.from(png)
  const parts: Buffer[] = []
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const start = at + 8
    if (file.toString('latin1', at + 4, start) === 'IDAT')
      parts.push(file.subarray(start, start + file.readUInt32BE(at)))
  }
  return Buffer.concat(parts)
}

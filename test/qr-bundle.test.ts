import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeBase32, formatKeyUri } from '../src/otp/index.js'
import { qrPng, qrSvg } from '../src/qr.js'
import { thirtyTwo } from '../tsup.config.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const secret = Uint8Array.from({ length: 20 }, (_, index) => index * 7)
const uri = formatKeyUri({ issuer: 'Example', accountName: 'alice@example.com', secret })
const program = `
  import { decodeBase32, encodeBase32, formatKeyUri } from './src/otp/index.ts'
  import { qrPng, qrSvg } from './src/qr.ts'
  const secret = decodeBase32(encodeBase32(Uint8Array.from({ length: 20 }, (_, index) => index * 7)))
  const uri = formatKeyUri({ issuer: 'Example', accountName: 'alice@example.com', secret })
  const png = Array.from(await qrPng(uri), (byte) => byte.toString(16).padStart(2, '0')).join('')
  console.log(JSON.stringify({ uri, svg: await qrSvg(uri), png }))
`

/** What a bundler makes of an application that draws key URIs, and whatever of Node's it would still ask for. */
async function bundle(): Promise<{ readonly code: string; readonly asksFor: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    plugins: [thirtyTwo],
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const asksFor = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  return { code: outputFiles[0]?.text ?? '', asksFor }
}

describe('the doors otp and qr, bundled into one ES module', () => {
  let folder: string
  let bundled: Awaited<ReturnType<typeof bundle>>
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'))
    bundled = await bundle()
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('ask for no module of Node, at once or later', () => {
    expect(bundled.asksFor).toEqual([])
    expect(bundled.code).not.toMatch(/\brequire\(["'](?:node:)?(?:fs|zlib|stream|util|assert)/)
    expect(bundled.code).not.toContain('Dynamic require')
  })

  it('draw the same, under a Node that throws for what is deprecated', async () => {
    const file = join(folder, 'bundle.mjs')
    writeFileSync(file, bundled.code)
    const printed = execFileSync(process.execPath, ['--throw-deprecation', '--pending-deprecation', file])
    const drawn = JSON.parse(printed.toString()) as Record<'uri' | 'svg' | 'png', string>
    expect(drawn.uri).toBe(uri)
    expect(drawn.svg).toBe(await qrSvg(uri))
    expect(drawn.png).toBe(Buffer.from(await qrPng(uri)).toString('hex'))
  })
})

describe('Base32 from source', () => {
  it('is silent under a Node that throws for what is deprecated, since thirty-two then lies in node_modules', () => {
    const script = `
      import thirtyTwo from 'thirty-two'
      process.stdout.write(thirtyTwo.decode(thirtyTwo.encode(Buffer.from('foobar'))))
    `
    const args = ['--throw-deprecation', '--input-type=module', '--eval', script]
    expect(execFileSync(process.execPath, args, { cwd: root }).toString()).toBe('foobar')
    expect(Buffer.from(decodeBase32('MZXW6YTBOI')).toString()).toBe('foobar')
  })
})

describe('the rewriting of thirty-two', () => {
  it('leaves the file without the constructor that it calls in four places', async () => {
    const file = join(root, 'node_modules/thirty-two/lib/thirty-two/thirty-two.js')
    expect(readFileSync(file, 'utf8').match(/new Buffer\(/g)).toHaveLength(4)
    const { outputFiles } = await build({
      entryPoints: [file],
      plugins: [thirtyTwo],
      write: false,
      logLevel: 'silent',
    })
    const rewritten = outputFiles[0]?.text ?? ''
    expect(rewritten).not.toMatch(/new Buffer/)
    expect(rewritten.match(/Buffer\.from\(/g)).toHaveLength(2)
    expect(rewritten.match(/Buffer\.alloc\(/g)).toHaveLength(2)
  })
})

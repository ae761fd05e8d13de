import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { authenticator } from '../../src/testing/index.js'
import { pageAt } from '../examples/page.js'
import { pack } from '../package/tarball.js'
import { install, root, run } from '../package/workshop.js'

// Builds the example of Next.js over the packed tarball, and signs in and pays on it over HTTP: npm run consumers:next

const PASSWORD = 'of this run'

interface NextManifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-next-'))
try {
  const example = build(folder)
  await serve(folder, example)
  console.log('next: all well')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Gives the folder of the example, built. */
function build(folder: string): string {
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  const example = join(folder, 'examples/frameworks/next')
  const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')) as NextManifest
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  install('Next.js', folder, [pack(folder), ...wanted.map(([name, range]) => `${name}@${range}`)])
  run('next build', 'npm', ['run', 'build'], example)
  return example
}

async function serve(folder: string, example: string): Promise<void> {
  const next = join(folder, 'node_modules/next/dist/bin/next')
  // Port 0 is any that is free; the origin only has to be what the page says that it is.
  const origin = 'http://localhost:3000'
  const server = spawn(process.execPath, [next, 'start', '--hostname', 'localhost', '--port', '0'], {
    cwd: example,
    env: { ...process.env, ORIGIN: origin, PORTAL_PASSWORD: PASSWORD, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await signInAndPay(await addressOf(createInterface({ input: server.stdout })), origin)
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

async function addressOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [address] = /http:\/\/localhost:\d+/.exec(line) ?? []
    if (address !== undefined) return address
  }
  throw new Error('next start said no address')
}

/** The app's codes of three periods, the one before, this one and the next, are good at once, so that nothing waits. */
async function signInAndPay(address: string, origin: string): Promise<void> {
  const page = pageAt(address, origin)
  const front = await page.get('/')
  assert.equal(front.body['text'], readFileSync(join(root, 'examples/frameworks/front-end/index.html'), 'utf8'))
  assert.match((await fetch(address)).headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src/)

  const password = { email: 'ada@portal.example', password: PASSWORD }
  assert.equal((await page.post('/auth/sign-in', password, { origin: 'https://evil.example' })).status, 403)
  assert.equal((await page.post('/auth/sign-in', { ...password, password: 'x' })).body['status'], 'wrong-password')
  assert.equal((await page.post('/auth/sign-in', password)).body['status'], 'signed-in')
  const app = authenticator(String((await page.post('/auth/enrol/app')).body['uri']))
  const codeAt = (period: number): string => app.code(Date.now() + period * 30_000)
  const confirmed = await page.post('/auth/enrol/confirm', { code: codeAt(-1) })
  assert.equal((confirmed.body['recoveryCodes'] as unknown[]).length, 10)

  await page.post('/auth/sign-out')
  assert.equal((await page.post('/auth/sign-in', password)).body['status'], 'challenged')
  assert.equal((await page.get('/auth/account')).status, 401)
  const verified = await page.post('/auth/sign-in/verify', { code: codeAt(0), trustDevice: true, deviceName: 'x' })
  assert.equal(verified.body['status'], 'signed-in')
  assert.ok(verified.cookies.some((line) => line.endsWith('; HttpOnly; SameSite=Strict; Max-Age=2592000')))

  const payment = { amount: 100, payee: 'Bob' }
  assert.equal((await page.post('/payments', { amount: 0 })).status, 400)
  assert.equal((await page.post('/payments', payment)).body['status'], 'challenged')
  const secondFactor = { code: codeAt(1) }
  assert.deepEqual((await page.post('/payments', { ...payment, secondFactor })).body, { status: 'paid', count: 1 })
  assert.equal((await page.post('/payments', { ...payment, secondFactor })).body['reason'], 'settled')
}

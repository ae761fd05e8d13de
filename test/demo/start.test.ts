import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-ports.js'
import { BEN } from './steps.js'
import { Visitor } from './visitor.js'

describe('npm start', () => {
  let folder: string
  let demo: ChildProcess
  let port: number
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-start-'))
    port = await freePort()
    const env = { ...process.env, DEMO_DATA: folder, PORT: String(port), DATABASE_URL: '', REDIS_URL: '' }
    demo = spawn('npm', ['start'], { env, stdio: 'ignore', detached: true })
  })
  afterEach(async () => {
    const ended = once(demo, 'exit')
    if (demo.pid !== undefined) process.kill(-demo.pid, 'SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  })

  test('serves the browser that was waiting at the door', async () => {
    const page = await firstPage(port)
    expect(page.statusCode).toBe(303)
    expect(page.headers.location).toBe('/sign-in')
  })

  test('has all that a sign-in by text takes, whoever starts it', async () => {
    await firstPage(port)
    const origin = `http://127.0.0.1:${port}`
    const texted = async (): Promise<string> =>
      /\b\d{6}\b/.exec((await new Visitor(origin).get('/phone')).html)?.[0] ?? 'no text'
    const visitor = new Visitor(origin)
    await visitor.follow(await visitor.signIn(BEN))
    await visitor.get('/enrol/text')
    await visitor.submit('/enrol/text', { country: 'US', number: '415 555 0123' })
    const codes = await visitor.submit('/enrol/text/code', { code: await texted() })
    expect(codes.html).toContain('recovery codes')
    await visitor.submit('/recovery-codes')

    const elsewhere = new Visitor(origin)
    const asked = await elsewhere.follow(await elsewhere.signIn(BEN))
    expect(asked.html).toContain('Enter your code')
    const home = await elsewhere.submit('/sign-in/code', { code: await texted() })
    expect(home.html).toContain('Good day, Ben Carter')
  })
})

/** What the port answers to whoever knocks until somebody opens. */
async function firstPage(port: number): Promise<IncomingMessage> {
  for (;;) {
    try {
      const request = get({ host: '127.0.0.1', port, agent: false })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.resume()
      return response
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error
    }
  }
}

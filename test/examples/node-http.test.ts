import { createServer } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { toListener } from '../../examples/frameworks/node-http.js'
import { readForm } from '../../examples/frameworks/web/json.js'
import { listen } from './open-site.js'
import { pageAt } from './page.js'

const failOnError = (error: unknown): void => {
  throw error
}

/** What comes back for bytes that no client of HTTP would send. */
async function sendRaw(address: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.end(request)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

it('the listener answers a fault with 500, and tells the log alone', async () => {
  const errors: unknown[] = []
  const failing = toListener(
    async () => Promise.reject(new Error('a secret')),
    (error) => errors.push(error),
  )
  expect(await pageAt(await listen(createServer(failing))).post('/')).toEqual({
    status: 500,
    body: { text: '' },
    cookies: [],
  })
  expect(errors).toEqual([new Error('a secret')])
})

it('the listener hands over method, path, headers, body and connection, and each cookie as a line', async () => {
  const echo = toListener(async (request, { socket }) => {
    const headers = new Headers()
    for (const line of ['a=1; Path=/', 'b=2; Path=/']) headers.append('set-cookie', line)
    const { method, url } = request
    const body = { method, url, origin: request.headers.get('origin'), form: await readForm(request) }
    return Response.json({ ...body, address: socket.remoteAddress }, { status: 201, headers })
  }, failOnError)
  const page = pageAt(await listen(createServer(echo)))
  expect(await page.post('/a?b=c', { d: 'é' })).toEqual({
    status: 201,
    body: {
      method: 'POST',
      url: 'http://localhost/a?b=c',
      origin: 'https://portal.example',
      form: { d: 'é' },
      address: '127.0.0.1',
    },
    cookies: ['a=1; Path=/', 'b=2; Path=/'],
  })
})

it('the listener closes a connection whose body it did not read to its end', async () => {
  const listener = toListener(async (request) => {
    const form = await readForm(request)
    return form instanceof Response ? form : Response.json(form)
  }, failOnError)
  const address = await listen(createServer(listener))
  const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n`
  const answer = await sendRaw(address, head + 'x'.repeat(100_000))
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).toMatch(/connection: close/i)
})

it('the listener answers an address that is none with 400', async () => {
  const listener = toListener(async () => Response.json({}), failOnError)
  const answer = await sendRaw(await listen(createServer(listener)), 'GET //:x HTTP/1.1\r\nhost: x\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
})

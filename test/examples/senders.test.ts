import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { failover, SmsDeliveryError, type SmsDeliveryFailure, type SmsMessage, type SmsSender } from 'countersign'
import { describe, expect, it, onTestFinished } from 'vitest'
import { snsSender, type SnsClient } from '../../examples/senders/sns.js'
import { twilioSender, type TwilioOptions } from '../../examples/senders/twilio.js'
import { vonageSender, type VonageOptions } from '../../examples/senders/vonage.js'
import { must } from '../support/outcome.js'
import { makeWorld } from '../support/world.js'

interface Received {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly form: Readonly<Record<string, string>>
}

interface Provider {
  readonly baseUrl: string
  readonly received: readonly Received[]
}

type Reply =
  | { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> }
  | 'hang'
  | 'hang up'
  | 'stop halfway'

const TEXT = '482913 is your Acme sign-in code.\n\n@acme.example #482913'
const NUMBER = '+14155550123'

function message(overrides: Partial<SmsMessage> = {}): SmsMessage {
  const expiresAt = Date.UTC(2026, 0, 15, 12)
  const signal = new AbortController().signal
  return {
    to: NUMBER,
    channel: 'sms',
    text: TEXT,
    language: 'en',
    code: '482913',
    purpose: 'sign-in',
    expiresAt,
    idempotencyKey: 'c-1.1',
    signal,
    ...overrides,
  }
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Imitates a provider that answers everything alike. `onRequest` hears of each request once it is read. */
async function provider(reply: Reply, onRequest: () => void = () => undefined): Promise<Provider> {
  const received: Received[] = []
  const baseUrl = await listen((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { method, url: path, headers } = request
      received.push({ method, path, headers, form: Object.fromEntries(new URLSearchParams(text)) })
      onRequest()
      if (reply === 'hang') return
      if (reply === 'hang up') return void request.socket.destroy()
      if (reply === 'stop halfway')
        return void response.writeHead(200, { 'content-length': '100' }).write('{"si', () => request.socket.destroy())
      response
        .writeHead(reply.status, reply.headers)
        .end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
    })
  })
  return { baseUrl, received }
}

const twilio = (baseUrl: string, options: Partial<TwilioOptions> = {}): SmsSender =>
  twilioSender({ accountSid: 'AC1', apiKey: { sid: 'SK1', secret: 'hush' }, from: '+15005550006', baseUrl, ...options })
const vonage = (baseUrl: string, options: Partial<VonageOptions> = {}): SmsSender =>
  vonageSender({ apiKey: 'abcd1234', apiSecret: 'hush', from: 'Acme', baseUrl, ...options })
const sns = (publish: SnsClient['publish'], options: { senderId?: string } = {}): SmsSender =>
  snsSender({ client: { publish }, ...options })

const TAKEN_BY_TWILIO: Reply = { status: 201, body: { sid: 'SM1', status: 'queued', error_code: null } }
const TAKEN_BY_VONAGE: Reply = {
  status: 200,
  body: { 'message-count': '1', messages: [{ to: '14155550123', 'message-id': 'm', status: '0' }] },
}

/** Why a text was not accepted; `unnamed` for anything but an `SmsDeliveryError`. What is thrown must not repeat the text. */
async function failureOf(sending: Promise<void>): Promise<SmsDeliveryFailure | 'unnamed'> {
  const error = await sending.then(
    () => {
      throw new Error('the text was accepted')
    },
    (thrown: unknown) => thrown as Error,
  )
  expect(error.cause).toBeUndefined()
  expect(`${error.message} ${error.stack ?? ''}`).not.toMatch(/482913|4155550123|hush/)
  return error instanceof SmsDeliveryError ? error.reason : 'unnamed'
}

describe.each([
  ['twilio', twilio],
  ['vonage', vonage],
])('any sender over HTTP (%s)', (_name, sender) => {
  it.each<[SmsDeliveryFailure, number]>([
    ['throttled', 429],
    ['transient', 500],
    ['transient', 503],
    ['timeout', 504],
    ['rejected', 401],
    ['rejected', 404],
  ])('says %s for HTTP %i, whatever the page is', async (reason, status) => {
    const { baseUrl } = await provider({ status, body: '<html>' })
    expect(await failureOf(sender(baseUrl).send(message()))).toBe(reason)
  })

  it('follows no redirect: the form goes to one host', async () => {
    const other = await provider(TAKEN_BY_TWILIO)
    const { baseUrl } = await provider({ status: 307, body: '', headers: { location: other.baseUrl } })
    expect(await failureOf(sender(baseUrl).send(message()))).toBe('rejected')
    expect(other.received).toEqual([])
  })

  it('ends a request that hangs when the message is aborted', async () => {
    const abortion = new AbortController()
    const { baseUrl, received } = await provider('hang', () => {
      abortion.abort()
    })
    expect(await failureOf(sender(baseUrl).send(message({ signal: abortion.signal })))).toBe('timeout')
    expect(received).toHaveLength(1)
  })

  it('ends a request that hangs at its own limit', async () => {
    const { baseUrl } = await provider('hang')
    expect(await failureOf(sender(baseUrl, { timeoutSeconds: 0.02 }).send(message()))).toBe('timeout')
  })

  it.each(['hang up', 'stop halfway'] as const)(
    'does not call it not taken when the provider does this: %s',
    async (reply) => {
      const { baseUrl } = await provider(reply)
      expect(await failureOf(sender(baseUrl).send(message()))).toBe('timeout')
    },
  )

  it('knows that nothing was taken where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect(await failureOf(sender(`http://127.0.0.1:${port}`).send(message()))).toBe('transient')
  })

  it.each(['', 'OK', 'null', '[]', '{"messages":"x"}', '{"messages":[{"status":"__proto__"}]}', '{"sid":1}'])(
    'names no reason for an answer that it does not understand: %s',
    async (body) => {
      const { baseUrl } = await provider({ status: sender === twilio ? 201 : 200, body })
      expect(await failureOf(sender(baseUrl).send(message()))).toBe('unnamed')
    },
  )
})

describe('the Twilio sender', () => {
  it('posts the text unchanged to the Messages resource', async () => {
    const { baseUrl, received } = await provider(TAKEN_BY_TWILIO)
    await twilio(baseUrl).send(message())
    expect(received).toMatchObject([{ method: 'POST', path: '/2010-04-01/Accounts/AC1/Messages.json' }])
    expect(received[0]?.form).toEqual({ To: NUMBER, From: '+15005550006', Body: TEXT })
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('SK1:hush').toString('base64')}`)
  })

  it('sends from a messaging service by its SID', async () => {
    const { baseUrl, received } = await provider(TAKEN_BY_TWILIO)
    const from = `MG${'0a'.repeat(16)}`
    await twilio(baseUrl, { from }).send(message())
    expect(received[0]?.form).toMatchObject({ MessagingServiceSid: from })
    expect(received[0]?.form).not.toHaveProperty('From')
  })

  it.each<[SmsDeliveryFailure, number, number]>([
    ['opted-out', 400, 21610],
    ['unreachable', 400, 21211],
    ['unreachable', 400, 21614],
    ['unreachable', 400, 21635],
    ['throttled', 429, 20429],
    ['throttled', 400, 21611],
    ['throttled', 400, 63038],
    ['rejected', 401, 20003],
    ['rejected', 400, 21408],
  ])('says %s for HTTP %i with code %i', async (reason, status, code) => {
    const { baseUrl } = await provider({
      status,
      body: { code, message: `to ${NUMBER}: ${TEXT}`, more_info: '', status },
    })
    expect(await failureOf(twilio(baseUrl).send(message()))).toBe(reason)
  })

  it('believes a message that was made and has failed at once', async () => {
    const { baseUrl } = await provider({ status: 201, body: { sid: 'SM1', status: 'failed', error_code: 30005 } })
    expect(await failureOf(twilio(baseUrl).send(message()))).toBe('unreachable')
  })
})

describe('the Vonage sender', () => {
  it('posts the text unchanged, with the number in digits and the idempotency key as reference', async () => {
    const { baseUrl, received } = await provider(TAKEN_BY_VONAGE)
    await vonage(baseUrl).send(message())
    const form = {
      api_key: 'abcd1234',
      api_secret: 'hush',
      from: 'Acme',
      to: '14155550123',
      type: 'text',
      text: TEXT,
      'client-ref': 'c-1.1',
    }
    expect(received).toMatchObject([{ method: 'POST', path: '/sms/json', form }])
  })

  it.each<[SmsDeliveryFailure, string]>([
    ['throttled', '1'],
    ['rejected', '4'],
    ['transient', '5'],
    ['unreachable', '6'],
    ['unreachable', '7'],
    ['rejected', '9'],
    ['unreachable', '33'],
    ['rejected', '99'],
  ])('says %s for status %s, which comes with HTTP 200', async (reason, status) => {
    const { baseUrl } = await provider({
      status: 200,
      body: { 'message-count': '1', messages: [{ status, 'error-text': TEXT }] },
    })
    expect(await failureOf(vonage(baseUrl).send(message()))).toBe(reason)
  })
})

describe('the Vonage sender with texts of several segments', () => {
  const answer = (...statuses: readonly string[]): Reply => ({
    status: 200,
    body: { 'message-count': String(statuses.length), messages: statuses.map((status) => ({ status })) },
  })

  it('is content when all of them were taken', async () => {
    const { baseUrl, received } = await provider(answer('0', '0'))
    await vonage(baseUrl).send(message())
    expect(received).toHaveLength(1)
  })

  it('does not say that nothing was taken when some of them were', async () => {
    const { baseUrl } = await provider(answer('0', '1'))
    expect(await failureOf(vonage(baseUrl).send(message()))).toBe('unnamed')
  })

  it('asks for Unicode where the application writes it', async () => {
    const { baseUrl, received } = await provider(TAKEN_BY_VONAGE)
    await vonage(baseUrl, { alphabet: 'unicode' }).send(message())
    expect(received[0]?.form).toMatchObject({ type: 'unicode', text: TEXT })
  })
})

describe('the SNS sender', () => {
  const failing = (error: object): SmsSender =>
    sns(() => Promise.reject(Object.assign(new Error(`to ${NUMBER}: ${TEXT}`), error)))

  it('publishes a transactional text, with the sender name that was chosen', async () => {
    const inputs: unknown[] = []
    const publish: SnsClient['publish'] = async (input) => ({ MessageId: String(inputs.push(input)) })
    await sns(publish).send(message())
    await sns(publish, { senderId: 'ACME' }).send(message())
    const kind = { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } }
    const name = { 'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: 'ACME' } }
    expect(inputs).toEqual([
      { PhoneNumber: NUMBER, Message: TEXT, MessageAttributes: kind },
      { PhoneNumber: NUMBER, Message: TEXT, MessageAttributes: { ...kind, ...name } },
    ])
  })

  // Names, statuses and codes as @aws-sdk/client-sns 3 gave them for these answers of a server.
  it.each<[SmsDeliveryFailure | 'unnamed', object]>([
    ['opted-out', { name: 'OptedOutException', $metadata: { httpStatusCode: 400 } }],
    [
      'unreachable',
      {
        name: 'InvalidParameterException',
        message: 'Invalid parameter: PhoneNumber',
        $metadata: { httpStatusCode: 400 },
      },
    ],
    [
      'rejected',
      { name: 'InvalidParameterException', message: 'Invalid parameter: Message', $metadata: { httpStatusCode: 400 } },
    ],
    ['rejected', { name: 'AuthorizationErrorException', $metadata: { httpStatusCode: 403 } }],
    ['throttled', { name: 'ThrottledException', $metadata: { httpStatusCode: 429 } }],
    ['throttled', { name: 'Throttling', $metadata: { httpStatusCode: 400 } }],
    ['transient', { name: 'InternalErrorException', $metadata: { httpStatusCode: 500 } }],
    ['transient', { name: 'Error', code: 'ECONNREFUSED', $metadata: { attempts: 1 } }],
    ['timeout', { name: 'AbortError' }],
    ['unnamed', { name: 'Error', $metadata: { httpStatusCode: 200 } }],
  ])('says %s for %o', async (reason, error) => {
    expect(await failureOf(failing(error).send(message()))).toBe(reason)
  })

  it('hands the signal on', async () => {
    const abortion = new AbortController()
    const sending = sns(async (_input, { abortSignal }) => {
      abortion.abort()
      abortSignal.throwIfAborted()
      return {}
    }).send(message({ signal: abortion.signal }))
    expect(await failureOf(sending)).toBe('timeout')
  })

  it('names no reason when there is no message id', async () => {
    expect(await failureOf(sns(async () => ({})).send(message()))).toBe('unnamed')
  })
})

describe('senders in a failover', () => {
  it('sends the same message by the next provider when the first has taken nothing', async () => {
    const first = await provider({ status: 503, body: '' })
    const second = await provider(TAKEN_BY_VONAGE)
    await failover([twilio(first.baseUrl), vonage(second.baseUrl)]).send(message())
    expect(first.received).toHaveLength(1)
    expect(second.received).toMatchObject([{ form: { text: TEXT, 'client-ref': 'c-1.1' } }])
  })

  it('stops where another provider would not help', async () => {
    const first = await provider({ status: 400, body: { code: 21610 } })
    const second = await provider(TAKEN_BY_VONAGE)
    expect(await failureOf(failover([twilio(first.baseUrl), vonage(second.baseUrl)]).send(message()))).toBe('opted-out')
    expect(second.received).toEqual([])
  })

  it('leaves a provider that hangs behind at its own limit, where the host chose so', async () => {
    const first = await provider('hang')
    const second = await provider(TAKEN_BY_VONAGE)
    const senders = [twilio(first.baseUrl, { timeoutSeconds: 0.02 }), vonage(second.baseUrl)]
    await failover(senders, { onTimeout: 'next' }).send(message())
    expect(second.received).toHaveLength(1)
    expect(await failureOf(failover(senders).send(message()))).toBe('timeout')
    expect(second.received).toHaveLength(1)
  })
})

describe('a sender in the application', () => {
  it('texts the code that confirms the number', async () => {
    const { baseUrl, received } = await provider(TAKEN_BY_TWILIO)
    const { twoFactor } = makeWorld({ texts: { sender: twilio(baseUrl) } })
    const { enrolmentId, delivery } = must(
      await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: NUMBER }),
      'started',
    )
    expect(delivery.status).toBe('sent')
    const code = /^\d{6}/.exec(received[0]?.form['Body'] ?? '')?.[0] ?? ''
    must(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'confirmed')
  })

  it('tells the caller that the number has opted out', async () => {
    const { baseUrl } = await provider({ status: 400, body: { code: 21610 } })
    const { twoFactor } = makeWorld({ texts: { sender: twilio(baseUrl) } })
    const { delivery } = must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: NUMBER }), 'started')
    expect(delivery).toEqual({ status: 'not-sent', reason: 'opted-out', retryAt: null })
  })
})

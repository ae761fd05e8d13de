import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { failover, SmsDeliveryError, type SmsDeliveryFailure, type SmsMessage, type SmsSender } from 'countersign'
import { describe, expect, it, onTestFinished } from 'vitest'
import { awsSmsVoiceSender, type AwsSmsVoiceClient } from '../../examples/senders/aws-sms-voice.js'
import { birdSender, type BirdOptions } from '../../examples/senders/bird.js'
import { plivoSender, type PlivoOptions } from '../../examples/senders/plivo.js'
import { snsSender, type SnsClient } from '../../examples/senders/sns.js'
import { telnyxSender, type TelnyxOptions } from '../../examples/senders/telnyx.js'
import { twilioVerifySender, type TwilioVerifyOptions } from '../../examples/senders/twilio-verify.js'
import { twilioSender, type TwilioOptions } from '../../examples/senders/twilio.js'
import { vonageSender, type VonageOptions } from '../../examples/senders/vonage.js'
import { must } from '../support/outcome.js'
import { makeWorld } from '../support/world.js'

interface Received {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly form: Readonly<Record<string, string>>
  readonly text: string
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
      received.push({ method, path, headers, form: Object.fromEntries(new URLSearchParams(text)), text })
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
const telnyx = (baseUrl: string, options: Partial<TelnyxOptions> = {}): SmsSender =>
  telnyxSender({ apiKey: 'KEY-hush', from: '+15005550006', baseUrl, ...options })
const plivo = (baseUrl: string, options: Partial<PlivoOptions> = {}): SmsSender =>
  plivoSender({ authId: 'MA1', authToken: 'hush', from: 'Acme', baseUrl, ...options })
const bird = (baseUrl: string, options: Partial<BirdOptions> = {}): SmsSender =>
  birdSender({ apiKey: 'bk_eu1_hush', from: 'Acme', baseUrl, ...options })
const verify = (baseUrl: string, options: Partial<TwilioVerifyOptions> = {}): SmsSender =>
  twilioVerifySender({ serviceSid: 'VA1', apiKey: { sid: 'SK1', secret: 'hush' }, baseUrl, ...options })
const sns = (publish: SnsClient['publish'], options: { senderId?: string } = {}): SmsSender =>
  snsSender({ client: { publish }, ...options })

const TAKEN_BY_TWILIO: Reply = { status: 201, body: { sid: 'SM1', status: 'queued', error_code: null } }
const TAKEN_BY_VONAGE: Reply = {
  status: 200,
  body: { 'message-count': '1', messages: [{ to: '14155550123', 'message-id': 'm', status: '0' }] },
}

const JSON_TYPE = { 'content-type': 'application/json' }

function jsonOf(received: readonly Received[]): unknown {
  return JSON.parse(received[0]?.text ?? '')
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
  ['twilio', twilio, 201],
  ['twilio verify', verify, 201],
  ['vonage', vonage, 200],
  ['telnyx', telnyx, 200],
  ['plivo', plivo, 202],
  ['bird', bird, 202],
])('any sender over HTTP (%s)', (_name, sender, accepted) => {
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

  it.each([
    '',
    'OK',
    'null',
    '[]',
    '{"messages":"x"}',
    '{"messages":[{"status":"__proto__"}]}',
    '{"sid":1,"id":1,"data":{"id":1},"message_uuid":[1]}',
  ])('names no reason for an answer that it does not understand: %s', async (body) => {
    const { baseUrl } = await provider({ status: accepted, body })
    expect(await failureOf(sender(baseUrl).send(message()))).toBe('unnamed')
  })
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

describe('the Telnyx sender', () => {
  const taken: Reply = { status: 200, body: { data: { id: 'm', to: [{ status: 'queued' }], errors: [] } } }

  it('posts the text unchanged, as GSM-7 that is', async () => {
    const { baseUrl, received } = await provider(taken)
    await telnyx(baseUrl).send(message())
    expect(received).toMatchObject([
      { method: 'POST', path: '/v2/messages', headers: { authorization: 'Bearer KEY-hush', ...JSON_TYPE } },
    ])
    expect(jsonOf(received)).toEqual({ from: '+15005550006', to: NUMBER, text: TEXT, encoding: 'gsm7' })
  })

  it('leaves the encoding of Unicode to the messaging profile', async () => {
    const { baseUrl, received } = await provider(taken)
    await telnyx(baseUrl, { alphabet: 'unicode', messagingProfileId: 'p' }).send(message())
    expect(jsonOf(received)).toEqual({ from: '+15005550006', to: NUMBER, text: TEXT, messaging_profile_id: 'p' })
  })

  it.each<[SmsDeliveryFailure, number, string]>([
    ['opted-out', 400, '40300'],
    ['opted-out', 403, '40300'],
    ['unreachable', 400, '40310'],
    ['throttled', 429, '10011'],
    ['throttled', 400, '40318'],
    ['rejected', 400, '40309'],
    ['rejected', 401, '10009'],
    ['transient', 500, '10007'],
  ])('says %s for HTTP %i with code %s', async (reason, status, code) => {
    const { baseUrl } = await provider({ status, body: { errors: [{ code, title: TEXT, detail: NUMBER }] } })
    expect(await failureOf(telnyx(baseUrl).send(message()))).toBe(reason)
  })
})

describe('the Plivo sender', () => {
  const taken = { message: 'message(s) queued', message_uuid: ['m'], api_id: 'a' }

  it('posts the text unchanged to the Message resource', async () => {
    const { baseUrl, received } = await provider({ status: 202, body: taken })
    await plivo(baseUrl).send(message())
    const authorization = `Basic ${Buffer.from('MA1:hush').toString('base64')}`
    expect(received).toMatchObject([
      { method: 'POST', path: '/v1/Account/MA1/Message/', headers: { authorization, ...JSON_TYPE } },
    ])
    expect(jsonOf(received)).toEqual({ src: 'Acme', dst: NUMBER, text: TEXT })
  })

  it.each<[SmsDeliveryFailure | 'unnamed', number, object]>([
    ['unreachable', 202, { ...taken, invalid_number: ['14155550123'] }],
    ['rejected', 400, { error: `${NUMBER} is wrong` }],
    ['rejected', 403, { error: 'geo permissions' }],
    ['throttled', 429, { error: 'rate_limit_exceeded' }],
    ['unnamed', 200, taken],
    ['unnamed', 202, { ...taken, message_uuid: [] }],
  ])('says %s for HTTP %i with %o', async (reason, status, body) => {
    const { baseUrl } = await provider({ status, body })
    expect(await failureOf(plivo(baseUrl).send(message()))).toBe(reason)
  })
})

describe('the Bird sender', () => {
  it('posts the text unchanged, with the idempotency key', async () => {
    const { baseUrl, received } = await provider({ status: 202, body: { id: 'm', status: 'accepted' } })
    await bird(baseUrl).send(message())
    const headers = { authorization: 'Bearer bk_eu1_hush', 'idempotency-key': 'c-1.1', ...JSON_TYPE }
    expect(received).toMatchObject([{ method: 'POST', path: '/v1/sms/messages', headers }])
    expect(jsonOf(received)).toEqual({ from: 'Acme', to: NUMBER, text: TEXT, category: 'authentication' })
  })

  it('refuses a key that names no region, for then it has no host', () => {
    expect(() => birdSender({ apiKey: 'hush', from: 'Acme' })).toThrow('names no region')
    expect(birdSender({ apiKey: 'bk_eu1_hush', from: 'Acme' }).send).toBeTypeOf('function')
  })

  it.each<[SmsDeliveryFailure, number, object]>([
    ['unreachable', 422, { error: { name: 'SMSInvalidRecipient', message: NUMBER } }],
    ['rejected', 422, { error: { name: 'SMSSenderNotConfigured' } }],
    ['rejected', 402, { error: { type: 'billing_error' } }],
    ['rejected', 409, { error: { type: 'conflict_error' } }],
    ['throttled', 429, { error: { type: 'rate_limit_error' } }],
    ['transient', 503, { error: { type: 'service_unavailable_error' } }],
    ['opted-out', 202, { id: 'm', status: 'rejected', last_error: { code: 'recipient_opted_out' } }],
    ['unreachable', 202, { id: 'm', status: 'rejected', last_error: { code: 'landline_unreachable' } }],
    ['unreachable', 202, { id: 'm', status: 'rejected', last_error: { code: 'invalid_destination' } }],
    ['rejected', 202, { id: 'm', status: 'rejected', last_error: null }],
  ])('says %s for HTTP %i with %o', async (reason, status, body) => {
    const { baseUrl } = await provider({ status, body })
    expect(await failureOf(bird(baseUrl).send(message()))).toBe(reason)
  })
})

describe('the Twilio Verify sender', () => {
  const taken: Reply = { status: 201, body: { sid: 'VE1', status: 'pending' } }

  it.each(['sms', 'voice'] as const)(
    'has Twilio put the code into words (%s), and tells which verification it is',
    async (channel) => {
      const { baseUrl, received } = await provider(taken)
      const started: unknown[] = []
      const sender = verify(baseUrl, { onStarted: (...of) => started.push(of) })
      const sent = message({ channel })
      await sender.send(sent)
      expect(sender.channels).toContain(channel)
      expect(received).toMatchObject([{ method: 'POST', path: '/v2/Services/VA1/Verifications' }])
      expect(received[0]?.form).toEqual({
        To: NUMBER,
        Channel: channel === 'sms' ? 'sms' : 'call',
        CustomCode: '482913',
      })
      expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('SK1:hush').toString('base64')}`)
      expect(started).toEqual([['VE1', sent]])
    },
  )

  it.each<[string, Partial<SmsMessage>]>([
    ['a notice', { purpose: 'notice', code: null }],
    ['a step-up', { purpose: 'step-up' }],
  ])('leaves %s to a sender that sends its text', async (_name, overrides) => {
    const first = await provider(taken)
    const second = await provider(TAKEN_BY_VONAGE)
    await failover([verify(first.baseUrl), vonage(second.baseUrl)]).send(message(overrides))
    expect(first.received).toEqual([])
    expect(second.received).toMatchObject([{ form: { text: TEXT } }])
  })

  it.each<[SmsDeliveryFailure, number, number, string]>([
    ['unreachable', 400, 60200, 'Invalid parameter: To'],
    ['unreachable', 400, 60200, `Invalid parameter \`To\`: ${NUMBER}`],
    ['rejected', 400, 60200, 'Invalid parameter: Token'],
    ['rejected', 400, 60200, 'Invalid parameter: Channel'],
    ['unreachable', 403, 60205, 'a landline'],
    ['unreachable', 400, 60006, 'not in service'],
    ['throttled', 429, 60203, 'Max send attempts reached'],
    ['throttled', 429, 60212, 'Too many concurrent requests'],
    ['rejected', 403, 60605, 'geo permissions'],
    ['rejected', 429, 60410, 'Fraud Guard'],
    ['rejected', 403, 60238, 'blocked'],
  ])('says %s for HTTP %i with code %i: %s', async (reason, status, code, text) => {
    const { baseUrl } = await provider({ status, body: { code, message: text, status } })
    expect(await failureOf(verify(baseUrl).send(message()))).toBe(reason)
  })
})

describe('the AWS End User Messaging sender', () => {
  const sender = (sendTextMessage: AwsSmsVoiceClient['sendTextMessage'], from?: string): SmsSender =>
    awsSmsVoiceSender({ client: { sendTextMessage }, ...(from !== undefined && { from }) })

  it('sends a transactional text, from the identity that was chosen', async () => {
    const inputs: unknown[] = []
    const send: AwsSmsVoiceClient['sendTextMessage'] = async (input) => ({ MessageId: String(inputs.push(input)) })
    await sender(send).send(message())
    await sender(send, 'pool-1').send(message())
    const input = { DestinationPhoneNumber: NUMBER, MessageBody: TEXT, MessageType: 'TRANSACTIONAL' }
    expect(inputs).toEqual([input, { ...input, OriginationIdentity: 'pool-1' }])
  })

  const answer = (httpStatusCode: number, error: object): object => ({ $metadata: { httpStatusCode }, ...error })
  const invalid = (Reason: string, Name: string): object =>
    answer(400, { name: 'ValidationException', Reason, Fields: [{ Name, Message: NUMBER }] })

  it.each<[SmsDeliveryFailure | 'unnamed', object]>([
    ['opted-out', answer(400, { name: 'ConflictException', Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' })],
    ['rejected', answer(400, { name: 'ConflictException', Reason: 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED' })],
    ['unreachable', invalid('INVALID_PARAMETER', 'DestinationPhoneNumber')],
    ['unreachable', invalid('FIELD_VALIDATION_FAILED', 'destinationPhoneNumber')],
    ['rejected', invalid('INVALID_PARAMETER', 'MessageBody')],
    ['rejected', invalid('DESTINATION_COUNTRY_BLOCKED', 'DestinationPhoneNumber')],
    ['rejected', answer(400, { name: 'ValidationException', Reason: 'INVALID_PARAMETER', Fields: [null] })],
    ['rejected', answer(400, { name: 'AccessDeniedException', Reason: 'ACCOUNT_DISABLED' })],
    ['throttled', answer(400, { name: 'ThrottlingException' })],
    [
      'throttled',
      answer(400, { name: 'ServiceQuotaExceededException', Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' }),
    ],
    ['transient', answer(500, { name: 'InternalServerException' })],
    ['transient', { name: 'Error', code: 'ENOTFOUND', $metadata: { attempts: 1 } }],
    ['timeout', { name: 'AbortError' }],
    ['unnamed', answer(200, { name: 'SyntaxError' })],
  ])('says %s for %o', async (reason, error) => {
    const failing = sender(() => Promise.reject(Object.assign(new Error(`to ${NUMBER}: ${TEXT}`), error)))
    expect(await failureOf(failing.send(message()))).toBe(reason)
  })

  it('ends a call that hangs at its own limit', async () => {
    const hanging: AwsSmsVoiceClient['sendTextMessage'] = (_input, { abortSignal }) =>
      new Promise((_resolve, reject) => {
        abortSignal.addEventListener('abort', () => {
          reject(abortSignal.reason as Error)
        })
      })
    const slow = awsSmsVoiceSender({ client: { sendTextMessage: hanging }, timeoutSeconds: 0.02 })
    expect(await failureOf(slow.send(message()))).toBe('timeout')
  })

  it('names no reason when there is no message id', async () => {
    expect(await failureOf(sender(async () => ({})).send(message()))).toBe('unnamed')
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

import { SmsDeliveryError, type SmsDeliveryFailure, type SmsSender } from 'countersign'
import { reasonOfFault, reasonOfStatus, withLimit } from './post-form.js'

interface Attribute {
  readonly DataType: 'String'
  readonly StringValue: string
}

/** What is used of `new SNS({ region, maxAttempts: 1 })` from `@aws-sdk/client-sns`. One attempt: a second may text twice. */
export interface SnsClient {
  publish(
    input: {
      readonly PhoneNumber: string
      readonly Message: string
      readonly MessageAttributes: Record<string, Attribute>
    },
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{ readonly MessageId?: string | undefined }>
}

export interface SnsOptions {
  readonly client: SnsClient
  /** Up to 11 letters and digits, where the country allows a name. */
  readonly senderId?: string
  readonly timeoutSeconds?: number
}

const REASONS: ReadonlyMap<unknown, SmsDeliveryFailure> = new Map([
  ['OptedOutException', 'opted-out'],
  ['ThrottledException', 'throttled'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
])

/** Texts through Amazon SNS, which has no idempotency key for texts. Region and credentials are the client's. */
export function snsSender({ client, senderId, timeoutSeconds }: SnsOptions): SmsSender {
  const MessageAttributes = {
    'AWS.SNS.SMS.SMSType': string('Transactional'),
    ...(senderId !== undefined && { 'AWS.SNS.SMS.SenderID': string(senderId) }),
  }
  return {
    async send({ to, text, signal }) {
      const sent = await client
        .publish(
          { PhoneNumber: to, Message: text, MessageAttributes },
          { abortSignal: withLimit(signal, timeoutSeconds) },
        )
        .catch((error: unknown) => {
          throw failureOf(error)
        })
      if (typeof sent.MessageId !== 'string') throw new Error('sns gave no answer that is known')
    },
  }
}

/** Without the client's error as cause: its message may repeat the number. */
function failureOf(error: unknown): Error {
  const { name, message, $metadata } = Object(error) as {
    name?: unknown
    message?: unknown
    $metadata?: { httpStatusCode?: unknown }
  }
  const status = $metadata?.httpStatusCode
  if (typeof status !== 'number') return new SmsDeliveryError(reasonOfFault(error))
  if (status < 300) return new Error('sns gave no answer that is known')
  if (name === 'InvalidParameterException' && String(message).includes('PhoneNumber'))
    return new SmsDeliveryError('unreachable')
  return new SmsDeliveryError(REASONS.get(name) ?? reasonOfStatus(status))
}

function string(StringValue: string): Attribute {
  return { DataType: 'String', StringValue }
}

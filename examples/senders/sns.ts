import type { SmsDeliveryFailure, SmsSender } from 'countersign'
import { failureOf, type AwsException } from './aws-failure.js'
import { withLimit } from './post-form.js'

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
          throw failureOf(error, reasonOf, 'sns')
        })
      if (typeof sent.MessageId !== 'string') throw new Error('sns gave no answer that is known')
    },
  }
}

function reasonOf({ name, message }: AwsException): SmsDeliveryFailure | undefined {
  if (name === 'InvalidParameterException' && String(message).includes('PhoneNumber')) return 'unreachable'
  return REASONS.get(name)
}

function string(StringValue: string): Attribute {
  return { DataType: 'String', StringValue }
}

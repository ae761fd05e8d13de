import type { SmsDeliveryFailure, SmsSender } from 'countersign'
import { failureOf, type AwsException } from './aws-failure.js'
import { withLimit } from './post-form.js'

/**
 * What is used of `new PinpointSMSVoiceV2({ region, maxAttempts: 1 })` from `@aws-sdk/client-pinpoint-sms-voice-v2`. One
 * attempt: a second may text twice.
 */
export interface AwsSmsVoiceClient {
  sendTextMessage(
    input: {
      readonly DestinationPhoneNumber: string
      readonly MessageBody: string
      readonly MessageType: 'TRANSACTIONAL'
      readonly OriginationIdentity?: string
    },
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{ readonly MessageId?: string | undefined }>
}

export interface AwsSmsVoiceOptions {
  readonly client: AwsSmsVoiceClient
  /** A number, a sender id or a pool, or the ARN of one; left out, AWS chooses. */
  readonly from?: string
  readonly timeoutSeconds?: number
}

/** Texts through AWS End User Messaging, which has no idempotency key. Region and credentials are the client's. */
export function awsSmsVoiceSender({ client, from, timeoutSeconds }: AwsSmsVoiceOptions): SmsSender {
  const fixed = { MessageType: 'TRANSACTIONAL', ...(from !== undefined && { OriginationIdentity: from }) } as const
  return {
    async send({ to, text, signal }) {
      const sent = await client
        .sendTextMessage(
          { ...fixed, DestinationPhoneNumber: to, MessageBody: text },
          { abortSignal: withLimit(signal, timeoutSeconds) },
        )
        .catch((error: unknown) => {
          throw failureOf(error, reasonOf, 'aws')
        })
      if (typeof sent.MessageId !== 'string') throw new Error('aws gave no answer that is known')
    },
  }
}

/** A country that is blocked, here or by a protect configuration, is `rejected` like all else that has no line here. */
function reasonOf({ name, Reason, Fields }: AwsException): SmsDeliveryFailure | undefined {
  if (Reason === 'DESTINATION_PHONE_NUMBER_OPTED_OUT') return 'opted-out'
  if (name === 'ThrottlingException' || name === 'ServiceQuotaExceededException') return 'throttled' // or money is used up
  const isInvalid = Reason === 'INVALID_PARAMETER' || Reason === 'FIELD_VALIDATION_FAILED'
  return isInvalid && namesNumber(Fields) ? 'unreachable' : undefined
}

function namesNumber(fields: unknown): boolean {
  const names = Array.isArray(fields) ? fields.map((field) => (Object(field) as { Name?: unknown }).Name) : []
  return names.some((name) => String(name).toLowerCase() === 'destinationphonenumber')
}

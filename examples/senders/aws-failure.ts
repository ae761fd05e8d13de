import { SmsDeliveryError, type SmsDeliveryFailure } from 'countersign'
import { reasonOfFault, reasonOfStatus } from './post-form.js'

/** What an exception of an AWS client tells, whichever the service. `Reason` and `Fields` are of End User Messaging alone. */
export interface AwsException {
  readonly name?: unknown
  readonly message?: unknown
  readonly Reason?: unknown
  readonly Fields?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown }
}

/** Without the client's error as cause: its message may repeat the number. */
export function failureOf(
  error: unknown,
  reasonOf: (exception: AwsException) => SmsDeliveryFailure | undefined,
  service: string,
): Error {
  const exception = Object(error) as AwsException
  const status = exception.$metadata?.httpStatusCode
  if (typeof status !== 'number') return new SmsDeliveryError(reasonOfFault(error))
  if (status < 300) return new Error(`${service} gave no answer that is known`)
  return new SmsDeliveryError(reasonOf(exception) ?? reasonOfStatus(status))
}

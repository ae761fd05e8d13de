import type { Clock } from '../interfaces/clock.js'
import type { Confirmed, EnrolmentOperations } from '../interfaces/enrolment.js'
import { systemClock } from '../system.js'
import { authenticator, type Authenticator } from './authenticator.js'

/** What to enrol with. */
export interface EnrolOptions {
  /** The clock that the library was given; the machine's, which fake timers replace, when left out. */
  readonly clock?: Clock | undefined
  /** A fresh proof, for somebody who has a factor already. */
  readonly proof?: string | undefined
}

/** An authenticator app that somebody has. */
export interface EnrolledApp extends Pick<Confirmed, 'factor' | 'recoveryCodes' | 'proof'> {
  /** Shows the codes; the current one is still good for a sign-in. */
  readonly authenticator: Authenticator
}

/**
 * Enrols an authenticator app, on the code that it showed one period ago so that the current one is left for a test to use; on the
 * current one where the policy takes no earlier one.
 * @returns the app, the new factor, its proof, and ten recovery codes with a first factor, else null
 * @throws Error when the library refuses; a test that wants the refusal calls the library itself
 */
export async function enrol(
  twoFactor: { readonly enrolment: Pick<EnrolmentOperations, 'beginTotp' | 'confirm'> },
  userId: string,
  { clock = systemClock, proof }: EnrolOptions = {},
): Promise<EnrolledApp> {
  const started = await twoFactor.enrolment.beginTotp({ userId, accountName: 'test', proof })
  if (started.status === 'refused') throw new Error(`the enrolment was refused: ${started.reason}`)
  const app = authenticator(started.uri)
  const now = clock.now()
  const confirm = (at: number) =>
    twoFactor.enrolment.confirm({ userId, enrolmentId: started.enrolmentId, code: app.code(at) })
  let confirmed = await confirm(now - app.periodSeconds * 1000)
  if (confirmed.status === 'rejected' && confirmed.reason === 'wrong-code') confirmed = await confirm(now)
  if (confirmed.status !== 'confirmed') throw new Error(`the enrolment was ${confirmed.status}: ${confirmed.reason}`)
  const { factor, recoveryCodes, proof: given } = confirmed
  return { authenticator: app, factor, recoveryCodes, proof: given }
}

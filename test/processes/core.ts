import { createTwoFactor, type Store, type TwoFactor } from 'countersign'
import {
  authenticator,
  type Authenticator,
  fixedClock,
  type FixedClock,
  type SmsInbox,
  smsInbox,
} from 'countersign/testing'
import { must } from '../support/outcome.js'

export const START = Date.UTC(2026, 0, 5, 9)

/** The same core in every process: one key, one issuer, a clock of its own that the test sets. */
export function openCore(
  store: Store,
  at: number,
): { readonly twoFactor: TwoFactor; readonly clock: FixedClock; readonly inbox: SmsInbox } {
  const clock = fixedClock(at)
  const inbox = smsInbox()
  const keys = [{ id: 'k1', secret: new Uint8Array(32).fill(7) }]
  return {
    twoFactor: createTwoFactor({ issuer: 'Clinic', keys, store, clock, sms: { sender: inbox, countries: ['US'] } }),
    clock,
    inbox,
  }
}

/** Somebody with an authenticator app. */
export interface Enrolled {
  readonly twoFactor: TwoFactor
  readonly clock: FixedClock
  readonly app: Authenticator
  readonly recoveryCodes: readonly string[]
  /** The token of a new challenge. */
  begin(): Promise<string>
}

/** Enrols somebody, a minute before they sign in. */
export async function enrol(store: Store, userId: string): Promise<Enrolled> {
  const { twoFactor, clock } = openCore(store, START)
  const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp({ userId, accountName: userId }), 'started')
  const app = authenticator(uri)
  const { recoveryCodes } = must(
    await twoFactor.enrolment.confirm({ userId, enrolmentId, code: app.code(clock) }),
    'confirmed',
  )
  clock.advance(60_000)
  const begin = async (): Promise<string> => must(await twoFactor.challenge.begin({ userId }), 'challenged').token
  return { twoFactor, clock, app, recoveryCodes: recoveryCodes ?? [], begin }
}

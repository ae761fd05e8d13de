import { createTwoFactor, type Store, type TwoFactor } from 'countersign'
import { fixedClock, type FixedClock, type SmsInbox, smsInbox } from 'countersign/testing'

export const START = Date.UTC(2026, 0, 5, 9)

/** The same core in every process: one key, one issuer, a clock of its own that the test sets. */
export function openCore(store: Store, at: number): { readonly twoFactor: TwoFactor; readonly clock: FixedClock; readonly inbox: SmsInbox } {
  const clock = fixedClock(at)
  const inbox = smsInbox()
  const keys = [{ id: 'k1', secret: new Uint8Array(32).fill(7) }]
  return { twoFactor: createTwoFactor({ issuer: 'Clinic', keys, store, clock, sms: { sender: inbox, countries: ['US'] } }), clock, inbox }
}

import { strict as assert } from 'node:assert'
import { createTwoFactor, memoryStore, TwoFactorError } from 'countersign'
import type { SmsDeliveryError, Store } from 'countersign'
import { authenticator, faultyStore, fixedClock } from 'countersign/testing'

const keys = [{ id: 'k1', secret: new Uint8Array(32).fill(7) }]

/** Loses one swap after another to others, until it pauses between its tries, and wins. */
export async function outlastOthers(): Promise<void> {
  const store = faultyStore(memoryStore())
  const clock = fixedClock(Date.UTC(2030, 0, 1))
  const twoFactor = createTwoFactor({ issuer: 'Example', keys, store, clock })
  const [userId, accountName] = ['ada', 'ada@example.com']
  const started = await twoFactor.enrolment.beginTotp({ userId, accountName })
  assert.ok(started.status === 'started')
  store.reset()
  for (const lost of [2, 4, 6, 8, 10, 12]) store.loseSwapAt(lost)
  const code = authenticator(started.uri).code(clock)
  const confirmed = await twoFactor.enrolment.confirm({ userId, enrolmentId: started.enrolmentId, code })
  assert.equal(confirmed.status, 'confirmed')
  assert.equal(store.calls.filter((verb) => verb === 'swap').length, 7)

  const { signal } = new AbortController()
  assert.equal((await twoFactor.maintenance.reseal({ signal })).status, 'completed')
}

/** What a sender and a store are given to throw, of another copy of the package. */
export interface Copy {
  readonly SmsDeliveryError: typeof SmsDeliveryError
  readonly TwoFactorError: typeof TwoFactorError
  readonly memoryStore: () => Store
}

/** Takes a sender and a store from another copy of the package. */
export async function mix(other: Copy): Promise<void> {
  assert.notEqual(other.TwoFactorError, TwoFactorError)
  let unreadable = false
  const store = other.memoryStore()
  const failing: Store = {
    ...store,
    get: (key, options) =>
      unreadable ? Promise.reject(new other.TwoFactorError('ERR_STORE_BUSY', 'busy')) : store.get(key, options),
  }
  const sender = { send: () => Promise.reject(new other.SmsDeliveryError('opted-out')) }
  const twoFactor = createTwoFactor({ issuer: 'Example', keys, store: failing, sms: { sender, countries: ['US'] } })
  const userId = 'bob'
  const started = await twoFactor.enrolment.beginSms({ userId, phoneNumber: '+14155550123' })
  assert.ok(started.status === 'started' && started.delivery.status === 'not-sent')
  assert.equal(started.delivery.reason, 'opted-out')

  unreadable = true
  const error: unknown = await twoFactor.account.status({ userId }).catch((thrown: unknown) => thrown)
  assert.ok(error instanceof TwoFactorError && error instanceof other.TwoFactorError)
  assert.equal(error.code, 'ERR_STORE_BUSY')
}

import { strict as assert } from 'node:assert'
import { createTwoFactor, memoryStore, SmsDeliveryError, TwoFactorError } from 'countersign'
import type { Approved, Challenged, SmsMessage, SmsSender, Store, TwoFactor, TwoFactorEvent } from 'countersign'
import { mysqlStore } from 'countersign/mysql'
import { decodeBase32, generateTotp } from 'countersign/otp'
import { postgresStore } from 'countersign/postgres'
import { qrSvg } from 'countersign/qr'
import { redisStore } from 'countersign/redis'
import { sqliteStore } from 'countersign/sqlite'
import { authenticator, fixedClock } from 'countersign/testing'

// What a host's own code does with the package, written once: the package check compiles and runs it as ES modules and as
// CommonJS, under every module resolution, and inside Jest.

/** Goes once through both kinds of factor, from enrolment to sign-in. */
export async function consume(): Promise<void> {
  const outbox: SmsMessage[] = []
  const events: TwoFactorEvent[] = []
  let now = Date.UTC(2030, 0, 1)
  const sender: SmsSender = {
    send: (message) => {
      outbox.push(message)
      return Promise.resolve()
    },
  }
  const twoFactor = createTwoFactor({
    issuer: 'Example',
    keys: [{ id: 'k1', secret: new Uint8Array(32).fill(7) }],
    store: memoryStore(),
    sms: { sender, countries: ['US'] },
    clock: { now: () => now },
    onEvent: (event) => events.push(event),
  })
  const later = (seconds: number): number => (now += seconds * 1000)

  await withApp(twoFactor, () => now, later)
  await withTexts(twoFactor, outbox)
  assert.ok(events.some(({ type }) => type === 'factor-added'))
  assert.equal(typeof authenticator, 'function')
  assert.equal(fixedClock(5).now(), 5)
  oneErrorClass()
}

async function withApp(twoFactor: TwoFactor, now: () => number, later: (seconds: number) => number): Promise<void> {
  const started = await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada@example.com' })
  assert.ok(started.status === 'started')
  assert.match(await qrSvg(started.uri), /^<svg/)

  const code = (): string => generateTotp(decodeBase32(started.secret), { at: now() })
  const confirmed = await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId: started.enrolmentId, code: code() })
  assert.ok(confirmed.status === 'confirmed' && confirmed.recoveryCodes?.length === 10)

  later(60)
  const { token } = await challenged(twoFactor, 'ada')
  const approved = await twoFactor.challenge.verify({ token, code: code() })
  assert.ok(approved.status === 'approved')
  const { method }: Approved = approved
  assert.equal(method, 'totp')
}

async function withTexts(twoFactor: TwoFactor, outbox: readonly SmsMessage[]): Promise<void> {
  const lastCode = (): string => outbox.at(-1)?.code ?? 'none'
  const started = await twoFactor.enrolment.beginSms({
    userId: 'bob',
    phoneNumber: '(415) 555-0123',
    defaultCountry: 'US',
  })
  assert.ok(started.status === 'started' && started.delivery.status === 'sent')
  assert.equal(outbox.at(-1)?.to, '+14155550123')

  const confirmed = await twoFactor.enrolment.confirm({
    userId: 'bob',
    enrolmentId: started.enrolmentId,
    code: lastCode(),
  })
  assert.equal(confirmed.status, 'confirmed')

  const { token, delivery } = await challenged(twoFactor, 'bob')
  assert.equal(delivery?.status, 'sent')
  const approved = await twoFactor.challenge.verify({ token, code: lastCode(), trustDevice: { name: 'Firefox' } })
  assert.ok(approved.status === 'approved' && approved.trustedDevice !== null)

  const trustedDeviceToken = approved.trustedDevice.token
  assert.equal((await twoFactor.challenge.begin({ userId: 'bob', trustedDeviceToken })).status, 'trusted')
}

async function challenged(twoFactor: TwoFactor, userId: string): Promise<Challenged> {
  const begun = await twoFactor.challenge.begin({ userId })
  assert.ok(begun.status === 'challenged')
  return begun
}

/** Each door throws the one class that the root door exports. */
function oneErrorClass(): void {
  const factories: readonly ((client: never) => Store)[] = [postgresStore, mysqlStore, sqliteStore, redisStore]
  for (const factory of factories) assert.throws(() => factory(undefined as never), TwoFactorError)
  assert.throws(() => decodeBase32('1'), TwoFactorError)
  assert.throws(() => authenticator(''), TwoFactorError)
  assert.equal(new SmsDeliveryError('transient').reason, 'transient')
}

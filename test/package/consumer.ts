import { strict as assert } from 'node:assert'
import { createTwoFactor, memoryStore, SmsDeliveryError, TwoFactorError } from 'countersign'
import type { Approved, Challenged, Confirmed, FactorKind, Store, TwoFactor, TwoFactorEvent } from 'countersign'
import { dynamoDbStore } from 'countersign/dynamodb'
import { mysqlStore } from 'countersign/mysql'
import { decodeBase32, generateTotp } from 'countersign/otp'
import { passkeys } from 'countersign/passkeys'
import { postgresStore } from 'countersign/postgres'
import { qrPng, qrSvg } from 'countersign/qr'
import { redisStore } from 'countersign/redis'
import { sqliteStore } from 'countersign/sqlite'
import { authenticator, createSoftwarePasskey, fixedClock, smsInbox, type FixedClock } from 'countersign/testing'

// What a host's own code does with the package, written once: the package check compiles and runs it as ES modules and as
// CommonJS, under every module resolution, on every runtime and inside every bundle.

/** Goes once through every kind of factor, or through some, from enrolment to sign-in. */
export async function consume(kinds: readonly FactorKind[] = ['totp', 'sms', 'passkey']): Promise<void> {
  const inbox = smsInbox()
  const events: TwoFactorEvent[] = []
  const clock = fixedClock(Date.UTC(2030, 0, 1))
  const twoFactor = createTwoFactor({
    issuer: 'Example',
    keys: [{ id: 'k1', secret: new Uint8Array(32).fill(7) }],
    store: memoryStore(),
    sms: { sender: inbox, countries: ['US'] },
    passkeys: passkeys({ rpId: 'example.com', origins: ['https://example.com'] }),
    clock,
    onEvent: (event) => events.push(event),
  })

  if (kinds.includes('totp')) await byApp(twoFactor, clock)
  if (kinds.includes('sms')) await byText(twoFactor, () => inbox.lastCode('+14155550123'))
  if (kinds.includes('passkey')) await byPasskey(twoFactor)
  assert.deepEqual(
    events.filter(({ type }) => type === 'factor-added').map(({ userId }) => userId),
    kinds.map((kind) => ({ totp: 'ada', sms: 'bob', passkey: 'cho' })[kind]),
  )
  oneErrorClass()
}

/** An app, from the barcode on; then a recovery code, for the day the phone is lost. */
async function byApp(twoFactor: TwoFactor, clock: FixedClock): Promise<void> {
  const started = await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada@example.com' })
  assert.ok(started.status === 'started')
  assert.match(await qrSvg(started.uri), /^<svg/)
  assert.deepEqual([...(await qrPng(started.uri)).subarray(1, 4)], [0x50, 0x4e, 0x47])

  const app = authenticator(started.uri)
  assert.equal(app.code(clock), generateTotp(decodeBase32(started.secret), { at: clock.now() }))
  const { enrolmentId } = started
  const confirmed = await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: app.code(clock) })
  const [recoveryCode] = recoveryCodesOf(confirmed)
  assert.ok(recoveryCode !== undefined)

  clock.advanceSeconds(60)
  const { token } = await challenged(twoFactor, 'ada')
  const { method, proof }: Approved = approved(await twoFactor.challenge.verify({ token, code: app.code(clock) }))
  assert.equal(method, 'totp')
  assert.equal((await twoFactor.challenge.checkProof({ userId: 'ada', proof })).status, 'valid')

  const lost = await challenged(twoFactor, 'ada')
  const recovered = approved(await twoFactor.challenge.redeemRecoveryCode({ token: lost.token, recoveryCode }))
  assert.equal(recovered.method, 'recovery-code')
  assert.equal(recovered.recoveryCodesRemaining, 9)
}

/** A text message; then the computer is trusted, and asked for nothing. */
async function byText(twoFactor: TwoFactor, lastCode: () => string): Promise<void> {
  const [userId, phoneNumber] = ['bob', '(415) 555-0123']
  const started = await twoFactor.enrolment.beginSms({ userId, phoneNumber, defaultCountry: 'US' })
  assert.ok(started.status === 'started' && started.delivery.status === 'sent')
  const { enrolmentId } = started
  recoveryCodesOf(await twoFactor.enrolment.confirm({ userId, enrolmentId, code: lastCode() }))

  const { token, delivery } = await challenged(twoFactor, userId)
  assert.equal(delivery?.status, 'sent')
  const trustDevice = { name: 'Firefox' }
  const { method, trustedDevice } = approved(await twoFactor.challenge.verify({ token, code: lastCode(), trustDevice }))
  assert.equal(method, 'sms')
  assert.ok(trustedDevice !== null)

  const trustedDeviceToken = trustedDevice.token
  assert.equal((await twoFactor.challenge.begin({ userId, trustedDeviceToken })).status, 'trusted')
}

async function byPasskey(twoFactor: TwoFactor): Promise<void> {
  const key = createSoftwarePasskey()
  const started = await twoFactor.enrolment.beginPasskey({ userId: 'cho', accountName: 'cho@example.com' })
  assert.ok(started.status === 'started')
  const { enrolmentId, options } = started
  const response = key.create(options)
  recoveryCodesOf(await twoFactor.enrolment.confirm({ userId: 'cho', enrolmentId, response }))

  const { token, passkey } = await challenged(twoFactor, 'cho')
  assert.ok(passkey !== null)
  const { method, amr } = approved(await twoFactor.challenge.verify({ token, response: key.get(passkey) }))
  assert.equal(method, 'passkey')
  assert.ok(amr.length > 0)
}

/** Each door throws the one class that the root door exports. */
function oneErrorClass(): void {
  const factories: readonly ((client: never) => Store)[] = [postgresStore, mysqlStore, sqliteStore, redisStore]
  for (const factory of factories) assert.throws(() => factory(undefined as never), TwoFactorError)
  assert.throws(() => dynamoDbStore(undefined as never), TwoFactorError)
  assert.throws(() => passkeys(undefined as never), TwoFactorError)
  assert.throws(() => decodeBase32('1'), TwoFactorError)
  assert.throws(() => authenticator(''), TwoFactorError)
  assert.equal(new SmsDeliveryError('transient').reason, 'transient')
}

async function challenged(twoFactor: TwoFactor, userId: string): Promise<Challenged> {
  const begun = await twoFactor.challenge.begin({ userId })
  assert.ok(begun.status === 'challenged')
  return begun
}

function approved(result: Approved | { readonly status: 'rejected' }): Approved {
  assert.ok(result.status === 'approved')
  return result
}

function recoveryCodesOf(result: Confirmed | { readonly status: 'rejected' }): readonly string[] {
  assert.ok(result.status === 'confirmed' && result.recoveryCodes?.length === 10)
  return result.recoveryCodes
}

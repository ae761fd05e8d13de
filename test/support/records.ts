import fc from 'fast-check'
import type { Activity } from '../../src/interfaces/activity.js'
import type { TrustedDevice } from '../../src/interfaces/trusted-devices.js'
import { ACTIVITY_TYPES } from '../../src/user/activity.js'
import type { ChallengeText, EnrolmentRecord, FactorRecord, TextState, UserRecord } from '../../src/user/record.js'
import { anyCharacter } from './any-character.js'

const id = fc.stringMatching(/^[A-Za-z0-9_-]{16}$/)
const base64url = fc.stringMatching(/^[A-Za-z0-9_-]{2,86}$/)
const instant = fc.nat({ max: 8.64e15 })
const words = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: anyCharacter, minLength: 1, maxLength })
const name = fc.option(words(12))
const phoneNumber = fc.stringMatching(/^\+[1-9]\d{6,14}$/)
const country = fc.constantFrom('US', 'GB', 'FR')
const count = fc.nat({ max: 5 })

const text = {
  sends: count,
  lastSentAt: instant,
  generation: count,
  phoneNumber,
  keyId: fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/),
  codeSentAt: instant,
}

const confirmed = { id, name, confirmedAt: instant, lastUsedAt: fc.option(instant) }

const credential = fc.record({
  id: base64url,
  publicKey: base64url,
  counter: fc.nat(),
  transports: fc.array(fc.constantFrom('usb', 'nfc', 'internal', 'hybrid'), { maxLength: 3 }),
  synced: fc.boolean(),
  backedUp: fc.boolean(),
})

const factor: fc.Arbitrary<FactorRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('totp' as const),
    ...confirmed,
    secret: base64url,
    algorithm: fc.constantFrom('SHA-1', 'SHA-256', 'SHA-512'),
    digits: fc.constantFrom(6, 7, 8),
    periodSeconds: fc.integer({ min: 1, max: 120 }),
    lastStep: fc.integer({ min: -1, max: 2 ** 40 }),
  }),
  fc.record({
    kind: fc.constant('sms' as const),
    ...confirmed,
    phoneNumber,
    country,
    channel: fc.constant('sms' as const),
  }),
  fc.record({ kind: fc.constant('passkey' as const), ...confirmed, credential }),
)

const pending = { id, name, replaces: fc.option(id), createdAt: instant, expiresAt: instant, wrongCodes: count }

const enrolment: fc.Arbitrary<EnrolmentRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('totp' as const),
    ...pending,
    secret: fc.stringMatching(/^[A-Za-z0-9_-]{27}$/),
    accountName: words(12),
    issuer: name,
  }),
  fc.record({
    kind: fc.constant('sms' as const),
    ...pending,
    phoneNumber,
    country,
    channel: fc.constant('sms' as const),
    text: fc.option(fc.record<TextState>(text)),
  }),
  fc.record({ kind: fc.constant('passkey' as const), ...pending, accountName: words(12) }),
)

const challengeText: fc.Arbitrary<ChallengeText> = fc.record({
  ...text,
  challengeId: id,
  begunAt: instant,
  expiresAt: instant,
  wrongCodes: count,
  joinKey: fc.option(id),
})

const closedChallenge = fc.record({
  id,
  state: fc.constantFrom('settled', 'cancelled'),
  begunAt: instant,
  expiresAt: instant,
})

const device: fc.Arbitrary<TrustedDevice> = fc.record({
  id,
  name: fc.string({ maxLength: 40 }),
  details: name,
  trustedAt: instant,
  lastUsedAt: fc.option(instant),
  expiresAt: instant,
})

const activity: fc.Arbitrary<Activity> = fc.record({
  type: fc.constantFrom(...ACTIVITY_TYPES),
  at: instant,
  factorId: fc.option(id),
  deviceId: fc.option(id),
  clientNetwork: fc.option(fc.constantFrom('192.0.2.0/24', '2001:db8:1::/48')),
})

/** Any user record: what it says need not make sense together. */
export const anyRecord: fc.Arbitrary<UserRecord> = fc.record({
  epoch: fc.nat({ max: 2 ** 48 }),
  factors: fc.array(factor, { maxLength: 10 }),
  preferredFactorId: fc.option(id),
  enrolments: fc.array(enrolment, { maxLength: 2 }),
  texts: fc.array(challengeText, { maxLength: 10 }),
  closedChallenges: fc.array(closedChallenge, { maxLength: 10 }),
  settledThrough: fc.record({ begunAt: instant, expiresAt: instant }),
  trustedDevices: fc.array(device, { maxLength: 20 }),
  recoveryCodes: fc.option(
    fc.record({
      hash: fc.constantFrom('sha-256', 'scrypt'),
      salt: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      hashes: fc.array(id, { maxLength: 20 }),
      spent: fc.uniqueArray(fc.nat({ max: 19 })),
      lengths: fc.uniqueArray(fc.integer({ min: 10, max: 64 })),
      issuedAt: instant,
      acknowledged: fc.boolean(),
    }),
  ),
  accessPass: fc.option(fc.record({ salt: id, hash: id, issuedAt: instant, expiresAt: instant, used: fc.boolean() })),
  guesses: fc.record({ consecutiveWrong: fc.nat(), lockedUntilAt: instant }),
  textedAt: fc.array(instant, { maxLength: 10 }),
  enrolmentRequired: fc.boolean(),
  activity: fc.array(activity, { maxLength: 20 }),
})

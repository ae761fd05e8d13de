import fc from 'fast-check'
import type { Activity } from '../../src/interfaces/activity.js'
import type { PasskeyCredential } from '../../src/interfaces/passkeys.js'
import type { TrustedDevice } from '../../src/interfaces/trusted-devices.js'
import { ACTIVITY_TYPES } from '../../src/user/activity.js'
import type {
  AccessPass,
  ChallengeText,
  ClosedChallenge,
  EnrolmentRecord,
  FactorRecord,
  RecoveryCodeSet,
  TextState,
  UserRecord,
} from '../../src/user/record.js'
import { anyCharacter } from '../support/any-character.js'

const base64url = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')),
    minLength,
    maxLength,
  })
const id = base64url(1, 22)
const instant = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const text = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: anyCharacter, minLength, maxLength })
const name = text(1, 40)
const phoneNumber = fc.stringMatching(/^\+[1-9]\d{6,14}$/)
const country = fc.constantFrom('US', 'GB', 'FR')
const count = fc.nat({ max: 10 })

const textState = {
  sends: count,
  lastSentAt: instant,
  generation: count,
  phoneNumber,
  keyId: base64url(1, 32),
  codeSentAt: instant,
}
const state: fc.Arbitrary<TextState> = fc.record(textState)

const credential: fc.Arbitrary<PasskeyCredential> = fc.record({
  id: base64url(1, 100),
  publicKey: base64url(1, 400),
  counter: fc.nat({ max: 4_294_967_295 }),
  transports: fc.array(fc.constantFrom('usb', 'internal', 'hybrid'), { maxLength: 3 }),
  synced: fc.boolean(),
  backedUp: fc.boolean(),
})

const factorFields = { id, name: fc.option(name), confirmedAt: instant, lastUsedAt: fc.option(instant) }

const factor: fc.Arbitrary<FactorRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('totp' as const),
    ...factorFields,
    secret: base64url(2, 86),
    algorithm: fc.constantFrom('SHA-1', 'SHA-256', 'SHA-512'),
    digits: fc.integer({ min: 6, max: 10 }),
    periodSeconds: fc.integer({ min: 1, max: 120 }),
    lastStep: fc.integer({ min: -1, max: 2 ** 40 }),
  }),
  fc.record({
    kind: fc.constant('sms' as const),
    ...factorFields,
    phoneNumber,
    country,
    channel: fc.constant('sms' as const),
  }),
  fc.record({ kind: fc.constant('passkey' as const), ...factorFields, credential }),
)

const enrolmentFields = {
  id,
  name: fc.option(name),
  replaces: fc.option(id),
  createdAt: instant,
  expiresAt: instant,
  wrongCodes: count,
}

const enrolment: fc.Arbitrary<EnrolmentRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('totp' as const),
    ...enrolmentFields,
    secret: base64url(27, 27),
    accountName: text(0, 60),
    issuer: fc.option(name),
  }),
  fc.record({
    kind: fc.constant('sms' as const),
    ...enrolmentFields,
    phoneNumber,
    country,
    channel: fc.constant('sms' as const),
    text: fc.option(state),
  }),
  fc.record({ kind: fc.constant('passkey' as const), ...enrolmentFields, accountName: text(1, 60) }),
)

const challengeText: fc.Arbitrary<ChallengeText> = fc.record({
  ...textState,
  challengeId: id,
  begunAt: instant,
  expiresAt: instant,
  wrongCodes: count,
  joinKey: fc.option(base64url(16, 16)),
})

const closedChallenge: fc.Arbitrary<ClosedChallenge> = fc.record({
  id,
  state: fc.constantFrom('settled', 'cancelled'),
  begunAt: instant,
  expiresAt: instant,
})

const device: fc.Arbitrary<TrustedDevice> = fc.record({
  id,
  name: text(0, 40),
  details: fc.option(name),
  trustedAt: instant,
  lastUsedAt: fc.option(instant),
  expiresAt: instant,
})

const recoveryCodes: fc.Arbitrary<RecoveryCodeSet> = fc.record({
  hash: fc.constantFrom('sha-256', 'scrypt'),
  salt: base64url(22, 22),
  hashes: fc.array(base64url(16, 22), { maxLength: 20 }),
  spent: fc.uniqueArray(fc.nat({ max: 19 }), { maxLength: 20 }),
  lengths: fc.uniqueArray(fc.integer({ min: 10, max: 64 }), { maxLength: 20 }),
  issuedAt: instant,
  acknowledged: fc.boolean(),
})

const accessPass: fc.Arbitrary<AccessPass> = fc.record({
  salt: base64url(22, 22),
  hash: base64url(22, 22),
  issuedAt: instant,
  expiresAt: instant,
  used: fc.boolean(),
})

const activity: fc.Arbitrary<Activity> = fc.record({
  type: fc.constantFrom(...ACTIVITY_TYPES),
  at: instant,
  factorId: fc.option(id),
  deviceId: fc.option(id),
  clientNetwork: fc.option(fc.constantFrom('192.0.2.0/24', '2001:db8:1::/48')),
})

/** Any record that is well formed, up to the most of everything: what it says need not make sense together. */
export const anyRecord: fc.Arbitrary<UserRecord> = fc.record({
  epoch: fc.nat({ max: 2 ** 48 }),
  factors: fc.array(factor, { maxLength: 10 }),
  preferredFactorId: fc.option(id),
  enrolments: fc.array(enrolment, { maxLength: 2 }),
  texts: fc.array(challengeText, { maxLength: 10 }),
  closedChallenges: fc.array(closedChallenge, { maxLength: 10 }),
  settledThrough: fc.record({ begunAt: instant, expiresAt: instant }),
  trustedDevices: fc.array(device, { maxLength: 20 }),
  recoveryCodes: fc.option(recoveryCodes),
  accessPass: fc.option(accessPass),
  guesses: fc.record({ consecutiveWrong: fc.nat({ max: 200 }), lockedUntilAt: instant }),
  textedAt: fc.array(instant, { maxLength: 10 }),
  enrolmentRequired: fc.boolean(),
  activity: fc.array(activity, { maxLength: 20 }),
})

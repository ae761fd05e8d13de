import fc from 'fast-check'
import type { ChallengeRecord, EnrolmentRecord, FactorRecord, TextState, UserRecord } from '../../src/user/record.js'
import type { TrustedDevice } from '../../src/interfaces/factors.js'

const id = fc.stringMatching(/^[A-Za-z0-9_-]{16}$/)
const instant = fc.nat({ max: 8.64e15 })
const name = fc.option(fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => value.isWellFormed()))
const phoneNumber = fc.stringMatching(/^\+[1-9]\d{6,14}$/)
const country = fc.constantFrom('US', 'GB', 'FR')
const count = fc.nat({ max: 5 })

const text: fc.Arbitrary<TextState> = fc.record({
  sends: count,
  lastSentAt: instant,
  generation: count,
  phoneNumber,
  keyId: fc.stringMatching(/^[A-Za-z0-9_-]{1,16}$/),
  codeSentAt: instant,
})

const factor: fc.Arbitrary<FactorRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('totp' as const),
    id,
    name,
    confirmedAt: instant,
    secret: fc.stringMatching(/^[A-Za-z0-9_-]{2,86}$/),
    algorithm: fc.constantFrom('SHA-1', 'SHA-256', 'SHA-512'),
    digits: fc.constantFrom(6, 7, 8),
    periodSeconds: fc.integer({ min: 1, max: 120 }),
    lastStep: fc.integer({ min: -1, max: 2 ** 40 }),
  }),
  fc.record({ kind: fc.constant('sms' as const), id, name, confirmedAt: instant, phoneNumber, country }),
)

const pending = { id, name, replaces: fc.option(id), createdAt: instant, expiresAt: instant, wrongCodes: count }

const enrolment: fc.Arbitrary<EnrolmentRecord> = fc.oneof(
  fc.record({ kind: fc.constant('totp' as const), ...pending, secret: fc.stringMatching(/^[A-Za-z0-9_-]{27}$/) }),
  fc.record({ kind: fc.constant('sms' as const), ...pending, phoneNumber, country, text: fc.option(text) }),
)

const challenge: fc.Arbitrary<ChallengeRecord> = fc.record({
  id,
  purpose: fc.constantFrom('sign-in', 'step-up'),
  state: fc.constantFrom('open', 'settled', 'exhausted'),
  factorId: id,
  binding: fc.option(fc.string({ maxLength: 96 })),
  createdAt: instant,
  expiresAt: instant,
  wrongCodes: count,
  text: fc.option(text),
})

const device: fc.Arbitrary<TrustedDevice> = fc.record({
  id,
  name: fc.string({ maxLength: 40 }),
  trustedAt: instant,
  expiresAt: instant,
})

const guesses = fc.record({ consecutiveWrong: fc.nat(), lockedUntilAt: instant })

/** Any user record: what it says need not make sense together. */
export const anyRecord: fc.Arbitrary<UserRecord> = fc.record({
  epoch: fc.nat({ max: 2 ** 48 }),
  factors: fc.array(factor, { maxLength: 10 }),
  preferredFactorId: fc.option(id),
  enrolments: fc.array(enrolment, { maxLength: 2 }),
  challenges: fc.array(challenge, { maxLength: 5 }),
  trustedDevices: fc.array(device, { maxLength: 20 }),
  recoveryCodes: fc.option(
    fc.record({
      salt: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      hashes: fc.array(id, { maxLength: 10 }),
      spent: fc.uniqueArray(fc.nat({ max: 9 })),
      issuedAt: instant,
    }),
  ),
  guesses,
  recoveryGuesses: guesses,
  textedAt: fc.array(instant, { maxLength: 10 }),
  enrolmentRequired: fc.boolean(),
})

import { base64url, kinds, list, name, nullable, row, step, text, whole, type Field } from '../json-fields.js'
import {
  emptyRecord,
  type EnrolmentRecord,
  type FactorRecord,
  type RecoveryCodeSet,
  type UserRecord,
} from './record.js'

/** The length of that version's recovery codes: 80 bits in Base32. */
const CODE_LENGTH = 16
const ALGORITHMS = { 1: 'SHA-1', 256: 'SHA-256', 512: 'SHA-512' } as const

const factorFields = { id: base64url, name: nullable(name), confirmedAt: whole }
const enrolmentFields = {
  id: base64url,
  name: nullable(name),
  replaces: nullable(base64url),
  createdAt: whole,
  expiresAt: whole,
  wrongCodes: whole,
}

/** Anything: what is read and left behind. */
const ignored: Field<unknown> = { write: (value) => value, read: (json) => json ?? null }

const hashBits: Field<keyof typeof ALGORITHMS> = {
  write: (bits) => bits,
  read: (json) => (json === 1 || json === 256 || json === 512 ? json : undefined),
}

const factor = kinds<Version1Factor>({
  totp: {
    letter: 't',
    fields: row({ ...factorFields, secret: base64url, hashBits, digits: whole, periodSeconds: whole, lastStep: step }),
  },
  sms: { letter: 's', fields: row({ ...factorFields, phoneNumber: name, country: name }) },
})

const enrolment = kinds<Version1Enrolment>({
  totp: { letter: 't', fields: row({ ...enrolmentFields, secret: base64url }) },
  sms: { letter: 's', fields: row({ ...enrolmentFields, phoneNumber: name, country: name, text: ignored }) },
})

const recoveryCodes: Field<RecoveryCodeSet> = {
  write: ({ salt, issuedAt, spent, hashes }) => [salt, issuedAt, spent, ...hashes],
  read(json) {
    if (!Array.isArray(json)) return undefined
    const [salt, issuedAt, spent, ...hashes] = json as unknown[]
    const read = row({ salt: base64url, issuedAt: whole, spent: list(whole), hashes: list(base64url) }).read([
      salt,
      issuedAt,
      spent,
      hashes,
    ])
    return read && { ...read, hash: 'scrypt', lengths: [CODE_LENGTH], acknowledged: true }
  },
}

const members = {
  e: whole,
  f: list(factor),
  p: nullable(base64url),
  n: list(enrolment),
  c: list(ignored),
  d: list(row({ id: base64url, name: text, trustedAt: whole, expiresAt: whole })),
  r: nullable(recoveryCodes),
  g: row({ consecutiveWrong: whole, lockedUntilAt: whole }),
  h: row({ consecutiveWrong: whole, lockedUntilAt: whole }),
  t: list(whole),
  m: { write: (value: boolean) => value, read: (json: unknown) => (typeof json === 'boolean' ? json : undefined) },
}

/**
 * Reads a record of version 1, as release 0.1.0 wrote it. Its open challenges end, and so do the texted codes that are out;
 * its recovery codes stay good, under their slow hash, until they are replaced.
 */
export function readVersion1(wire: object): UserRecord | undefined {
  const read = row<Version1>(members).read(
    Object.keys(members).map((member) => (wire as Readonly<Record<string, unknown>>)[member]),
  )
  if (read === undefined) return undefined
  return {
    ...emptyRecord(read.e),
    factors: read.f.map(upgradeFactor),
    preferredFactorId: read.p,
    enrolments: read.n.map(upgradeEnrolment),
    trustedDevices: read.d.map((device) => ({ ...device, details: null, lastUsedAt: null })),
    recoveryCodes: read.r,
    guesses: read.g,
    textedAt: read.t,
    enrolmentRequired: read.m,
  }
}

type Version1 = {
  readonly [Name in keyof typeof members]: (typeof members)[Name] extends Field<infer Value> ? Value : never
}

interface Version1FactorFields {
  readonly id: string
  readonly name: string | null
  readonly confirmedAt: number
}

type Version1Factor =
  | (Version1FactorFields & {
      readonly kind: 'totp'
      readonly secret: string
      readonly hashBits: keyof typeof ALGORITHMS
      readonly digits: number
      readonly periodSeconds: number
      readonly lastStep: number
    })
  | (Version1FactorFields & { readonly kind: 'sms'; readonly phoneNumber: string; readonly country: string })

interface Version1EnrolmentFields {
  readonly id: string
  readonly name: string | null
  readonly replaces: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly wrongCodes: number
}

type Version1Enrolment =
  | (Version1EnrolmentFields & { readonly kind: 'totp'; readonly secret: string })
  | (Version1EnrolmentFields & {
      readonly kind: 'sms'
      readonly phoneNumber: string
      readonly country: string
      readonly text: unknown
    })

function upgradeFactor(one: Version1Factor): FactorRecord {
  if (!('hashBits' in one)) return { ...one, lastUsedAt: null, channel: 'sms' }
  const { hashBits: bits, ...kept } = one
  return { ...kept, lastUsedAt: null, algorithm: ALGORITHMS[bits] }
}

function upgradeEnrolment(one: Version1Enrolment): EnrolmentRecord {
  return 'secret' in one ? { ...one, accountName: '', issuer: null } : { ...one, text: null, channel: 'sms' }
}

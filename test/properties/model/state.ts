import { DAY, holds, MINUTE } from './time.js'

/** What all accounts share. */
export interface ModelWorld {
  now: number
  /** When texts were granted: to a phone number, confirmed or being enrolled, and to a client network. */
  readonly grants: Map<string, number[]>
  /** What became of the enrolment texts to each region. */
  readonly regions: Map<string, ModelRegion>
  /** How many texts the provider was asked to send. */
  handedOver: number
  /** Why the provider refuses the next text; null while it takes them. */
  refusing: 'delivery-failed' | 'opted-out' | 'unreachable' | null
}

/** How many enrolment texts were granted in an hour of the clock, and how many codes came back. */
export interface RegionCounts {
  readonly sent: number
  readonly verified: number
}

/** By hour. */
export type ModelRegion = Map<number, RegionCounts>

/** What a person could know of one account by reading the design: no secret, no cryptography, no record. */
export interface Model {
  readonly world: ModelWorld
  /** Raised whenever everything issued before becomes void. */
  epoch: number
  /** Oldest first. */
  factors: ModelFactor[]
  preferred: ModelFactor | null
  wrongInARow: number
  lockedUntil: number
  recoveryCodes: ModelCodes | null
  /** The last that was issued, until a factor is confirmed or all are gone. */
  accessPass: ModelPass | null
  enrolmentRequired: boolean
  /** What is being enrolled, oldest first. */
  enrolments: ModelEnrolment[]
  /** The challenges that were approved or cancelled, as far as the record remembers them. */
  closed: ModelChallenge[]
  /** Every challenge whose place is no later than this counts as settled. */
  settledThrough: Place
  /** When texts were sent to this person. */
  texts: number[]
  /** Everything that was ever handed out, oldest first. */
  readonly tokens: ModelToken[]
  readonly devices: ModelDevice[]
  readonly proofs: ModelProof[]
  readonly codes: ModelCodes[]
  readonly passes: ModelPass[]
  readonly begun: ModelEnrolment[]
}

interface FactorFields {
  name: string | null
}

export interface ModelApp extends FactorFields {
  readonly kind: 'totp'
  /** The last step that was used. */
  lastStep: number
  /** Which of the secrets that staff may import; null for one of its own. */
  readonly imported: number | null
}

export interface ModelPhone extends FactorFields {
  readonly kind: 'sms'
  readonly phoneNumber: string
}

export interface ModelPasskey extends FactorFields {
  readonly kind: 'passkey'
  /** The count of the last response that was accepted. */
  counter: number
  /** How far the authenticator has counted, and a copy that somebody made of it on the day it was enrolled. */
  readonly counted: { own: number; copy: number }
}

export type ModelFactor = ModelApp | ModelPhone | ModelPasskey
export type Kind = ModelFactor['kind']

/** The texts of a challenge or an enrolment. */
export interface ModelText {
  sends: number
  lastSentAt: number
  /** When the code that is out was first sent, and to where; null before any was. */
  codeSentAt: number | null
  to: string | null
  /** Whether the code that is out ever arrived. */
  arrived: boolean
}

export interface ModelChallenge {
  readonly epoch: number
  readonly purpose: Purpose
  /** Who began it, as far as the application told; null when it did not. */
  readonly clientAddress: string | null
  /** What the application says that it is about; null for nothing. */
  readonly binding: string | null
  /** What its text says that it is about; null for nothing. */
  readonly summary: string | null
  readonly begunAt: number
  readonly place: Place
  readonly expiresAt: number
  state: 'open' | 'settled' | 'cancelled'
  /** Whether the begin itself had its first text sent, so that the same begin again joins it. */
  joinable: boolean
  /** Wrong codes typed in place of its text's code. */
  wrong: number
  readonly text: ModelText
}

/**
 * The place of a challenge in the order of challenges: when it was begun, or, where a clock that was ahead has forgotten one,
 * the date of that one or the next moment; and, for those of one date, when it expires.
 */
export type Place = readonly [date: number, expiresAt: number]

export type Purpose = 'sign-in' | 'step-up'

/** A challenge lives in its tokens; each asks for one factor, or for an access pass where there is none. */
export interface ModelToken {
  readonly challenge: ModelChallenge
  readonly factor: ModelFactor | null
}

export interface ModelEnrolment {
  readonly kind: Kind
  readonly name: string | null
  readonly replaces: ModelFactor | null
  readonly phoneNumber: string
  readonly begunAt: number
  readonly expiresAt: number
  wrong: number
  readonly text: ModelText
  readonly counted: ModelPasskey['counted']
  /** What it became; null while it is pending, and for ever when it ended. */
  factor: ModelFactor | null
}

export interface ModelDevice {
  readonly trustedAt: number
  readonly expiresAt: number
  revoked: boolean
}

export interface ModelProof {
  readonly at: number
  readonly epoch: number
  readonly method: Kind | 'recovery-code' | 'access-pass'
  readonly purpose: Purpose | 'enrolment'
  readonly binding: string | null
}

/** Ten recovery codes. */
export interface ModelCodes {
  /** Which of them were redeemed, by index. */
  readonly spent: Set<number>
}

export interface ModelPass {
  readonly issuedAt: number
  readonly expiresAt: number
  used: boolean
}

/** What somebody answers a challenge with, honest or not. */
export type Given =
  | 'right'
  | 'early' // of a clock that is one step ahead
  | 'used' // right once
  | 'wrong' // of a passkey: the answer to another challenge
  | 'elsewhere' // of a passkey: given to the page of another origin
  | 'copied' // of a passkey: by the copy that somebody made
  | 'malformed' // of a passkey: a typed code

/** The numbers that are not the defaults, so that a short run can get there. */
export const SUSPENDED_AT = 10
export const TEXTS_PER_ADDRESS = 4
export const TEXTS_PER_PERSON = 6
export const LONGEST_LOCK = 30 * MINUTE

export function newWorld(now: number): ModelWorld {
  return { now, grants: new Map(), regions: new Map(), handedOver: 0, refusing: null }
}

/** Somebody with these factors and ten recovery codes, of whom nothing else is known. */
export function newModel(world: ModelWorld, factors: ModelFactor[]): Model {
  const model: Model = {
    world,
    epoch: 0,
    factors,
    preferred: null,
    wrongInARow: 0,
    lockedUntil: 0,
    recoveryCodes: null,
    accessPass: null,
    enrolmentRequired: false,
    enrolments: [],
    closed: [],
    settledThrough: [0, 0],
    texts: [],
    tokens: [],
    devices: [],
    proofs: [],
    codes: [],
    passes: [],
    begun: [],
  }
  issueCodes(model)
  return model
}

/** Ten new recovery codes in place of any others. */
export function issueCodes(model: Model): ModelCodes {
  model.recoveryCodes = { spent: new Set() }
  model.codes.push(model.recoveryCodes)
  return model.recoveryCodes
}

export function newApp(name: string | null = null, lastStep = -1, imported: number | null = null): ModelApp {
  return { kind: 'totp', name, lastStep, imported }
}

export function newText(): ModelText {
  return { sends: 0, lastSentAt: 0, codeSentAt: null, to: null, arrived: false }
}

/** The row of the table for a change of password, a removed factor and the like. */
export function revokeEverything(model: Model): void {
  model.epoch++
  model.closed = []
  model.settledThrough = [0, 0]
  model.enrolments = []
  revokeDevices(model)
}

export function trust(model: Model): ModelDevice {
  const { now } = model.world
  const device = { trustedAt: now, expiresAt: now + 30 * DAY, revoked: false }
  model.devices.push(device)
  const live = model.devices.filter(({ revoked }) => !revoked)
  if (live.length > 20) live[0]!.revoked = true
  return device
}

export function revokeDevices(model: Model): void {
  for (const device of model.devices) device.revoked = true
}

export function liveDevices(model: Model): readonly ModelDevice[] {
  return model.devices.filter(
    ({ revoked, trustedAt, expiresAt }) => !revoked && holds(model.world, trustedAt, expiresAt),
  )
}

/** What a person could know of Ada's account by reading the design: no secret, no cryptography, no record. */
export interface Model {
  now: number
  /** Raised whenever everything issued before becomes void. */
  epoch: number
  hasPhone: boolean
  /** The last step of the app that was used. */
  lastStep: number
  wrongInARow: number
  lockedUntil: number
  spentRecoveryCodes: Set<number>
  enrolmentRequired: boolean
  /** Every token handed out, oldest first. */
  tokens: ModelToken[]
  /** The challenges that were approved or cancelled, as far as the record remembers them. */
  closed: ModelChallenge[]
  /** Every challenge begun no later than this counts as settled. */
  settledThrough: number
  devices: ModelDevice[]
  proofs: { at: number; epoch: number }[]
  /** Texts to Ada, and to her number. */
  texts: number[]
  numberTexts: number[]
}

export interface ModelChallenge {
  readonly epoch: number
  readonly purpose: 'sign-in' | 'step-up'
  /** Who began it, as far as the application told; null when it did not. */
  readonly clientAddress: string | null
  readonly begunAt: number
  readonly expiresAt: number
  state: 'open' | 'settled' | 'cancelled'
  /** Wrong codes typed in place of its text's code. */
  wrong: number
  sends: number
  lastSentAt: number
  /** When the code that is out was first sent; null before any was. */
  codeSentAt: number | null
}

/** A challenge lives in its tokens; each asks for one factor. */
export interface ModelToken {
  readonly challenge: ModelChallenge
  readonly factor: Factor
}

export interface ModelDevice {
  readonly expiresAt: number
  revoked: boolean
}

export type Factor = 'app' | 'phone'
export type Typed = 'right' | 'wrong' | 'used' | 'malformed'

export const STEP = 30_000
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** The one number that is not the default, so that a short run can get there. */
export const SUSPENDED_AT = 10

export function newModel(now: number): Model {
  return {
    now,
    epoch: 0,
    hasPhone: true,
    lastStep: -1,
    wrongInARow: 0,
    lockedUntil: 0,
    spentRecoveryCodes: new Set(),
    enrolmentRequired: false,
    tokens: [],
    closed: [],
    settledThrough: 0,
    devices: [],
    proofs: [],
    texts: [],
    numberTexts: [],
  }
}

export function isSuspended(model: Model): boolean {
  return model.wrongInARow >= SUSPENDED_AT
}

export function isLocked(model: Model): boolean {
  return !isSuspended(model) && model.now < model.lockedUntil
}

/** Approved or cancelled: ten are remembered. Cancelled ones make room first, then whichever settled one was begun first. */
export function close(model: Model, challenge: ModelChallenge, state: 'settled' | 'cancelled'): void {
  challenge.state = state
  model.closed = [...model.closed.filter(({ expiresAt }) => model.now < expiresAt), challenge]
  if (model.closed.length <= 10) return
  const byBeginning = [...model.closed].sort((one, other) => one.begunAt - other.begunAt)
  const forgotten = model.closed.find((one) => one.state === 'cancelled') ?? byBeginning[0]
  model.closed = model.closed.filter((one) => one !== forgotten)
  if (forgotten?.state === 'settled') model.settledThrough = Math.max(model.settledThrough, forgotten.begunAt)
}

/** The row of the table for a change of password, a removed factor and the like. */
export function revokeEverything(model: Model): void {
  model.epoch++
  model.closed = []
  model.settledThrough = 0
  revokeDevices(model)
}

export function revokeDevices(model: Model): void {
  for (const device of model.devices) device.revoked = true
}

export function liveDevices(model: Model): number {
  return model.devices.filter(({ revoked, expiresAt }) => !revoked && model.now < expiresAt).length
}

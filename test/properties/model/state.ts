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
  wrongRecoveryCodes: number
  recoveryLockedUntil: number
  spentRecoveryCodes: Set<number>
  enrolmentRequired: boolean
  challenges: ModelChallenge[]
  /** The challenges that the record still holds, oldest first. */
  held: ModelChallenge[]
  devices: ModelDevice[]
  proofs: { at: number; epoch: number }[]
  /** Texts to Ada, and to her number. */
  texts: number[]
  numberTexts: number[]
}

export interface ModelChallenge {
  readonly epoch: number
  readonly expiresAt: number
  factor: Factor
  state: 'open' | 'settled' | 'exhausted'
  wrong: number
  sends: number
  lastSentAt: number
  /** When the code that is out was first sent; null before any was. */
  codeSentAt: number | null
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
    wrongRecoveryCodes: 0,
    recoveryLockedUntil: 0,
    spentRecoveryCodes: new Set(),
    enrolmentRequired: false,
    challenges: [],
    held: [],
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

/** Every write drops what has expired. */
export function written(model: Model): void {
  model.held = model.held.filter(({ expiresAt }) => model.now < expiresAt)
}

/** The row of the table for a change of password, a removed factor and the like. */
export function revokeEverything(model: Model): void {
  model.epoch++
  model.held = []
  revokeDevices(model)
}

export function revokeDevices(model: Model): void {
  for (const device of model.devices) device.revoked = true
}

export function liveDevices(model: Model): number {
  return model.devices.filter(({ revoked, expiresAt }) => !revoked && model.now < expiresAt).length
}

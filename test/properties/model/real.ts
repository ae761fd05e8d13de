import { expect } from 'vitest'
import type { PasskeyCreationOptions, PasskeyRequestOptions } from '../../../src/interfaces/passkeys.js'
import { passkeys } from '../../../src/passkeys/index.js'
import { createSoftwarePasskey, type Authenticator, type SoftwarePasskey } from '../../../src/testing/index.js'
import type { TwoFactor } from '../../../src/two-factor.js'
import { must } from '../../support/outcome.js'
import { enrolSms, enrolTotp, PHONE } from '../../support/people.js'
import { copyOf, makeWorld, NEW_KEY, OLD_KEY, type World } from '../../support/world.js'
import { losingStore, type LosingStore } from './losing-store.js'
import { REGION_MINIMUM } from './regions.js'
import {
  LONGEST_LOCK,
  newApp,
  newModel,
  newWorld,
  SUSPENDED_AT,
  TEXTS_PER_ADDRESS,
  TEXTS_PER_PERSON,
  type Model,
  type ModelChallenge,
  type ModelCodes,
  type ModelDevice,
  type ModelEnrolment,
  type ModelFactor,
  type ModelPass,
  type ModelPasskey,
  type ModelPhone,
  type ModelProof,
  type ModelToken,
} from './state.js'
import { DAY } from './time.js'
import type { Delivery, Subject } from './texts.js'

export type Name = 'ada' | 'ben'

/** What is known of everybody. */
export type People = Readonly<Record<Name, Model>>

/** A factor that somebody has in hand. */
export interface Held {
  readonly id: string
  readonly app?: Authenticator
  readonly passkey?: { readonly own: SoftwarePasskey; readonly copy: SoftwarePasskey }
}

/** An enrolment that somebody has begun. */
export interface Pending {
  readonly id: string
  readonly app?: Authenticator
  readonly passkey?: { readonly device: SoftwarePasskey; readonly options: PasskeyCreationOptions }
}

/** The real thing, in two processes, and what was handed out of it. */
export interface Real {
  readonly world: World
  readonly store: LosingStore
  readonly processes: TwoFactor[]
  /** How often a process was started anew. */
  restarts: number
  readonly factors: Map<ModelFactor, Held>
  readonly tokens: Map<ModelToken, string>
  /** What browsers are asked with, by challenge. */
  readonly options: Map<ModelChallenge, PasskeyRequestOptions>
  /** The code that arrived last, by what it is for, and when it was first sent. */
  readonly texted: Map<Subject, { readonly code: string | null; readonly codeSentAt: number | null }>
  readonly devices: Map<ModelDevice, { readonly id: string; readonly token: string }>
  readonly proofs: Map<ModelProof, string>
  readonly codes: Map<ModelCodes, readonly string[]>
  readonly passes: Map<ModelPass, string>
  readonly enrolments: Map<ModelEnrolment, Pending>
}

export const USERS: Readonly<Record<Name, string>> = { ada: 'ada', ben: 'ben' }
const RP_ID = 'acme.example'
const verifier = passkeys({ rpId: RP_ID, origins: [`https://${RP_ID}`] })
const KEYS = [OLD_KEY, NEW_KEY] as const
const options = {
  passkeys: verifier,
  keys: KEYS,
  policy: {
    wrongCodesUntilSuspended: SUSPENDED_AT,
    textsPerUserHour: TEXTS_PER_PERSON,
    textsPerAddressHour: TEXTS_PER_ADDRESS,
    longestLockSeconds: LONGEST_LOCK / 1000,
    regionMinimumTexts: REGION_MINIMUM,
  },
}

/** Ada has an app, a phone and a passkey; Ben an app, and the same phone. What was issued to them became void two days later. */
async function enrolPeople() {
  const world = makeWorld({ ...options, seed: 'people' })
  const { enrolment } = world.twoFactor
  const ada = await enrolTotp(world, 'ada')
  const adasPhone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
  const asked = { userId: 'ada', accountName: 'ada', proof: ada.proof }
  const { enrolmentId, options: create } = must(await enrolment.beginPasskey(asked), 'started')
  const key = createSoftwarePasskey()
  const response = key.create(create)
  must(await enrolment.confirm({ userId: 'ada', enrolmentId, response }), 'confirmed')
  const ben = await enrolTotp(world, 'ben')
  const bensPhone = await enrolSms(world, 'ben', PHONE, { proof: ben.proof })
  world.clock.advanceSeconds((2 * DAY) / 1000)
  for (const userId of Object.values(USERS)) await world.twoFactor.account.passwordChanged({ userId })
  return { world, ada, adasPhone, adasKey: { id: enrolmentId, key }, ben, bensPhone }
}

let enrolled: ReturnType<typeof enrolPeople> | undefined

/** Everybody, each time anew. */
export async function beginning(): Promise<{ readonly model: People; readonly real: Real }> {
  enrolled ??= enrolPeople()
  const { world: before, ada, adasPhone, adasKey, ben, bensPhone } = await enrolled
  const at = before.clock.now()
  const store = losingStore(await copyOf(before.data))
  const world = makeWorld({ ...options, store, at, seed: 'one process' })
  const shared = newWorld(at)
  const adasFactors = [newApp(), newPhone(), newPasskey()] as const
  const bensFactors = [newApp(), newPhone()] as const
  const model = { ada: newModel(shared, [...adasFactors]), ben: newModel(shared, [...bensFactors]) }
  return {
    model,
    real: {
      world,
      store,
      processes: [world.twoFactor, world.process({ seed: 'another process' })],
      restarts: 0,
      factors: new Map<ModelFactor, Held>([
        [adasFactors[0], { id: ada.factor.id, app: ada.app }],
        [adasFactors[1], { id: adasPhone.factor.id }],
        [adasFactors[2], { id: adasKey.id, passkey: { own: adasKey.key.clone(), copy: adasKey.key.clone() } }],
        [bensFactors[0], { id: ben.factor.id, app: ben.app }],
        [bensFactors[1], { id: bensPhone.factor.id }],
      ]),
      tokens: new Map(),
      options: new Map(),
      texted: new Map(),
      devices: new Map(),
      proofs: new Map(),
      codes: new Map([
        [codesOf(model.ada), ada.recoveryCodes],
        [codesOf(model.ben), ben.recoveryCodes],
      ]),
      passes: new Map(),
      enrolments: new Map(),
    },
  }
}

function newPhone(): ModelPhone {
  return { kind: 'sms', name: null, phoneNumber: PHONE }
}

/** To be made, a passkey counts once. */
export function newPasskey(): ModelPasskey {
  return { kind: 'passkey', name: null, counter: 1, counted: { own: 1, copy: 1 } }
}

function codesOf({ recoveryCodes }: Model): ModelCodes {
  if (recoveryCodes === null) throw new RangeError('everybody begins with recovery codes')
  return recoveryCodes
}

/** Starts one of the processes anew, with the new key in front; the old one still reads. */
export function rotate(real: Real, process: number): void {
  real.restarts++
  real.processes[process] = real.world.process({ keys: [NEW_KEY, OLD_KEY], seed: `restart ${real.restarts}` })
}

/** What was handed out in place of what the model knows. */
export function handed<Key, Value>(from: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = from.get(key)
  if (value === undefined) throw new RangeError('nothing was handed out')
  return value
}

/**
 * Keeps the code of a text that arrived, and holds it against the one before: the same while that lived. The text shows its
 * summary, and no binding.
 */
export function keepText({ world, texted }: Real, subject: Subject, delivery: Delivery | null): void {
  if (delivery?.status !== 'sent') return
  const { codeSentAt, to } = subject.text
  const { code, text: shown } = world.inbox.last(to ?? '')
  const { binding = null, summary = null } = subject
  expect([shown.includes(summary ?? ''), binding !== null && shown.includes(binding)]).toEqual([true, false])
  const before = texted.get(subject)
  if (before !== undefined) expect(code === before.code).toBe(codeSentAt === before.codeSentAt)
  texted.set(subject, { code, codeSentAt })
}

import fc from 'fast-check'
import { expect } from 'vitest'
import type { TwoFactor } from '../../../src/two-factor.js'
import { bindingFor, bound, saysBound, type Bound } from './bindings.js'
import { firstFactor } from './factors.js'
import { forgetExpired } from './forgetting.js'
import { isSuspended, lockEnds } from './guesses.js'
import type { ShownProof } from './proofs.js'
import { handed, USERS, type Name, type People, type Real } from './real.js'
import { liveDevices, type Kind, type Model, type ModelFactor } from './state.js'
import { holds } from './time.js'

export type Command = fc.AsyncCommand<People, Real>

/** Whose account it is about, and which process does it. */
export interface Actor {
  readonly who: Name
  readonly process: 0 | 1
}

/** What is known of whoever a command is about, and of somebody else. */
export interface Both {
  readonly model: Model
  readonly other: Model
}

/** Whose a thing is that a command presents: somebody else's helps nobody. */
export type Whose = keyof Both

/** What a command works with. */
export interface Scene extends Both {
  readonly userId: string
  readonly process: number
  readonly twoFactor: TwoFactor
  readonly real: Real
}

export interface Step {
  readonly says: string
  /** Whether there is what the command needs. */
  readonly needs?: (both: Both) => boolean
  readonly takes: (scene: Scene) => Promise<unknown>
}

/** Takes a step. Whoever's record was written has forgotten what had expired. */
export async function take({ takes }: Step, scene: Scene): Promise<void> {
  await takes(scene)
  // Counts by region are made behind the answer.
  await new Promise(setImmediate)
  if (scene.real.store.written.delete(`user:default:${scene.userId}`)) forgetExpired(scene.model)
}

const OTHERS: Readonly<Record<Name, Name>> = { ada: 'ben', ben: 'ada' }

/** A command that also compares, afterwards and in the other process, all that a host can see of whom it was about. */
function command({ who, process }: Actor, step: Step): Command {
  const { says, needs = () => true } = step
  const others = OTHERS[who]
  return {
    check: (people) => needs({ model: people[who], other: people[others] }),
    toString: () => `${who}.${says}@${process}`,
    async run(people, real) {
      const { world, processes } = real
      const attempts = world.inbox.attempts
      const twoFactor = processes[process]!
      await take(step, { userId: USERS[who], model: people[who], other: people[others], process, twoFactor, real })
      const { world: shared } = people[who]
      expect(world.inbox.attempts).toBe(shared.handedOver)
      if (world.inbox.attempts > attempts) providerRecovers(people, real)
      await seeTheSame(people, real, who, 1 - process)
    },
  }
}

/** Holds all that a host can see of somebody, in one of the processes, against what is known of them. */
export async function seeTheSame(people: People, real: Real, who: Name, process: number): Promise<void> {
  expect(await seen(real.processes[process]!, USERS[who])).toEqual(expected(people[who], real))
}

/** The provider refuses no more than one operation's texts. */
function providerRecovers({ ada }: People, { world }: Real): void {
  ada.world.refusing = null
  world.inbox.work()
}

async function seen({ account }: TwoFactor, userId: string) {
  const status = await account.status({ userId })
  return {
    ...status,
    factors: status.factors.map(({ id, kind, name, preferred }) => ({ id, kind, name, preferred })),
    trustedDevices: status.trustedDevices.length,
  }
}

function expected(model: Model, { factors }: Real) {
  const recoveryCodesRemaining = model.recoveryCodes === null ? 0 : 10 - model.recoveryCodes.spent.size
  return {
    status: 'known',
    userId: expect.any(String) as string,
    enabled: model.factors.length > 0,
    factors: model.factors.map((factor) => ({
      id: handed(factors, factor).id,
      kind: factor.kind,
      name: factor.name,
      preferred: factor === firstFactor(model),
    })),
    recoveryCodesRemaining,
    // Nobody says that they kept them.
    acknowledged: model.recoveryCodes === null,
    singleWay: model.factors.length === 1 && recoveryCodesRemaining === 0,
    trustedDevices: liveDevices(model).length,
    accessPass: passOut(model),
    lockedUntilAt: lockEnds(model),
    suspended: isSuspended(model),
    enrolmentRequired: model.enrolmentRequired,
  }
}

function passOut({ accessPass, world }: Model) {
  if (accessPass === null || accessPass.used) return null
  const { issuedAt, expiresAt } = accessPass
  return holds(world, issuedAt, expiresAt) ? { issuedAt, expiresAt } : null
}

const actor: fc.Arbitrary<Actor> = fc.record({
  who: fc.constantFrom('ada', 'ada', 'ben'),
  process: fc.constantFrom(0, 1),
})

/** Commands of one sort, by anybody in any process. */
export interface Sort {
  /** How often they come, beside the others. */
  readonly weight: number
  readonly arbitrary: fc.Arbitrary<Command>
}

export function sort<Args>(weight: number, args: fc.Arbitrary<Args>, step: (args: Args) => Step): Sort {
  return { weight, arbitrary: fc.tuple(actor, args).map(([by, given]) => command(by, step(given))) }
}

/** Those of a sort that has nothing to choose. */
export function only(weight: number, step: Step): Sort {
  return sort(weight, fc.constant(step), (same) => same)
}

/** The newest for 0, then backwards; around when there are not so many. */
export function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items.at(-1 - (index % items.length))
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** How far back a command reaches. */
export const recent = fc.nat({ max: 5 })

export const whose = fc.constantFrom<Whose>('model', 'model', 'model', 'other')
export const kind = fc.constantFrom<Kind>('totp', 'sms', 'passkey')

/** One of the person's factors of a kind, newest first; somebody else's where they have none. */
export function factorOf({ model, other }: Both, of: Kind, index = 0): ModelFactor | null {
  const isKind = (factor: ModelFactor): boolean => factor.kind === of
  const own = model.factors.filter(isKind)
  const factors = own.length > 0 ? own : other.factors.filter(isKind)
  return factors.length === 0 ? null : pick(factors, index)
}

/** A proof, newest first. */
export interface ProofChoice {
  readonly whose: Whose
  readonly index: number
  readonly bound: Bound
}

export const proofChoice = fc.record<ProofChoice>({ whose, index: fc.constantFrom(0, 0, 0, 1, 2), bound })

/** The proof that comes with a command; null where there is none. */
export function proofOf(both: Both, choice: ProofChoice | null): ShownProof | null {
  if (choice === null) return null
  const { proofs } = both[choice.whose]
  if (proofs.length === 0) return null
  const proof = pick(proofs, choice.index)
  return { proof, binding: bindingFor(choice.bound, proof.binding) }
}

/** The same as the API takes it. */
export function proofInput({ proofs }: Real, shown: ShownProof | null) {
  return { proof: shown === null ? '' : handed(proofs, shown.proof), binding: shown === null ? null : shown.binding }
}

export function saysProof(choice: ProofChoice | null): string {
  return choice === null ? 'unproven' : `proof ${saysWhose(choice.whose)}-${choice.index + 1}${saysBound(choice.bound)}`
}

export function saysWhose(owner: Whose): string {
  return owner === 'other' ? "of somebody else's " : ''
}

import fc from 'fast-check'
import { expect } from 'vitest'
import type { Approved, Challenged } from '../../../../src/interfaces/challenge.js'
import { must } from '../../../support/outcome.js'
import { answerOf } from '../answers.js'
import { begin, type Asked } from '../begin.js'
import { cancel, resend, switchTo, verify } from '../challenges.js'
import { binding, bindingFor, bound, saysBound, summary, type Bound } from '../bindings.js'
import {
  factorOf,
  kind,
  pick,
  recent,
  saysWhose,
  sort,
  whose,
  type Both,
  type Scene,
  type Step,
  type Whose,
} from '../command.js'
import { boundedLock, lockEnds } from '../guesses.js'
import { ASSURANCES } from '../proofs.js'
import { handed, keepText, type Real } from '../real.js'
import { trust, type Given, type Kind, type ModelToken } from '../state.js'
import { NETWORKS, type Delivery } from '../texts.js'

export const begun = ({ model }: Both): boolean => model.tokens.length > 0

export interface Begin extends Required<Pick<Asked, 'purpose' | 'clientAddress' | 'binding' | 'summary' | 'required'>> {
  /** Null for whichever comes first. */
  readonly kind: Kind | null
  /** Which of those of the kind, newest first. */
  readonly nth: number
  /** Which of the trusted devices begins, by whose token; null for none of them. */
  readonly device: { readonly whose: Whose; readonly index: number } | null
}

export function beginning({ kind: of, nth, device, ...rest }: Begin): Step {
  // Nobody is shown the summary of a sign-in.
  const about = { ...rest, summary: rest.purpose === 'sign-in' ? null : rest.summary }
  const { required, ...said } = about
  const says = [...Object.values(said), required ? 'required' : null].filter((one) => one !== null)
  const trusted = device === null ? '' : `, device ${saysWhose(device.whose)}-${device.index + 1}`
  return {
    says: `begin(${of}${nth === 0 ? '' : ' before'}, ${says.join(', ')}${trusted})`,
    needs: (both) => device === null || both[device.whose].devices.length > 0,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const asked = {
        factor: of === null ? null : factorOf(scene, of, nth),
        device: device === null ? null : pick(scene[device.whose].devices, device.index),
        ...about,
      }
      const { swaps } = real.store
      const { handedOver } = model.world
      const isTooLong = boundedLock(model) < model.lockedUntil
      const expected = begin(model, asked)
      const outcome = await twoFactor.challenge.begin({
        userId,
        ...about,
        factorId: asked.factor === null ? null : handed(real.factors, asked.factor).id,
        trustedDeviceToken: asked.device === null ? null : handed(real.devices, asked.device).token,
      })
      expect(outcome.status).toBe(expected.status)
      if (isTooLong && (expected.status === 'locked' || expected.status === 'suspended'))
        expect(real.store.swaps).toBeGreaterThan(swaps)
      else if (expected.status !== 'trusted' && model.world.handedOver === handedOver)
        expect(real.store.swaps).toBe(swaps)
      if (outcome.status === 'locked') expect(outcome.retryAt).toBe(lockEnds(model))
      if (!('token' in expected) || !('token' in outcome)) return
      const { token } = expected
      expect(outcome.token === null).toBe(token === null)
      if (token === null || outcome.token === null) return
      real.tokens.set(token, outcome.token)
      if (outcome.status !== 'challenged' || expected.status !== 'challenged') return
      challenged(real, token, outcome, expected.delivery)
      if (!expected.joined) keepText(real, token.challenge, expected.delivery)
    },
  }
}

/** Holds what is asked for against what should be, and keeps what a browser is asked with. */
function challenged(
  { factors, options }: Real,
  token: ModelToken,
  outcome: Challenged,
  delivery: Delivery | null,
): void {
  const { challenge, factor } = token
  expect(outcome).toMatchObject({ factor: { id: factor && handed(factors, factor).id }, delivery })
  expect(outcome.expiresAt).toBe(challenge.expiresAt)
  if (outcome.passkey !== null) options.set(challenge, outcome.passkey)
}

/** Which token, newest first; what is answered, and by which factor of the kind asked for. */
export interface Verify {
  readonly index: number
  readonly given: Given
  readonly by: number
  readonly bound: Bound
  readonly trusting: boolean
}

export function verifying({ index, given, by: nth, bound: to, trusting }: Verify): Step {
  return {
    says: `verify(-${index + 1}, ${given}${nth === 0 ? '' : ` of another`}${saysBound(to)}${trusting ? ', trust' : ''})`,
    needs: begun,
    async takes(scene) {
      const { real, model, twoFactor } = scene
      const token = pick(model.tokens, index)
      const { factor } = token
      const by =
        nth === 0 || factor === null || factor.kind === 'sms' ? factor : (factorOf(scene, factor.kind, nth) ?? factor)
      const answer = answerOf(real, token, given, by)
      const failuresBefore = model.wrongInARow
      const binding = bindingFor(to, token.challenge.binding)
      const expected = verify(model, token, given, by, binding)
      const trustDevice = trusting ? { name: 'Firefox' } : null
      const input = { token: handed(real.tokens, token), ...answer, binding, trustDevice }
      const outcome = await twoFactor.challenge.verify(input)
      if (expected !== 'approved') {
        expect(outcome).toEqual(expected)
        return
      }
      const approval = must(outcome, 'approved')
      approved(scene, approval)
      expect(approval).toMatchObject({ factor: { id: by && handed(real.factors, by).id }, failuresBefore })
      const { trustedDevice } = approval
      expect(trustedDevice !== null).toBe(trusting && token.challenge.purpose === 'sign-in')
      if (trustedDevice !== null) real.devices.set(trust(model), trustedDevice)
    },
  }
}

/** Holds an approval against the proof that it gave. */
export function approved({ model, real }: Scene, outcome: Approved): void {
  const proof = pick(model.proofs, 0)
  const { method, at, purpose } = proof
  expect(outcome).toMatchObject({
    method,
    at,
    purpose,
    assurance: ASSURANCES[method],
    enrolmentRequired: model.enrolmentRequired,
  })
  real.proofs.set(proof, outcome.proof)
}

interface Switch {
  readonly index: number
  readonly to: Kind
  readonly clientAddress: string | null
}

function switching({ index, to, clientAddress }: Switch): Step {
  return {
    says: `switch(-${index + 1}, ${to}, ${clientAddress})`,
    needs: begun,
    async takes(scene) {
      const { real, model, twoFactor } = scene
      const token = pick(model.tokens, index)
      const factor = factorOf(scene, to)
      if (factor === null) return
      const expected = switchTo(model, token, factor, clientAddress)
      const { id } = handed(real.factors, factor)
      const input = { token: handed(real.tokens, token), factorId: id, clientAddress }
      const outcome = await twoFactor.challenge.switchFactor(input)
      if ('status' in expected || outcome.status !== 'challenged') {
        expect(outcome).toEqual(expected)
        return
      }
      real.tokens.set(expected.token, outcome.token)
      challenged(real, expected.token, outcome, expected.delivery)
      keepText(real, token.challenge, expected.delivery)
    },
  }
}

export function resending({ index, clientAddress }: Pick<Switch, 'index' | 'clientAddress'>): Step {
  return {
    says: `resend(-${index + 1}, ${clientAddress})`,
    needs: begun,
    async takes({ real, model, twoFactor }) {
      const token = pick(model.tokens, index)
      const expected = resend(model, token, clientAddress)
      const outcome = await twoFactor.challenge.resend({ token: handed(real.tokens, token), clientAddress })
      expect(outcome).toMatchObject(expected)
      if (expected.status !== 'rejected') keepText(real, token.challenge, expected)
    },
  }
}

function cancelling(index: number): Step {
  return {
    says: `cancel(-${index + 1})`,
    needs: begun,
    async takes({ real, model, twoFactor }) {
      const token = pick(model.tokens, index)
      cancel(model, token)
      expect(await twoFactor.challenge.cancel({ token: handed(real.tokens, token) })).toEqual({ status: 'cancelled' })
    },
  }
}

const purpose = fc.constantFrom<Begin['purpose']>('sign-in', 'step-up')
export const clientAddress = fc.constantFrom(null, '192.0.2.1', ...Object.keys(NETWORKS))
const device = fc.record({ whose, index: recent })
const given = fc.constantFrom<Given>('right', 'early', 'used', 'wrong', 'wrong', 'elsewhere', 'copied', 'malformed')
const by = fc.constantFrom(0, 0, 0, 1)

const about = { purpose, clientAddress, binding, summary, required: fc.boolean() }
const none = fc.constant(null)
const nth = fc.constantFrom(0, 0, 1)
export const begins = fc.record<Begin>({ kind: fc.option(kind), nth, ...about, device: none })
const newest = fc.constant(0)

const verifies = (what: fc.Arbitrary<Given>, index: fc.Arbitrary<number>): fc.Arbitrary<Verify> =>
  fc.record({ index, given: what, by, bound, trusting: fc.boolean() })

export const challengeCommands = [
  sort(20, begins, beginning),
  sort(8, fc.record<Begin>({ kind: none, nth, ...about, device }), beginning),
  sort(8, verifies(given, recent), verifying),
  sort(14, verifies(given, newest), verifying),
  sort(14, verifies(fc.constant('right'), newest), verifying),
  sort(7, fc.record<Switch>({ index: recent, to: kind, clientAddress }), switching),
  sort(6, fc.record({ index: recent, clientAddress }), resending),
  sort(2, recent, cancelling),
]

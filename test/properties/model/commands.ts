import fc from 'fast-check'
import { expect } from 'vitest'
import type { Authenticator } from '../../../src/testing/index.js'
import { wrongCode } from '../../support/outcome.js'
import type { World } from '../../support/world.js'
import { PHONE } from '../../support/people.js'
import { begin, over, redeem, resend, switchTo, verify, type Asked } from './rules.js'
import {
  close,
  isLocked,
  isSuspended,
  liveDevices,
  revokeDevices,
  revokeEverything,
  type Factor,
  type Model,
  type ModelChallenge,
  type ModelToken,
  type Typed,
} from './state.js'
import type { Delivery } from './texts.js'

/** The real thing, and what was handed out of it. */
export interface Real {
  readonly world: World
  readonly app: Authenticator
  readonly factorIds: Readonly<Record<Factor, string>>
  readonly recoveryCodes: readonly string[]
  readonly tokens: Map<ModelToken, string>
  readonly texted: Map<ModelChallenge, string>
  readonly deviceTokens: { readonly id: string; readonly token: string }[]
  readonly proofs: string[]
}

export type Command = fc.AsyncCommand<Model, Real>

interface Step {
  readonly says: string
  readonly needs?: (model: Model) => boolean
  readonly takes: (model: Model, real: Real) => Promise<void>
}

/** A command that also compares, afterwards, all that a host can see. */
function command({ says, needs = () => true, takes }: Step): Command {
  return {
    check: needs,
    toString: () => says,
    async run(model, real) {
      await takes(model, real)
      expect(await real.world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({
        enabled: true,
        recoveryCodesRemaining: 10 - model.spentRecoveryCodes.size,
        trustedDevices: Array.from({ length: liveDevices(model) }, () => ({})),
        lockedUntilAt: isLocked(model) ? model.lockedUntil : null,
        suspended: isSuspended(model),
        enrolmentRequired: model.enrolmentRequired,
      })
    },
  }
}

const begun = ({ tokens }: Model): boolean => tokens.length > 0

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items.at(-1 - (index % items.length))
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** Keeps the code of a text that went out, and holds it against the one before: the same while that lived. */
function keepText(
  real: Real,
  challenge: ModelChallenge,
  delivery: Delivery | null,
  sentBefore: number,
  codeSentAtBefore: number | null,
): void {
  const { inbox } = real.world
  expect(inbox.attempts).toBe(sentBefore + (delivery?.status === 'sent' ? 1 : 0))
  if (delivery?.status !== 'sent') return
  const code = inbox.lastCode(PHONE)
  if (codeSentAtBefore !== null)
    expect(code === real.texted.get(challenge)).toBe(codeSentAtBefore === challenge.codeSentAt)
  real.texted.set(challenge, code)
}

function doBegin(asked: Asked): Command {
  const { factor, purpose, clientAddress } = asked
  return command({
    says: `begin(${factor}, ${purpose}, ${clientAddress})`,
    async takes(model, real) {
      const { world, factorIds } = real
      const sent = world.inbox.attempts
      const possible = factor === 'phone' && model.hasPhone ? 'phone' : 'app'
      const expected = begin(model, { ...asked, factor: possible })
      const writes = world.store.calls.filter((verb) => verb === 'swap').length
      const input = { userId: 'ada', factorId: factorIds[factor], purpose, clientAddress }
      const outcome = await world.twoFactor.challenge.begin(input)
      expect(outcome).toMatchObject({ status: expected.status })
      if (outcome.status === 'challenged')
        expect(outcome).toMatchObject({ factor: { id: factorIds[possible] }, delivery: expected.delivery })
      if (outcome.status === 'locked') expect(outcome.retryAt).toBe(model.lockedUntil)
      if ('token' in outcome && outcome.token !== null) real.tokens.set(expected.token, outcome.token)
      if (expected.joined) {
        expect(world.inbox.attempts).toBe(sent)
        return
      }
      if (expected.delivery?.status !== 'sent')
        expect(world.store.calls.filter((verb) => verb === 'swap')).toHaveLength(writes)
      keepText(real, expected.token.challenge, expected.delivery, sent, null)
    },
  })
}

function codeFor({ world, app, texted }: Real, model: Model, { challenge, factor }: ModelToken, typed: Typed): string {
  if (typed === 'malformed') return '12 345'
  const right = factor === 'phone' ? (texted.get(challenge) ?? '000000') : app.code(world.clock)
  if (typed === 'used' && factor === 'app' && model.lastStep >= 0) return app.code(model.lastStep * 30_000)
  return typed === 'right' ? right : wrongCode(right)
}

function doVerify(index: number, typed: Typed, trust: boolean): Command {
  return command({
    says: `verify(-${index + 1}, ${typed}${trust ? ', trust' : ''})`,
    needs: begun,
    async takes(model, real) {
      const held = pick(model.tokens, index)
      const code = codeFor(real, model, held, typed)
      const failuresBefore = model.wrongInARow
      const expected = verify(model, held, typed)
      const token = real.tokens.get(held) ?? ''
      const trustDevice = trust ? { name: 'Firefox' } : undefined
      const outcome = await real.world.twoFactor.challenge.verify({ token, code, trustDevice })
      if (expected !== 'approved') {
        expect(outcome).toEqual(expected)
        return
      }
      if (outcome.status !== 'approved') throw new Error(`expected approved, got ${outcome.reason}`)
      expect(outcome).toMatchObject({
        method: held.factor === 'app' ? 'totp' : 'sms',
        failuresBefore,
        at: model.now,
        enrolmentRequired: model.enrolmentRequired,
      })
      real.proofs.push(outcome.proof)
      const { trustedDevice } = outcome
      expect(trustedDevice !== null).toBe(trust && outcome.purpose === 'sign-in')
      if (trustedDevice === null) return
      real.deviceTokens.push(trustedDevice)
      model.devices.push({ expiresAt: model.now + 30 * 86_400_000, revoked: false })
      const live = model.devices.filter(({ revoked }) => !revoked)
      if (live.length > 20) live[0]!.revoked = true
    },
  })
}

function doRedeem(index: number, codeIndex: number): Command {
  return command({
    says: `redeem(-${index + 1}, ${codeIndex})`,
    needs: begun,
    async takes(model, real) {
      const held = pick(model.tokens, index)
      const expected = redeem(model, held, codeIndex)
      const recoveryCode = real.recoveryCodes[codeIndex] ?? '0000-0000-0000-0000-0000-0000'
      const outcome = await real.world.twoFactor.challenge.redeemRecoveryCode({
        token: real.tokens.get(held) ?? '',
        recoveryCode,
      })
      if (expected !== 'approved') {
        expect(outcome).toEqual(expected)
        return
      }
      expect(outcome).toMatchObject({
        status: 'approved',
        method: 'recovery-code',
        enrolmentRequired: model.enrolmentRequired,
      })
      if (outcome.status === 'approved') real.proofs.push(outcome.proof)
    },
  })
}

function doSwitch(index: number, factor: Factor): Command {
  return command({
    says: `switch(-${index + 1}, ${factor})`,
    needs: begun,
    async takes(model, real) {
      const held = pick(model.tokens, index)
      const { challenge } = held
      const { codeSentAt } = challenge
      const sent = real.world.inbox.attempts
      const expected = switchTo(model, held, factor)
      const outcome = await real.world.twoFactor.challenge.switchFactor({
        token: real.tokens.get(held) ?? '',
        factorId: real.factorIds[factor],
      })
      if ('status' in expected) {
        expect(outcome).toEqual(expected)
        return
      }
      expect(outcome).toMatchObject({
        status: 'challenged',
        factor: { id: real.factorIds[factor] },
        delivery: expected.delivery,
        expiresAt: challenge.expiresAt,
      })
      if (outcome.status === 'challenged') real.tokens.set(expected.token, outcome.token)
      keepText(real, challenge, expected.delivery, sent, codeSentAt)
    },
  })
}

function doResend(index: number): Command {
  return command({
    says: `resend(-${index + 1})`,
    needs: begun,
    async takes(model, real) {
      const held = pick(model.tokens, index)
      const { challenge } = held
      const { codeSentAt } = challenge
      const sent = real.world.inbox.attempts
      const expected = resend(model, held)
      expect(await real.world.twoFactor.challenge.resend({ token: real.tokens.get(held) ?? '' })).toMatchObject(
        expected,
      )
      keepText(real, challenge, expected.status === 'rejected' ? null : expected, sent, codeSentAt)
    },
  })
}

/** Five wrong codes, one after the other: without it, no run would be long enough for a suspension. */
const handful: Command = {
  check: () => true,
  toString: () => 'handful()',
  async run(model, real) {
    await doBegin({ factor: 'app', purpose: 'sign-in', clientAddress: null }).run(model, real)
    for (let times = 0; times < 5; times++) await doVerify(0, 'wrong', false).run(model, real)
  },
}

function doCancel(index: number): Command {
  return command({
    says: `cancel(-${index + 1})`,
    needs: begun,
    async takes(model, real) {
      const held = pick(model.tokens, index)
      if (over(model, held) === null) close(model, held.challenge, 'cancelled')
      expect(await real.world.twoFactor.challenge.cancel({ token: real.tokens.get(held) ?? '' })).toEqual({
        status: 'cancelled',
      })
    },
  })
}

function doWait(seconds: number): Command {
  return command({
    says: `wait(${seconds})`,
    async takes(model, real) {
      model.now += seconds * 1000
      real.world.clock.set(model.now)
    },
  })
}

function doTrusted(index: number, purpose: 'sign-in' | 'step-up'): Command {
  return command({
    says: `trusted(-${index + 1}, ${purpose})`,
    needs: ({ devices }) => devices.length > 0,
    async takes(model, real) {
      const { revoked, expiresAt } = pick(model.devices, index)
      const trustedDeviceToken = pick(real.deviceTokens, index).token
      const trusted = purpose === 'sign-in' && !revoked && model.now < expiresAt
      const asked = { factor: 'app', purpose, clientAddress: null } as const
      const expected = trusted ? { status: 'trusted' } : begin(model, asked)
      const outcome = await real.world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken, purpose })
      expect(outcome.status).toBe(expected.status)
      if ('token' in expected && 'token' in outcome && outcome.token !== null)
        real.tokens.set(expected.token, outcome.token)
    },
  })
}

function doRevoke(index: number): Command {
  return command({
    says: `revoke(-${index + 1})`,
    needs: ({ devices }) => devices.length > 0,
    async takes(model, real) {
      const device = pick(model.devices, index)
      device.revoked = true
      await real.world.twoFactor.trustedDevices.revoke({ userId: 'ada', deviceId: pick(real.deviceTokens, index).id })
    },
  })
}

const revokeAll = command({
  says: 'revokeAll()',
  async takes(model, real) {
    revokeDevices(model)
    await real.world.twoFactor.trustedDevices.revokeAll({ userId: 'ada' })
  },
})

const passwordChanged = command({
  says: 'passwordChanged()',
  async takes(model, real) {
    revokeEverything(model)
    await real.world.twoFactor.account.passwordChanged({ userId: 'ada' })
  },
})

const unlock = command({
  says: 'unlock()',
  async takes(model, real) {
    Object.assign(model, { wrongInARow: 0, lockedUntil: 0 })
    await real.world.twoFactor.admin.unlock({ userId: 'ada', actor: 'staff' })
  },
})

const proven = (model: Model, index: number): boolean => {
  const { at, epoch } = pick(model.proofs, index)
  return epoch === model.epoch && model.now < at + 600_000
}

function doCheckProof(index: number): Command {
  return command({
    says: `checkProof(-${index + 1})`,
    needs: ({ proofs }) => proofs.length > 0,
    async takes(model, real) {
      const outcome = await real.world.twoFactor.challenge.checkProof({
        userId: 'ada',
        proof: pick(real.proofs, index),
      })
      expect(outcome.status).toBe(proven(model, index) ? 'valid' : 'invalid')
    },
  })
}

function doRemovePhone(index: number): Command {
  return command({
    says: `removePhone(-${index + 1})`,
    needs: ({ proofs }) => proofs.length > 0,
    async takes(model, real) {
      const input = { userId: 'ada', factorId: real.factorIds.phone, proof: pick(real.proofs, index) }
      const reason = !proven(model, index) ? 'proof-invalid' : model.hasPhone ? null : 'unknown-factor'
      const sent = real.world.inbox.attempts
      const outcome = await real.world.twoFactor.factors.remove(input)
      expect(real.world.inbox.attempts).toBe(sent + (reason === null ? 1 : 0))
      if (reason !== null) {
        expect(outcome).toEqual({ status: 'refused', reason, retryAt: null })
        return
      }
      expect(outcome).toMatchObject({ status: 'removed', enabled: true })
      model.hasPhone = false
      revokeEverything(model)
    },
  })
}

const recent = fc.nat({ max: 5 })
const factor = fc.constantFrom<Factor>('app', 'phone')
const purpose = fc.constantFrom<Asked['purpose']>('sign-in', 'step-up')
const clientAddress = fc.constantFrom(null, '192.0.2.1', '192.0.2.1', '2001:db8::7')
const typed = fc.constantFrom<Typed>('right', 'wrong', 'wrong', 'wrong', 'used', 'malformed')

/** Every command, the frequent ones more often. */
export const allCommands: fc.Arbitrary<Command>[] = [
  fc.record({ factor, purpose, clientAddress }).map(doBegin),
  fc.record({ factor, purpose, clientAddress }).map(doBegin),
  fc.tuple(recent, typed, fc.boolean()).map(([index, what, trust]) => doVerify(index, what, trust)),
  fc.tuple(fc.constant(0), typed, fc.boolean()).map(([index, what, trust]) => doVerify(index, what, trust)),
  fc
    .tuple(fc.constant(0), fc.constant<Typed>('wrong'), fc.constant(false))
    .map(([index, what, trust]) => doVerify(index, what, trust)),
  fc.constantFrom(1, 29, 30, 31, 60, 61, 120, 299, 300, 599, 600, 3600, 86_400, 2_592_000).map(doWait),
  fc.constantFrom(30, 60).map(doWait),
  fc.tuple(recent, fc.integer({ min: -1, max: 9 })).map(([index, code]) => doRedeem(index, code)),
  fc.tuple(recent, factor).map(([index, to]) => doSwitch(index, to)),
  recent.map(doResend),
  fc.constant(handful),
  recent.map(doCancel),
  fc.tuple(recent, purpose).map(([index, what]) => doTrusted(index, what)),
  fc.constant(doTrusted(0, 'sign-in')),
  fc.constant(doVerify(0, 'right', true)),
  recent.map(doRevoke),
  recent.map(doCheckProof),
  recent.map(doRemovePhone),
  fc.constant(revokeAll),
  fc.constant(passwordChanged),
  fc.constant(unlock),
]

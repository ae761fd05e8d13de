import fc from 'fast-check'
import { expect } from 'vitest'
import { bindingFor, bound, saysBound, type Bound } from '../bindings.js'
import {
  only,
  pick,
  proofChoice,
  proofOf,
  proofInput,
  recent,
  saysProof,
  saysWhose,
  sort,
  whose,
  type Both,
  type ProofChoice,
  type Step,
  type Whose,
} from '../command.js'
import { disable, erase, issuePass, redeem, regenerate, reset, type Presented } from '../passes.js'
import { handed, type Real } from '../real.js'
import { approved, begun } from './challenge.js'

const NOBODYS_CODE = '0000-0000-0000-0000-0000-0000'

/** A recovery code of a set, or an access pass, newest first; or a code that nobody has. */
interface Choice {
  readonly what: 'code' | 'pass' | 'nothing'
  readonly whose: Whose
  readonly nth: number
  /** Which of the set. */
  readonly code: number
}

function presentedBy(both: Both, { what, whose: owner, nth, code }: Choice): Presented {
  const { codes, passes } = both[owner]
  if (what === 'pass') return passes.length === 0 ? null : { pass: pick(passes, nth) }
  return what === 'nothing' || codes.length === 0 ? null : { codes: pick(codes, nth), index: code }
}

function typed({ codes, passes }: Real, presented: Presented): string {
  if (presented === null) return NOBODYS_CODE
  return 'pass' in presented ? handed(passes, presented.pass) : handed(codes, presented.codes)[presented.index]!
}

interface Redeem extends Choice {
  readonly index: number
  readonly bound: Bound
}

export function redeeming({ index, bound: given, ...choice }: Redeem): Step {
  const { what, whose: owner, nth, code } = choice
  return {
    says: `redeem(-${index + 1}, ${what} ${saysWhose(owner)}-${nth + 1}${what === 'code' ? ` ${code}` : ''}${saysBound(given)})`,
    needs: begun,
    async takes(scene) {
      const { real, model, twoFactor } = scene
      const token = pick(model.tokens, index)
      const presented = presentedBy(scene, choice)
      const binding = bindingFor(given, token.challenge.binding)
      const expected = redeem(model, token, presented, binding)
      const outcome = await twoFactor.challenge.redeemRecoveryCode({
        token: handed(real.tokens, token),
        recoveryCode: typed(real, presented),
        binding,
      })
      if (outcome.status === 'approved' && expected === 'approved') approved(scene, outcome)
      else expect(outcome).toEqual(expected)
    },
  }
}

function regenerating(choice: ProofChoice | null): Step {
  return {
    says: `regenerate(${saysProof(choice)})`,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const proof = proofOf(scene, choice)
      const expected = regenerate(model, proof)
      const outcome = await twoFactor.recoveryCodes.regenerate({ userId, ...proofInput(real, proof) })
      if (outcome.status === 'regenerated' && !('reason' in expected)) real.codes.set(expected, outcome.recoveryCodes)
      else expect(outcome).toEqual(expected)
    },
  }
}

export function issuing(lifetimeSeconds: number): Step {
  return {
    says: `issueAccessPass(${lifetimeSeconds})`,
    async takes({ real, model, userId, twoFactor }) {
      const pass = issuePass(model, lifetimeSeconds)
      const outcome = await twoFactor.admin.issueAccessPass({ userId, actor: 'staff', lifetimeSeconds })
      expect(outcome).toMatchObject({ status: 'issued', expiresAt: pass.expiresAt })
      if (outcome.status === 'issued') real.passes.set(pass, outcome.pass)
    },
  }
}

export const resetting: Step = {
  says: 'reset()',
  async takes({ model, userId, twoFactor }) {
    reset(model)
    expect(await twoFactor.admin.reset({ userId, actor: 'staff' })).toEqual({ status: 'reset' })
  },
}

interface Disable {
  readonly choice: ProofChoice | null
  readonly required: boolean
}

function disabling({ choice, required }: Disable): Step {
  return {
    says: `disable(${saysProof(choice)}${required ? ', required' : ''})`,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const proof = proofOf(scene, choice)
      const expected = disable(model, proof, required) ?? { status: 'disabled' }
      const input = { userId, ...proofInput(real, proof), required }
      expect(await twoFactor.account.disable(input)).toEqual(expected)
    },
  }
}

const erasing: Step = {
  says: 'erase()',
  async takes({ model, userId, twoFactor }) {
    erase(model)
    expect(await twoFactor.account.erase({ userId })).toEqual({ status: 'erased' })
  },
}

const what = fc.constantFrom<Choice['what']>('code', 'code', 'pass', 'pass', 'nothing')
const nth = fc.constantFrom(0, 0, 0, 1)
const code = fc.nat({ max: 9 })
const choice = fc.option(proofChoice, { freq: 9 })

export const passCommands = [
  sort(4, fc.record<Redeem>({ index: recent, bound, what, whose, nth, code }), redeeming),
  sort(6, fc.record<Redeem>({ index: fc.constant(0), bound, what, whose, nth, code }), redeeming),
  sort(3, choice, regenerating),
  sort(3, fc.constantFrom(900, 3600, 86_400), issuing),
  sort(2, fc.record<Disable>({ choice, required: fc.boolean() }), disabling),
  only(1, resetting),
  only(1, erasing),
]

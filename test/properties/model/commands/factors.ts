import fc from 'fast-check'
import { expect } from 'vitest'
import { encodeBase32 } from '../../../../src/otp/index.js'
import { authenticator } from '../../../../src/testing/index.js'
import {
  factorOf,
  kind,
  proofChoice,
  proofOf,
  proofInput,
  saysProof,
  sort,
  type ProofChoice,
  type Step,
} from '../command.js'
import { importApp, prefer, remove, rename, takeFactors } from '../factors.js'
import { refusal } from '../outcomes.js'
import { ASSURANCES, isProven } from '../proofs.js'
import { handed } from '../real.js'
import type { Kind } from '../state.js'

export function checking(choice: ProofChoice): Step {
  return {
    says: `checkProof(${saysProof(choice)})`,
    needs: (both) => both[choice.whose].proofs.length > 0,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const shown = proofOf(scene, choice)!
      const { method, at, purpose } = shown.proof
      expect(await twoFactor.challenge.checkProof({ userId, ...proofInput(real, shown) })).toEqual(
        isProven(model, shown)
          ? { status: 'valid', method, at, purpose, assurance: ASSURANCES[method] }
          : { status: 'invalid' },
      )
    },
  }
}

/** The newest factor of a kind, and by which proof; without one when null. */
interface Change {
  readonly of: Kind
  readonly choice: ProofChoice | null
}

function removing({ of, choice, required }: Change & { readonly required: boolean }): Step {
  return {
    says: `remove(${of}, ${saysProof(choice)}${required ? ', required' : ''})`,
    needs: (both) => factorOf(both, of) !== null,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const factor = factorOf(scene, of)!
      const proof = proofOf(scene, choice)
      const { id: factorId } = handed(real.factors, factor)
      const expected = remove(model, factor, proof, required)
      const outcome = await twoFactor.factors.remove({ userId, factorId, ...proofInput(real, proof), required })
      expect(outcome).toMatchObject(expected ?? { status: 'removed', enabled: model.factors.length > 0 })
    },
  }
}

/** What staff take away needs no proof. */
function takingAway(of: Kind): Step {
  return {
    says: `removeFactor(${of})`,
    needs: (both) => factorOf(both, of) !== null,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const factor = factorOf(scene, of)!
      const { id: factorId } = handed(real.factors, factor)
      const refused = model.factors.includes(factor) ? null : refusal('unknown-factor')
      if (refused === null) takeFactors(model, [factor])
      const outcome = await twoFactor.admin.removeFactor({ userId, factorId, actor: 'staff' })
      expect(outcome).toMatchObject(refused ?? { status: 'removed', enabled: model.factors.length > 0 })
    },
  }
}

function preferring({ of, choice }: Change): Step {
  return {
    says: `prefer(${of}, ${saysProof(choice)})`,
    needs: (both) => factorOf(both, of) !== null,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const factor = factorOf(scene, of)!
      const proof = proofOf(scene, choice)
      const { id: factorId } = handed(real.factors, factor)
      const expected = prefer(model, factor, proof) ?? { status: 'preferred', factor: { id: factorId } }
      const outcome = await twoFactor.factors.prefer({ userId, factorId, ...proofInput(real, proof) })
      expect(outcome).toMatchObject(expected)
    },
  }
}

export function renaming({ of, name }: { readonly of: Kind; readonly name: string | null }): Step {
  return {
    says: `rename(${of}, ${name})`,
    needs: (both) => factorOf(both, of) !== null,
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const factor = factorOf(scene, of)!
      const { id: factorId } = handed(real.factors, factor)
      const expected = rename(model, factor, name) ?? { status: 'renamed', factor: { id: factorId, name } }
      expect(await twoFactor.factors.rename({ userId, factorId, name })).toMatchObject(expected)
    },
  }
}

export function importing(secret: number): Step {
  return {
    says: `importTotp(${secret})`,
    async takes({ real, model, userId, twoFactor }) {
      const value = Buffer.from(`${userId} had this secret elsewhere ${secret}`)
      const before = model.recoveryCodes
      const expected = importApp(model, secret)
      const input = { userId, actor: 'staff', secret: { encoding: 'raw', value } } as const
      const outcome = await twoFactor.admin.importTotp(input)
      if ('status' in expected || outcome.status === 'refused') {
        expect(outcome).toEqual(expected)
        return
      }
      const app = authenticator(`otpauth://totp/Acme:${userId}?secret=${encodeBase32(value)}&issuer=Acme`)
      real.factors.set(expected, { id: outcome.factor.id, app })
      const { recoveryCodes } = model
      expect(outcome.recoveryCodes === null).toBe(recoveryCodes === before)
      if (recoveryCodes !== null && outcome.recoveryCodes !== null) real.codes.set(recoveryCodes, outcome.recoveryCodes)
    },
  }
}

const choice = fc.option(proofChoice, { freq: 9 })

export const factorCommands = [
  sort(4, proofChoice, checking),
  sort(3, fc.record({ of: kind, choice, required: fc.boolean() }), removing),
  sort(1, kind, takingAway),
  sort(3, fc.record<Change>({ of: kind, choice }), preferring),
  sort(1, fc.record({ of: kind, name: fc.constantFrom(null, 'Old one') }), renaming),
  sort(1, fc.nat({ max: 1 }), importing),
]

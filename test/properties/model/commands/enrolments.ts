import fc from 'fast-check'
import { expect } from 'vitest'
import type { StartedPasskey, StartedSms, StartedTotp } from '../../../../src/interfaces/enrolment.js'
import { authenticator, createSoftwarePasskey } from '../../../../src/testing/index.js'
import { PHONE } from '../../../support/people.js'
import { OTHER_PHONE } from '../../../support/full-account.js'
import { must } from '../../../support/outcome.js'
import { proofOfEnrolment } from '../answers.js'
import { binding } from '../bindings.js'
import {
  factorOf,
  kind,
  pick,
  proofChoice,
  proofOf,
  proofInput,
  saysProof,
  saysWhose,
  sort,
  whose,
  type Both,
  type ProofChoice,
  type Scene,
  type Step,
  type Whose,
} from '../command.js'
import { beginEnrolment, cancelEnrolment, confirm, resendEnrolment, resume, type Wanted } from '../enrolments.js'
import { handed, keepText, type Pending } from '../real.js'
import type { Given, Kind, ModelEnrolment } from '../state.js'
import { clientAddress } from './challenge.js'

export interface BeginEnrolment extends Pick<Wanted, 'kind' | 'name' | 'phoneNumber' | 'clientAddress'> {
  readonly choice: ProofChoice | null
  /** The kind of factor that it replaces. */
  readonly inPlaceOf: Kind | null
}

export function beginningEnrolment({ choice, inPlaceOf, ...asked }: BeginEnrolment): Step {
  const replacing = inPlaceOf === null ? '' : `, in place of ${inPlaceOf}`
  return {
    says: `enrol(${asked.kind} ${asked.phoneNumber}, ${asked.clientAddress}, ${saysProof(choice)}${replacing})`,
    async takes(scene) {
      const { real, model } = scene
      const proof = proofOf(scene, choice)
      const wanted = { ...asked, proof, replaces: inPlaceOf === null ? null : factorOf(scene, inPlaceOf) }
      const expected = beginEnrolment(model, wanted)
      const outcome = await start(scene, wanted)
      if (expected.status === 'refused' || outcome.status === 'refused') {
        expect(outcome).toEqual(expected)
        return
      }
      const { enrolment, delivery } = expected
      expect(outcome.expiresAt).toBe(enrolment.expiresAt)
      expect('delivery' in outcome ? outcome.delivery : null).toEqual(delivery && expect.objectContaining(delivery))
      real.enrolments.set(enrolment, pending(outcome))
      keepText(real, enrolment, delivery)
    },
  }
}

async function start({ real, userId, twoFactor: { enrolment } }: Scene, wanted: Wanted) {
  const { name, replaces, proof, phoneNumber, clientAddress: address } = wanted
  const replaced = replaces === null ? null : handed(real.factors, replaces).id
  const input = { userId, accountName: userId, name, replaces: replaced, ...proofInput(real, proof) }
  switch (wanted.kind) {
    case 'totp':
      return enrolment.beginTotp(input)
    case 'sms':
      return enrolment.beginSms({ ...input, phoneNumber, clientAddress: address })
    case 'passkey':
      return enrolment.beginPasskey(input)
  }
}

function pending(outcome: StartedTotp | StartedSms | StartedPasskey): Pending {
  const { enrolmentId: id } = outcome
  if ('uri' in outcome) return { id, app: authenticator(outcome.uri) }
  return 'options' in outcome ? { id, passkey: { device: createSoftwarePasskey(), options: outcome.options } } : { id }
}

/** Which of the enrolments begun, newest first. */
interface Choice {
  readonly whose: Whose
  readonly index: number
}

const has = ({ whose: owner }: Choice, both: Both): boolean => both[owner].begun.length > 0

function chosen(both: Both, { whose: owner, index }: Choice): ModelEnrolment {
  return pick(both[owner].begun, index)
}

interface Confirm extends Choice {
  readonly given: Given
  readonly binding: string | null
}

export function confirming({ given, binding: about, ...choice }: Confirm): Step {
  return {
    says: `confirm(${saysWhose(choice.whose)}-${choice.index + 1}, ${given}, ${about})`,
    needs: (both) => has(choice, both),
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const enrolment = chosen(scene, choice)
      const answer = proofOfEnrolment(real, enrolment, given)
      const before = model.recoveryCodes
      const expected = confirm(model, enrolment, given, about)
      const { id: enrolmentId, app, passkey } = handed(real.enrolments, enrolment)
      const outcome = await twoFactor.enrolment.confirm({ userId, enrolmentId, ...answer, binding: about })
      if ('status' in expected) {
        expect(outcome).toEqual(expected)
        return
      }
      const { proof, recoveryCodes } = must(outcome, 'confirmed')
      const own = passkey?.device
      real.factors.set(expected, {
        id: enrolmentId,
        ...(app && { app }),
        ...(own && { passkey: { own, copy: own.clone() } }),
      })
      real.proofs.set(pick(model.proofs, 0), proof)
      expect(recoveryCodes === null).toBe(model.recoveryCodes === before)
      if (recoveryCodes !== null) real.codes.set(model.recoveryCodes!, recoveryCodes)
    },
  }
}

/** A page that was loaded again shows the same. */
function resuming(choice: Choice): Step {
  return {
    says: `resume enrolment(${saysWhose(choice.whose)}-${choice.index + 1})`,
    needs: (both) => has(choice, both),
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const enrolment = chosen(scene, choice)
      const { id: enrolmentId, app, passkey } = handed(real.enrolments, enrolment)
      const expected = resume(model, enrolment)
      const outcome = await twoFactor.enrolment.resume({ userId, enrolmentId })
      if (expected.status === 'refused' || outcome.status === 'refused') {
        expect(outcome).toEqual(expected)
        return
      }
      const { delivery } = expected
      expect(outcome).toMatchObject({ enrolmentId, expiresAt: enrolment.expiresAt, ...(delivery && { delivery }) })
      const shown = pending(outcome)
      expect(shown.app?.code(0)).toBe(app?.code(0))
      expect(shown.passkey?.options).toEqual(passkey?.options)
    },
  }
}

function resending({ address, ...choice }: Choice & { readonly address: string | null }): Step {
  return {
    says: `resend enrolment(${saysWhose(choice.whose)}-${choice.index + 1}, ${address})`,
    needs: (both) => has(choice, both),
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const enrolment = chosen(scene, choice)
      const { id: enrolmentId } = handed(real.enrolments, enrolment)
      const expected = resendEnrolment(model, enrolment, address)
      expect(await twoFactor.enrolment.resend({ userId, enrolmentId, clientAddress: address })).toMatchObject(expected)
      if (expected.status !== 'refused') keepText(real, enrolment, expected)
    },
  }
}

function cancelling(choice: Choice): Step {
  return {
    says: `cancel enrolment(${saysWhose(choice.whose)}-${choice.index + 1})`,
    needs: (both) => has(choice, both),
    async takes(scene) {
      const { real, model, userId, twoFactor } = scene
      const enrolment = chosen(scene, choice)
      cancelEnrolment(model, enrolment)
      const { id: enrolmentId } = handed(real.enrolments, enrolment)
      expect(await twoFactor.enrolment.cancel({ userId, enrolmentId })).toEqual({ status: 'cancelled' })
    },
  }
}

export const enrolmentBegins = fc.record<BeginEnrolment>({
  kind,
  name: fc.constantFrom(null, 'New one'),
  phoneNumber: fc.constantFrom(PHONE, OTHER_PHONE),
  clientAddress,
  choice: fc.option(proofChoice, { freq: 9 }),
  inPlaceOf: fc.option(kind, { freq: 2 }),
})
const index = fc.constantFrom(0, 0, 0, 1, 2)
const given = fc.constantFrom<Given>('right', 'right', 'wrong', 'elsewhere', 'malformed')

export const enrolmentCommands = [
  sort(6, enrolmentBegins, beginningEnrolment),
  sort(9, fc.record<Confirm>({ whose, index, given, binding }), confirming),
  sort(4, fc.record({ whose, index, address: clientAddress }), resending),
  sort(2, fc.record<Choice>({ whose, index }), resuming),
  sort(1, fc.record<Choice>({ whose, index }), cancelling),
]

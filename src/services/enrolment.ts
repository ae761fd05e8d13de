import { newTokenId, signProof } from '../crypto/claims.js'
import type { Confirmed, EnrolmentOperations } from '../interfaces/enrolment.js'
import type { Rejected } from '../interfaces/challenge.js'
import { normaliseCode } from '../otp/code.js'
import { confirmEnrolment, dropEnrolment, ENROLLED_TOTP, enrolmentStanding } from '../user/enrolment.js'
import { rejected, type CodeFact } from '../user/guessing.js'
import { presentFactor, unchanged, type Decision, type EnrolmentRecord, type FactorRecord } from '../user/record.js'
import { checkSms, checkTotp } from './check-code.js'
import type { Context } from './context.js'
import { createEnrolmentBeginning } from './enrolment-beginning.js'
import { optionalBinding, requireInput, requireUserId } from './input.js'
import { issueCodes, newRecoveryCodes, once } from './recovery-code-sets.js'
import { unlessBusy } from './update.js'

interface ConfirmedFactor {
  readonly status: 'confirmed'
  readonly factor: FactorRecord
  readonly replaced: FactorRecord | null
  readonly recoveryCodes: readonly string[] | null
}

/** `twoFactor.enrolment`. */
export function createEnrolment(context: Context): EnrolmentOperations {
  const { options, users, texting } = context
  const { ring, policy, random } = options

  function checkCode(userId: string, enrolment: EnrolmentRecord, code: string, now: number): CodeFact {
    if (enrolment.kind === 'totp') return checkTotp({ secret: enrolment.secret, ...ENROLLED_TOTP }, -1, code, now)
    const { id: subjectId, phoneNumber, expiresAt } = enrolment
    const subject = { userId, subjectId, phoneNumber, purpose: 'enrolment', binding: null, expiresAt }
    return checkSms(ring, enrolment.text, subject, code, now, policy)
  }

  return {
    ...createEnrolmentBeginning(context),

    async confirm(input): Promise<Confirmed | Rejected> {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const binding = optionalBinding(input.binding)
      const code = normaliseCode(input.code, ENROLLED_TOTP.digits)
      if (code === null) return rejected('malformed-code', null)
      const { enrolmentId } = input
      const proofId = newTokenId(random)
      const codesOnce = once(() => newRecoveryCodes(random))
      const work = users.update(userId, async (record, now): Promise<Decision<Rejected | ConfirmedFactor>> => {
        const standing = enrolmentStanding(record, enrolmentId, now, policy)
        if (standing.status === 'shut') return unchanged(record, standing.rejection)
        const { enrolment } = standing
        const decision = confirmEnrolment(
          record,
          userId,
          enrolment,
          checkCode(userId, enrolment, code, now),
          now,
          policy,
        )
        const { outcome } = decision
        if (outcome.status === 'rejected') return { ...decision, outcome }
        if (record.factors.length > 0) return { ...decision, outcome: { ...outcome, recoveryCodes: null } }
        const { next, events, codes } = issueCodes(decision, userId, await codesOnce(), now)
        return { next, events, outcome: { ...outcome, recoveryCodes: codes } }
      })
      const committed = await unlessBusy(work, null)
      if (committed === null) return rejected('busy', null)
      const { record, outcome, now } = committed
      if (outcome.status === 'rejected') return outcome
      const { factor, replaced, recoveryCodes } = outcome
      await texting.notify('number-replaced', {
        userId,
        gone: replaced === null ? [] : [replaced],
        left: record.factors,
        locale: null,
        at: now,
      })
      if (factor.kind === 'sms') await texting.countVerified(factor.country)
      const proof = signProof(ring, proofId, userId, binding, { method: factor.kind, at: now, epoch: record.epoch })
      return { status: 'confirmed', factor: presentFactor(record, factor), recoveryCodes, proof }
    },

    async cancel(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { enrolmentId } = input
      await users.update(userId, (record) => {
        const known = record.enrolments.some(({ id }) => id === enrolmentId)
        return { next: known ? dropEnrolment(record, enrolmentId) : record, outcome: undefined, events: [] }
      })
      return { status: 'cancelled' }
    },
  }
}

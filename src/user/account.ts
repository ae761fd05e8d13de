import type { AccountStatus } from '../interfaces/account.js'
import type { Refused } from '../interfaces/refusal.js'
import { decided, unchanged, type Case, type Decision } from './decision.js'
import { noticesTo, withoutFactors } from './factors.js'
import { guessStanding } from './guessing.js'
import { presentFactors } from './presenting.js'
import { proofRefusal, refused, type ProofFact } from './proof.js'
import { FRESH_GUESSES, isLive, raiseEpoch, recoveryCodesRemaining } from './record.js'
import { liveTrustedDevices, revokeTrustedDevices } from './trusted-devices.js'

/** All that a host may show of a user's second factor. */
export function accountStatus({ record, userId, now, policy }: Case): AccountStatus {
  const { factors, recoveryCodes, accessPass, guesses, enrolmentRequired } = record
  const standing = guessStanding(guesses, now, policy)
  const remaining = recoveryCodesRemaining(record)
  const passOut = accessPass !== null && !accessPass.used && isLive(accessPass.issuedAt, accessPass.expiresAt, now)
  return {
    status: 'known',
    userId,
    enabled: factors.length > 0,
    factors: presentFactors(record),
    recoveryCodesRemaining: remaining,
    acknowledged: recoveryCodes?.acknowledged ?? true,
    singleWay: factors.length === 1 && remaining === 0,
    trustedDevices: liveTrustedDevices(record, now),
    accessPass: passOut ? { issuedAt: accessPass.issuedAt, expiresAt: accessPass.expiresAt } : null,
    lockedUntilAt: standing.status === 'locked' ? standing.retryAt : null,
    suspended: standing.status === 'suspended',
    enrolmentRequired,
  }
}

/** After a change of password, only the factors and the recovery codes stay as they were. */
export function changePassword(at: Case): Decision<{ readonly status: 'recorded' }> {
  const { record, stored } = at
  if (!stored) return unchanged(at, { status: 'recorded' })
  const { events } = revokeTrustedDevices(at)
  return decided(raiseEpoch(record), { status: 'recorded' }, [{ type: 'password-changed' }, ...events])
}

/** Two-factor authentication switched off by its user. */
export function disable(
  at: Case,
  { proof, required }: { readonly proof: ProofFact; readonly required: boolean },
): Decision<Refused | { readonly status: 'disabled' }> {
  const { record } = at
  const refusal = proofRefusal(at, proof)
  if (refusal !== null) return unchanged(at, refusal)
  const { factors, enrolments } = record
  if (required && factors.length > 0) return unchanged(at, refused('last-factor-required'))
  const outcome = { status: 'disabled' } as const
  if (factors.length === 0) return decided(enrolments.length === 0 ? record : { ...record, enrolments: [] }, outcome)
  const { events } = revokeTrustedDevices(at)
  return decided(
    withoutFactors(record),
    outcome,
    [{ type: 'disabled' }, ...events],
    noticesTo(factors, [], 'number-removed'),
  )
}

/** A fresh start that staff gave to somebody who had lost every factor. */
export function reset(at: Case, actor: string): Decision<{ readonly status: 'reset' }> {
  const { record, stored } = at
  const outcome = { status: 'reset' } as const
  if (!stored) return unchanged(at, outcome)
  const { events } = revokeTrustedDevices(at)
  const next = { ...withoutFactors(record), guesses: FRESH_GUESSES, enrolmentRequired: false }
  return decided(next, outcome, [{ type: 'reset', actor }, ...events], noticesTo(record.factors, [], 'number-removed'))
}

/** A lock or a suspension, lifted by staff. */
export function unlock(at: Case, actor: string): Decision<{ readonly status: 'unlocked' }> {
  const { record, stored } = at
  const outcome = { status: 'unlocked' } as const
  if (!stored) return unchanged(at, outcome)
  return decided({ ...record, guesses: FRESH_GUESSES }, outcome, [{ type: 'unlocked', actor }])
}

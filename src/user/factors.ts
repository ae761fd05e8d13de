import type { Factor } from '../interfaces/factor.js'
import type { Refused } from '../interfaces/refusal.js'
import { decided, unchanged, type Case, type Decision, type Effect, type Notice } from './decision.js'
import { kindOf } from './kinds/index.js'
import { presentFactor } from './presenting.js'
import { proofRefusal, refused, type ProofFact } from './proof.js'
import { raiseEpoch, withFactor, type FactorRecord, type UserRecord } from './record.js'
import { revokeTrustedDevices } from './trusted-devices.js'

/** Adds a factor. The first one ends whatever was issued before there was one. */
export function addFactor(at: Case, factor: FactorRecord): Decision<undefined> {
  const { record } = at
  const first = record.factors.length === 0
  const base = first ? raiseEpoch(record) : record
  return decided({ ...base, factors: [...base.factors, factor] }, undefined, [
    { type: 'factor-added', factorId: factor.id, factorKind: factor.kind, first },
  ])
}

/** Retires one factor for another in one go, and ends whatever the old one vouched for. */
export function replaceFactor(at: Case, replaced: FactorRecord, factor: FactorRecord): Decision<undefined> {
  const { record } = at
  const revoked = revokeTrustedDevices(at)
  const factors = record.factors.map((one) => (one.id === replaced.id ? factor : one))
  const preferredFactorId = record.preferredFactorId === replaced.id ? factor.id : record.preferredFactorId
  const about = {
    factorId: factor.id,
    factorKind: factor.kind,
    replacedFactorId: replaced.id,
    replacedFactorKind: replaced.kind,
  }
  return decided({ ...raiseEpoch(record), factors, preferredFactorId }, undefined, [
    { type: 'factor-replaced', ...about },
    ...revoked.events,
  ])
}

/** Retires the factors whose codes are suspended, now that there is a new one. */
export function retireSuspended(at: Case, factor: FactorRecord): Decision<undefined> {
  const { record } = at
  const retired = record.factors.filter((one) => one.id !== factor.id && kindOf(one).isTyped)
  if (retired.length === 0) return unchanged(at, undefined)
  const revoked = revokeTrustedDevices(at)
  const next = withoutThem(record, retired)
  const events = retired.map(
    ({ id, kind }) => ({ type: 'factor-removed', factorId: id, factorKind: kind, last: false, actor: null }) as const,
  )
  return decided(next, undefined, [...events, ...revoked.events])
}

function withoutThem(record: UserRecord, gone: readonly FactorRecord[]): UserRecord {
  const factors = record.factors.filter((factor) => !gone.includes(factor))
  const preferredFactorId = factors.some(({ id }) => id === record.preferredFactorId) ? record.preferredFactorId : null
  return { ...raiseEpoch(record), factors, preferredFactorId }
}

/** The record without any factor: the epoch voids what was issued, and the guesses stay counted. */
export function withoutFactors(record: UserRecord): UserRecord {
  return { ...raiseEpoch(record), factors: [], preferredFactorId: null, recoveryCodes: null, accessPass: null }
}

/** Tells phone numbers that they are no longer factors, unless another factor keeps the number. */
export function noticesTo(
  gone: readonly FactorRecord[],
  left: readonly FactorRecord[],
  notice: Notice,
): readonly Effect[] {
  const kept = new Set(left.map((factor) => kindOf(factor).recipient(factor)?.phoneNumber))
  const to = gone.flatMap((factor) => {
    const recipient = kindOf(factor).recipient(factor)
    return recipient === null || kept.has(recipient.phoneNumber) ? [] : [{ factorId: factor.id, ...recipient }]
  })
  return to.length === 0 ? [] : [{ effect: 'send-notice', notice, to }]
}

/** Changes what a factor is called. */
export function renameFactor(
  at: Case,
  { factorId, name }: { readonly factorId: string; readonly name: string | null },
): Decision<Refused | { readonly status: 'renamed'; readonly factor: Factor }> {
  const factor = at.record.factors.find(({ id }) => id === factorId)
  if (factor === undefined) return unchanged(at, refused('unknown-factor'))
  const next = withFactor(at.record, { ...factor, name })
  return decided(next, { status: 'renamed', factor: presentFactor(next, { ...factor, name }) }, [
    { type: 'factor-renamed', factorId, factorKind: factor.kind },
  ])
}

/** Has sign-in ask for a factor first. */
export function preferFactor(
  at: Case,
  { factorId, proof }: { readonly factorId: string; readonly proof: ProofFact },
): Decision<Refused | { readonly status: 'preferred'; readonly factor: Factor }> {
  const refusal = proofRefusal(at, proof)
  if (refusal !== null) return unchanged(at, refusal)
  const factor = at.record.factors.find(({ id }) => id === factorId)
  if (factor === undefined) return unchanged(at, refused('unknown-factor'))
  const next = { ...at.record, preferredFactorId: factor.id }
  return decided(next, { status: 'preferred', factor: presentFactor(next, factor) }, [
    { type: 'factor-preferred', factorId, factorKind: factor.kind },
  ])
}

/** A removed factor. */
export interface Removed {
  readonly status: 'removed'
  readonly factor: Factor
  /** Whether sign-in still asks for a second factor. */
  readonly enabled: boolean
}

/** Removes a factor that its owner wants gone; with the last one go the recovery codes. */
export function removeFactor(
  at: Case,
  { factorId, proof, required }: { readonly factorId: string; readonly proof: ProofFact; readonly required: boolean },
): Decision<Refused | Removed> {
  const refusal = proofRefusal(at, proof)
  if (refusal !== null) return unchanged(at, refusal)
  const last = at.record.factors.length === 1 && at.record.factors[0]?.id === factorId
  return last && required ? unchanged(at, refused('last-factor-required')) : takeFactor(at, factorId, null)
}

/** Removes a factor on behalf of its owner, or of staff. */
export function takeFactor(at: Case, factorId: string, actor: string | null): Decision<Refused | Removed> {
  const { record } = at
  const factor = record.factors.find(({ id }) => id === factorId)
  if (factor === undefined) return unchanged(at, refused('unknown-factor'))
  const last = record.factors.length === 1
  const revoked = revokeTrustedDevices(at)
  const next = last ? withoutFactors(record) : withoutThem(record, [factor])
  const outcome = { status: 'removed', factor: presentFactor(next, factor), enabled: !last } as const
  return decided(
    next,
    outcome,
    [
      { type: 'factor-removed', factorId, factorKind: factor.kind, last, actor },
      ...(last ? [{ type: 'disabled' } as const] : []),
      ...revoked.events,
    ],
    noticesTo([factor], next.factors, 'number-removed'),
  )
}

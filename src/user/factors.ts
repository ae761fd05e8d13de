import type { Refused } from '../interfaces/enrolment.js'
import { refused } from './proof.js'
import { withoutFactors } from './account.js'
import { raiseEpoch, unchanged, type Decision, type FactorRecord, type TotpFactor, type UserRecord } from './record.js'
import { revokeTrustedDevices } from './trusted-devices.js'

/** The most factors a user may have. */
export const MAX_FACTORS = 10

/** Adds a factor. The first one ends whatever was issued before there was one. */
export function addFactor(record: UserRecord, userId: string, factor: FactorRecord, now: number): Decision<void> {
  const first = record.factors.length === 0
  const base = first ? raiseEpoch(record) : record
  return {
    next: { ...base, factors: [...base.factors, factor] },
    outcome: undefined,
    events: [{ type: 'factor-added', userId, at: now, factorId: factor.id, factorKind: factor.kind, first }],
  }
}

/**
 * Adds a factor that another system confirmed. A secret that the user has already is that factor: an import run twice must
 * not make one code good for two approvals.
 */
export function importFactor(
  record: UserRecord,
  userId: string,
  factor: TotpFactor,
  actor: string,
  now: number,
): Decision<Refused | { readonly status: 'imported'; readonly factor: TotpFactor }> {
  const known = record.factors.find((one): one is TotpFactor => one.kind === 'totp' && one.secret === factor.secret)
  if (known !== undefined) return importAgain(record, known, factor.lastStep)
  const places = record.factors.length + record.enrolments.filter(({ replaces }) => replaces === null).length
  if (places >= MAX_FACTORS) return unchanged(record, refused('too-many-factors'))
  const first = record.factors.length === 0
  return {
    next: dropTotpEnrolments(addFactor(record, userId, factor, now).next),
    outcome: { status: 'imported', factor },
    events: [{ type: 'factor-imported', userId, at: now, factorId: factor.id, factorKind: factor.kind, actor, first }],
  }
}

function importAgain(record: UserRecord, known: TotpFactor, lastStep: number): ReturnType<typeof importFactor> {
  if (lastStep <= known.lastStep) return unchanged(record, { status: 'imported', factor: known })
  const factor = { ...known, lastStep }
  const factors = record.factors.map((one) => (one.id === known.id ? factor : one))
  return { next: { ...record, factors }, outcome: { status: 'imported', factor }, events: [] }
}

function dropTotpEnrolments(record: UserRecord): UserRecord {
  return { ...record, enrolments: record.enrolments.filter(({ kind }) => kind !== 'totp') }
}

/** Retires one factor for another in one go, and ends whatever the old one vouched for. */
export function replaceFactor(
  record: UserRecord,
  userId: string,
  replaced: FactorRecord,
  factor: FactorRecord,
  now: number,
): Decision<void> {
  const revoked = revokeTrustedDevices(record, userId, now)
  const factors = record.factors.map((one) => (one.id === replaced.id ? factor : one))
  const preferredFactorId = record.preferredFactorId === replaced.id ? factor.id : record.preferredFactorId
  return {
    next: { ...raiseEpoch(revoked.next), factors, preferredFactorId },
    outcome: undefined,
    events: [
      {
        type: 'factor-replaced',
        userId,
        at: now,
        factorId: factor.id,
        factorKind: factor.kind,
        replacedFactorId: replaced.id,
        replacedFactorKind: replaced.kind,
      },
      ...revoked.events,
    ],
  }
}

/** Removes a factor; with the last one go the recovery codes, and two-factor authentication is off. */
export function removeFactor(
  record: UserRecord,
  userId: string,
  factorId: string,
  required: boolean,
  now: number,
): Decision<Refused | { readonly status: 'removed'; readonly factor: FactorRecord; readonly last: boolean }> {
  const factor = record.factors.find(({ id }) => id === factorId)
  if (factor === undefined) return unchanged(record, refused('unknown-factor'))
  const factors = record.factors.filter(({ id }) => id !== factorId)
  const last = factors.length === 0
  if (last && required) return unchanged(record, refused('last-factor-required'))
  const revoked = revokeTrustedDevices(record, userId, now)
  const next = last
    ? withoutFactors(record)
    : { ...raiseEpoch(record), factors, preferredFactorId: preferredAmong(record, factors) }
  return {
    next,
    outcome: { status: 'removed', factor, last },
    events: [
      { type: 'factor-removed', userId, at: now, factorId, factorKind: factor.kind, last },
      ...(last ? ([{ type: 'disabled', userId, at: now }] as const) : []),
      ...revoked.events,
    ],
  }
}

function preferredAmong(record: UserRecord, factors: readonly FactorRecord[]): string | null {
  return factors.some(({ id }) => id === record.preferredFactorId) ? record.preferredFactorId : null
}

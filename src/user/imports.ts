import type { Imported } from '../interfaces/admin.js'
import type { Refused } from '../interfaces/refusal.js'
import { decided, unchanged, type Case, type Decision } from './decision.js'
import { addFactor } from './factors.js'
import { kindOf } from './kinds/index.js'
import { hasRoomFor, MAX_FACTORS } from './limits.js'
import { presentFactor } from './presenting.js'
import { refused } from './proof.js'
import { withFactor, type FactorRecord } from './record.js'
import { issueRecoveryCodes, type NewRecoveryCodes } from './recovery-codes.js'

/** What an import is decided from. */
export interface ImportInput {
  readonly factor: FactorRecord
  readonly actor: string
  /** The codes that come with a first factor; null for none. */
  readonly newCodes: NewRecoveryCodes | null
  /** Whether the person is to be told the codes, because they were just made. */
  readonly tells: boolean
}

/**
 * Adds a factor that another system confirmed. One that the user has already stays one factor: an import run twice must
 * not make one code good for two approvals.
 */
export function importFactor(at: Case, { factor, actor, newCodes, tells }: ImportInput): Decision<Refused | Imported> {
  const { record, now } = at
  const known = record.factors.find((one) => kindOf(factor).isSame(factor, one))
  if (known !== undefined) return importAgain(at, known, factor)
  const others = record.enrolments.filter((one) => one.kind !== factor.kind && now < one.expiresAt)
  const places = record.factors.length + others.filter(({ replaces }) => replaces === null).length
  if (places >= MAX_FACTORS || !hasRoomFor(record, factor, null)) return unchanged(at, refused('too-many-factors'))
  const first = record.factors.length === 0
  const { next } = addFactor({ ...at, record: { ...record, enrolments: others } }, factor)
  const codes = first ? newCodes : null
  const outcome = {
    status: 'imported',
    factor: presentFactor(next, factor),
    recoveryCodes: tells ? (codes?.codes ?? null) : null,
  } as const
  const { id: factorId, kind: factorKind } = factor
  const decision = decided(next, outcome, [{ type: 'factor-imported', factorId, factorKind, actor, first }])
  return codes === null ? decision : issueRecoveryCodes(decision, codes, now)
}

/** Imports the same factor again: nothing but a later burnt step is new. */
function importAgain(at: Case, known: FactorRecord, factor: FactorRecord): Decision<Refused | Imported> {
  const merged = kindOf(known).merge(known, factor)
  if (merged === null) return unchanged(at, refused('factor-exists'))
  const next = merged === known ? at.record : withFactor(at.record, merged)
  return decided(next, { status: 'imported', factor: presentFactor(next, merged), recoveryCodes: null })
}

import type { Factor } from '../interfaces/factor.js'
import { kindOf } from './kinds/index.js'
import type { FactorRecord, UserRecord } from './record.js'

/** The factor that sign-in asks for first: the preferred one, else the strongest kind's oldest. */
export function firstFactor({ factors, preferredFactorId }: UserRecord): FactorRecord | null {
  const preferred = factors.find(({ id }) => id === preferredFactorId)
  return preferred ?? [...factors].sort((one, other) => kindOf(one).rank - kindOf(other).rank)[0] ?? null
}

/** The factor as the public sees it. */
export function presentFactor(record: UserRecord, factor: FactorRecord): Factor {
  const { id, kind, name, confirmedAt, lastUsedAt } = factor
  const { destination, synced } = kindOf(factor).present(factor)
  const preferred = firstFactor(record)?.id === id
  return {
    id,
    kind,
    name,
    destination,
    synced,
    confirmedAt,
    lastUsedAt,
    preferred,
    restricted: kindOf(factor).isRestricted,
  }
}

/** Every factor as the public sees it, oldest first. */
export function presentFactors(record: UserRecord): readonly Factor[] {
  return record.factors.map((factor) => presentFactor(record, factor))
}

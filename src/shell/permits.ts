import { encodeBase64url } from '../crypto/bytes.js'
import { TwoFactorError } from '../errors.js'
import { budgetNetwork } from '../limits/client-network.js'
import { regionShutUntil } from '../limits/region.js'
import { chargeText, nextGrantAt, type SendBudget, type SendBudgetKind } from '../limits/send-budget.js'
import type { ResolvedOptions } from '../options.js'
import { withDeadline } from '../records/deadline.js'
import { budgetKey, regionKey } from '../records/keys.js'
import type { Held } from '../records/swap.js'
import { strippedCause } from '../stripped-cause.js'
import type { Permit, PermitRequest } from '../user/decision.js'
import type { RecordGroups } from './record-groups.js'
import { writeSample } from './messages.js'
import type { Asking } from './shell.js'

/** Whether a text may go out, as far as the host and the limits know that all users share. */
export interface Permits {
  permit(request: PermitRequest, userId: string, asking: Asking): Promise<Permit>
}

interface Budget {
  readonly kind: SendBudgetKind
  readonly key: string
  readonly limit: 'number' | 'address'
}

/** Asks the region breaker, the host's `screen` and the shared budgets, in the order of what they cost. */
export function createPermits(options: ResolvedOptions, { budgets, regions }: RecordGroups): Permits {
  const { ring, namespace, policy, sms, clock } = options
  const enforced = policy.textLimits === 'enforce'
  const granted: Permit = { verdict: 'granted', retryAt: null, exceeded: [], enforced }

  /**
   * Numbers and networks stand in the store as keyed digests: nobody who reads it learns who was texted. The oldest key
   * makes them, so that a new key does not start every budget afresh.
   */
  function budgetOf(kind: SendBudgetKind, value: string): Budget {
    const digest = ring.mac(ring.oldestKeyId, 'send-budget', [kind, value])
    if (digest === null) throw new RangeError('the ring lacks its own oldest key')
    const key = budgetKey(namespace, encodeBase64url(digest.subarray(0, 18)))
    return { kind, key, limit: kind === 'address' ? 'address' : 'number' }
  }

  async function shutUntil(country: string): Promise<number | null> {
    const { record } = await regions.read(regionKey(namespace, country))
    return regionShutUntil(record, clock.now(), policy)
  }

  async function isScreened(request: PermitRequest, userId: string, { clientAddress }: Asking): Promise<boolean> {
    if (!sms?.screen) return false
    const { screen, timeoutMs } = sms
    const { to, country, purpose } = request
    const asked = Object.freeze({ userId, to, country, purpose, clientAddress })
    const late = (): Error => new Error('late')
    const verdict: unknown = await withDeadline(timeoutMs, () => screen(asked), late).catch((error: unknown) => {
      throw new TwoFactorError('ERR_SCREEN_FAILED', 'sms.screen failed', { cause: strippedCause(error) })
    })
    if (verdict === 'send' || verdict === 'refuse') return verdict === 'refuse'
    throw new TwoFactorError('ERR_SCREEN_FAILED', "sms.screen must give 'send' or 'refuse'")
  }

  /** Looks at every budget before any is charged: a text that one of them refuses costs the others nothing. */
  async function drawOn(wanted: readonly Budget[]): Promise<Permit> {
    const held = await Promise.all(wanted.map(async (budget) => ({ ...budget, at: await budgets.read(budget.key) })))
    const looked = held.map((budget) => ({
      ...budget,
      retryAt: nextGrantAt(budget.at.record, budget.kind, budget.at.now, policy),
    }))
    const spent = looked.flatMap(({ limit, retryAt }) => (retryAt === null ? [] : [{ limit, retryAt }]))
    const exceeded = spent.map(({ limit }) => limit)
    if (enforced && spent.length > 0) {
      return {
        ...granted,
        verdict: 'budget-spent',
        retryAt: Math.max(...spent.map(({ retryAt }) => retryAt)),
        exceeded,
      }
    }
    const charged = await Promise.all(looked.filter(({ retryAt }) => retryAt === null).map(charge))
    const late = charged.flatMap((refusal) => refusal ?? [])
    const [refusal] = late
    const told = { ...granted, exceeded: [...exceeded, ...late.map(({ limit }) => limit)] }
    return enforced && refusal !== undefined ? { ...told, verdict: 'budget-spent', retryAt: refusal.retryAt } : told
  }

  /** Charges a budget; what it says instead when others spent it since it was looked at. */
  async function charge({
    kind,
    key,
    limit,
    at,
  }: Budget & { readonly at: Held<SendBudget> }): Promise<{ limit: Budget['limit']; retryAt: number } | null> {
    if (await at.swap(chargeText(at.record, kind, at.now, policy))) return null
    const retryAt = await budgets.update(key, ({ record, now }) => {
      const next = nextGrantAt(record, kind, now, policy)
      return { next: next === null ? chargeText(record, kind, now, policy) : record, outcome: next }
    })
    return retryAt === null ? null : { limit, retryAt }
  }

  return {
    async permit(request, userId, asking) {
      const { to, country, purpose } = request
      writeSample(options, request, asking.locale)
      const until = purpose === 'enrolment' ? await shutUntil(country) : null
      const region = until === null ? [] : (['region'] as const)
      if (enforced && until !== null) return { ...granted, verdict: 'region-shut', retryAt: until, exceeded: region }
      if (await isScreened(request, userId, asking)) return { ...granted, verdict: 'screened', exceeded: region }
      const { clientAddress } = asking
      const address = clientAddress === null ? [] : [budgetOf('address', budgetNetwork(clientAddress))]
      const permit = await drawOn([...address, budgetOf(purpose === 'enrolment' ? 'enrolment' : 'confirmed', to)])
      return { ...permit, exceeded: [...region, ...permit.exceeded] }
    },
  }
}

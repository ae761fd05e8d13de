import { encodeBase64url } from '../crypto/bytes.js'
import { TwoFactorError } from '../errors.js'
import { budgetNetwork } from '../limits/client-network.js'
import { regionShutUntil } from '../limits/region.js'
import { chargeText, nextGrantAt, type SendBudgetKind } from '../limits/send-budget.js'
import { shardsOf, spend, spendingEndsAt } from '../limits/spending.js'
import type { ResolvedOptions } from '../options.js'
import { withDeadline } from '../records/deadline.js'
import { budgetKey, regionKey, spendingKey } from '../records/keys.js'
import type { Records } from '../records/swap.js'
import { strippedCause } from '../stripped-cause.js'
import type { Permit, PermitRequest } from '../user/decision.js'
import type { RecordGroups } from './record-groups.js'
import { writeSample } from './messages.js'
import type { Asking } from './shell.js'

/** Whether a text may go out, as far as the host and the limits know that all users share. */
export interface Permits {
  permit(request: PermitRequest, userId: string, asking: Asking): Promise<Permit>
}

/** A budget that was looked at. */
interface Looked {
  readonly limit: 'number' | 'address' | 'namespace'
  /** From when it has room; null when it has room now. */
  readonly retryAt: number | null
  /** Charges it. Resolves to from when it has room if others spent it since. */
  readonly charge: () => Promise<number | null>
}

/** How many shards of a namespace's spending are tried before the hour counts as spent. */
const SHARDS_TRIED = 3

/** Asks the region breaker, the host's `screen` and the shared budgets, in the order of what they cost. */
export function createPermits(options: ResolvedOptions, { budgets, regions, spending }: RecordGroups): Permits {
  const { ring, namespace, policy, sms, clock, random } = options
  const enforced = policy.textLimits === 'enforce'
  const granted: Permit = { verdict: 'granted', retryAt: null, exceeded: [], enforced }

  /**
   * Numbers and networks stand in the store as keyed digests: nobody who reads it learns who was texted. The oldest key
   * makes them, so that a new key does not start every budget afresh.
   */
  function lookAt(kind: SendBudgetKind, value: string): Promise<Looked> {
    const digest = ring.mac(ring.oldestKeyId, 'send-budget', [kind, value])
    if (digest === null) throw new RangeError('the ring lacks its own oldest key')
    const key = budgetKey(namespace, encodeBase64url(digest.subarray(0, 18)))
    return look(kind === 'address' ? 'address' : 'number', budgets, key, (budget, now) => {
      return nextGrantAt(budget, kind, now, policy) ?? chargeText(budget, kind, now, policy)
    })
  }

  /** Looks at one shard of the namespace's spending, by chance, and at the next ones if it is spent. */
  async function lookAtSpending(textsPerHour: number): Promise<Looked> {
    const { shards, perShard } = shardsOf(textsPerHour)
    const first = random.bytes(1)[0] ?? 0
    for (let tried = 1; ; tried++) {
      const key = spendingKey(namespace, (first + tried) % shards)
      const looked = await look(
        'namespace',
        spending,
        key,
        (shard, now) => spend(shard, perShard, now) ?? spendingEndsAt(shard, now),
      )
      if (looked.retryAt === null || tried >= Math.min(SHARDS_TRIED, shards)) return looked
    }
  }

  async function shutUntil(country: string): Promise<number | null> {
    const { record } = await regions.read(regionKey(namespace, country))
    return regionShutUntil(record, clock.now(), policy)
  }

  async function isScreened(request: PermitRequest, userId: string, { clientAddress }: Asking): Promise<boolean> {
    if (!sms?.screen) return false
    const { screen, timeoutMs } = sms
    const { to, country, purpose, channel } = request
    const asked = Object.freeze({ userId, to, country, purpose, channel, clientAddress })
    const late = (): Error => new Error('late')
    const verdict: unknown = await withDeadline(timeoutMs, () => screen(asked), late).catch((error: unknown) => {
      throw new TwoFactorError('ERR_SCREEN_FAILED', 'sms.screen failed', { cause: strippedCause(error) })
    })
    if (verdict === 'send' || verdict === 'refuse') return verdict === 'refuse'
    throw new TwoFactorError('ERR_SCREEN_FAILED', "sms.screen must give 'send' or 'refuse'")
  }

  /** Looks at every budget before any is charged: a text that one of them refuses costs the others nothing. */
  async function drawOn(looking: readonly Promise<Looked>[]): Promise<Permit> {
    const looked = await Promise.all(looking)
    const exceeded = looked.flatMap(({ limit, retryAt }) => (retryAt === null ? [] : [limit]))
    const retryAt = Math.max(...looked.map((budget) => budget.retryAt ?? 0))
    if (enforced && exceeded.length > 0) return { ...granted, verdict: 'budget-spent', retryAt, exceeded }
    const open = looked.filter((budget) => budget.retryAt === null)
    const charged = await Promise.all(open.map(async ({ limit, charge }) => ({ limit, retryAt: await charge() })))
    const late = charged.flatMap((refusal) =>
      refusal.retryAt === null ? [] : [{ limit: refusal.limit, retryAt: refusal.retryAt }],
    )
    const [refusal] = late
    const told = { ...granted, exceeded: [...exceeded, ...late.map(({ limit }) => limit)] }
    return enforced && refusal !== undefined ? { ...told, verdict: 'budget-spent', retryAt: refusal.retryAt } : told
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
      const { textsPerHour } = policy
      const permit = await drawOn([
        ...(clientAddress === null ? [] : [lookAt('address', budgetNetwork(clientAddress))]),
        lookAt(purpose === 'enrolment' ? 'enrolment' : 'confirmed', to),
        ...(textsPerHour === null ? [] : [lookAtSpending(textsPerHour)]),
      ])
      return { ...permit, exceeded: [...region, ...permit.exceeded] }
    },
  }
}

/** Looks at a budget. `draw` gives what it becomes with one more text, or from when it has room for one. */
async function look<Content extends object>(
  limit: Looked['limit'],
  records: Records<Content>,
  key: string,
  draw: (content: Content, now: number) => Content | number,
): Promise<Looked> {
  const held = await records.read(key)
  const drawn = draw(held.record, held.now)
  return {
    limit,
    retryAt: typeof drawn === 'number' ? drawn : null,
    async charge() {
      if (typeof drawn === 'number') return drawn
      if (await held.swap(drawn)) return null
      return records.update(key, ({ record, now }) => {
        const again = draw(record, now)
        return typeof again === 'number' ? { next: record, outcome: again } : { next: again, outcome: null }
      })
    },
  }
}

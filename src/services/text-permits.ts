import { encodeBase64url } from '../crypto/bytes.js'
import { TwoFactorError } from '../errors.js'
import type { NotSent } from '../interfaces/delivery.js'
import type { TwoFactorEvent } from '../interfaces/events.js'
import type { SmsScreenRequest } from '../interfaces/sms-sender.js'
import type { ResolvedOptions } from '../options.js'
import { EMPTY_REGION_SIGNAL, regionAt, regionExpiresAt, regionShutUntil, type RegionSignal } from '../user/region.js'
import {
  grantText,
  pruneSendBudget,
  sendBudgetExpiresAt,
  type SendBudget,
  type SendBudgetKind,
} from '../user/send-budget.js'
import { strippedCause } from '../stripped-cause.js'
import { withDeadline } from './deadline.js'
import type { RecordKind, Records } from './update.js'

/** A text that is asked for. */
export interface TextRequest {
  readonly userId: string
  readonly purpose: SmsScreenRequest['purpose']
  /** E.164. */
  readonly phoneNumber: string
  readonly country: string
}

/** A limit that a text came up against, to be told once the operation is committed. */
export type LimitExceeded = Extract<TwoFactorEvent, { readonly type: 'limit-exceeded' }>

type Note = (event: LimitExceeded) => void

/** Whether a text may go out, as far as the host and the limits know that all users share. Null when it may. */
export interface TextPermits {
  /** Asks the host, before anything is spent. */
  screen(request: TextRequest, clientAddress: string | null): Promise<NotSent | null>
  /** Draws on the budgets of the address and the number. */
  draw(request: TextRequest, clientAddress: string | null, note: Note): Promise<NotSent | null>
  /** Until when enrolment texts to the region are refused, or null. */
  regionShutUntil(userId: string, country: string, note: Note): Promise<number | null>
  /** Counts an enrolment text to the region, or its answer. Statistics are worth no failure and no wait. */
  countInRegion(country: string, field: 'sent' | 'verified'): Promise<void>
}

/** How send budgets are written. */
export const SEND_BUDGET: RecordKind<SendBudget> = {
  empty: () => ({ grantedAt: [] }),
  encode: ({ grantedAt }) => JSON.stringify({ v: 1, t: grantedAt }),
  decode(json) {
    const { v, t } = JSON.parse(json) as { v: number; t: readonly number[] }
    return v === 1 ? { grantedAt: t } : null
  },
  prune: pruneSendBudget,
  expiresAt: sendBudgetExpiresAt,
}

/** How a region's signal is written. */
export const REGION_SIGNAL: RecordKind<RegionSignal> = {
  empty: () => EMPTY_REGION_SIGNAL,
  encode: ({ hour, sent, verified, sentBefore, verifiedBefore }) =>
    JSON.stringify({ v: 1, c: [hour, sent, verified, sentBefore, verifiedBefore] }),
  decode(json) {
    const { v, c } = JSON.parse(json) as { v: number; c: readonly [number, number, number, number, number] }
    if (v !== 1) return null
    const [hour, sent, verified, sentBefore, verifiedBefore] = c
    return { hour, sent, verified, sentBefore, verifiedBefore }
  },
  prune: regionAt,
  expiresAt: regionExpiresAt,
}

/** What the keys of a namespace's shared records begin with. */
export function sharedKeyPrefix(kind: 'texts' | 'region', namespace: string): string {
  return `${kind}:${encodeURIComponent(namespace)}:`
}

/** The records that all users share. */
export interface SharedRecords {
  readonly budgets: Records<SendBudget>
  readonly regions: Records<RegionSignal>
}

export function createTextPermits(options: ResolvedOptions, { budgets, regions }: SharedRecords): TextPermits {
  const { ring, namespace, policy, sms, clock } = options
  const enforced = policy.textLimits === 'enforce'
  const regionKey = (country: string): string => sharedKeyPrefix('region', namespace) + country

  /**
   * Numbers and addresses stand in the store as keyed digests: nobody who reads it learns who was texted. The oldest key
   * makes them, so that a new key in front does not start every budget afresh.
   */
  function budgetKey(kind: SendBudgetKind, value: string): string {
    const digest = ring.mac(ring.oldestKeyId, 'send-budget', [kind, value])
    if (digest === null) throw new RangeError('the ring lacks its own oldest key')
    return sharedKeyPrefix('texts', namespace) + encodeBase64url(digest.subarray(0, 18))
  }

  async function drawOn(userId: string, kind: SendBudgetKind, value: string, note: Note): Promise<NotSent | null> {
    const { outcome: retryAt, now } = await budgets.update(budgetKey(kind, value), (budget, at) => {
      const { next, retryAt: until } = grantText(budget, kind, at, policy)
      return { next, outcome: until }
    })
    if (retryAt === null) return null
    note({ type: 'limit-exceeded', userId, at: now, limit: kind === 'address' ? 'address' : 'number', enforced })
    return enforced ? { status: 'not-sent', reason: 'budget-spent', retryAt } : null
  }

  /** Counts are worth no wait and no failure: one that is lost is lost. */
  async function countInRegion(country: string, field: 'sent' | 'verified'): Promise<void> {
    const counted = regions.update(regionKey(country), (signal, now) => {
      const current = regionAt(signal, now)
      return { next: { ...current, [field]: current[field] + 1 }, outcome: undefined }
    })
    await counted.catch(() => undefined)
  }

  return {
    countInRegion,

    async screen({ userId, phoneNumber, country, purpose }, clientAddress) {
      if (!sms?.screen) return null
      const { screen, timeoutMs } = sms
      const request = Object.freeze({ userId, to: phoneNumber, country, purpose, clientAddress })
      const verdict: unknown = await withDeadline(
        timeoutMs,
        () => screen(request),
        () => new Error('late'),
      ).catch((error: unknown) => {
        throw new TwoFactorError('ERR_SCREEN_FAILED', 'sms.screen failed', { cause: strippedCause(error) })
      })
      switch (verdict) {
        case 'send':
          return null
        case 'refuse':
          return { status: 'not-sent', reason: 'screened', retryAt: null }
        default:
          throw new TwoFactorError('ERR_SCREEN_FAILED', "sms.screen must give 'send' or 'refuse'")
      }
    },

    async draw({ userId, phoneNumber, purpose, country }, clientAddress, note) {
      const refusal =
        (clientAddress === null ? null : await drawOn(userId, 'address', clientAddress, note)) ??
        (await drawOn(userId, purpose === 'enrolment' ? 'enrolment' : 'confirmed', phoneNumber, note))
      if (refusal === null && purpose === 'enrolment') await countInRegion(country, 'sent')
      return refusal
    },

    async regionShutUntil(userId, country, note) {
      const { record } = await regions.read(regionKey(country))
      const now = clock.now()
      const until = regionShutUntil(record, now, policy)
      if (until === null) return null
      note({ type: 'limit-exceeded', userId, at: now, limit: 'region', enforced })
      return enforced ? until : null
    },
  }
}

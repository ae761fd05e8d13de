import type { Delivery } from '../interfaces/delivery.js'
import type { EventBody, TwoFactorEvent } from '../interfaces/events.js'
import { rememberedNetwork } from '../limits/client-network.js'
import type { ResolvedOptions } from '../options.js'
import { userKey } from '../records/keys.js'
import { remember } from '../user/activity.js'
import { isNeed, type Case, type Deciding, type Decision, type Fact, type Facts } from '../user/decision.js'
import { createEffects } from './effects.js'
import { createNeeds } from './needs.js'
import { createRecordGroups, type RecordGroups } from './record-groups.js'

/** What an operation knows beside its decision. */
export interface Asking {
  readonly clientAddress: string | null
  /** BCP 47. */
  readonly locale: string | null
  /** A passkey's response, as the browser gave it. */
  readonly response: unknown
}

/** What most operations know: nothing. */
export const NOBODY: Asking = { clientAddress: null, locale: null, response: null }

/** A committed operation. */
export interface Ran<Outcome> {
  readonly outcome: Outcome
  /** What became of the text that the operation sent; null when it sent none. */
  readonly delivery: Delivery | null
}

/** The thin asynchronous shell around the decisions about one user. */
export interface Shell {
  readonly options: ResolvedOptions
  readonly groups: RecordGroups
  /** Shows something of a user. One store call. */
  readonly look: <View>(userId: string, view: (at: Case) => View) => Promise<View>
  /**
   * Runs one operation: reads the record, decides, fetches what the decision needs, commits, carries out the effects, and
   * tells the host.
   * @throws TwoFactorError `ERR_STORE_BUSY` when too much happens at once
   */
  readonly run: <Outcome>(
    userId: string,
    decide: (at: Case, facts: Facts) => Deciding<Outcome>,
    asking?: Asking,
  ) => Promise<Ran<Outcome>>
  /** Tells the host something that needed no decision. */
  readonly tell: (userId: string, at: number, events: readonly EventBody[]) => void
}

/** Makes the shell that every service works with. */
export function createShell(options: ResolvedOptions): Shell {
  const { namespace, policy, onEvent } = options
  const groups = createRecordGroups(options)
  const needs = createNeeds(options, groups)
  const carryOut = createEffects(options, groups)
  const keyOf = (userId: string): string => userKey(namespace, userId)

  function tell(userId: string, at: number, events: readonly EventBody[], clientAddress: string | null = null): void {
    for (const event of events) void deliver(onEvent, Object.freeze({ userId, at, clientAddress, ...event }))
  }

  return {
    options,
    groups,
    tell,

    async look(userId, view) {
      const { record, now, stored } = await groups.users.read(keyOf(userId))
      return view({ record, now, stored, userId, policy })
    },

    async run<Outcome>(userId: string, decide: (at: Case, facts: Facts) => Deciding<Outcome>, asking: Asking = NOBODY) {
      const facts: Fact[] = []
      const network = rememberedNetwork(asking.clientAddress)
      const committed = await groups.users.update<
        { readonly decision: Decision<Outcome>; readonly now: number },
        Extract<Deciding<Outcome>, { need: unknown }>
      >(
        keyOf(userId),
        ({ record, now, stored }) => {
          const decision = decide({ record, now, stored, userId, policy }, facts)
          if (isNeed(decision)) return decision
          const { next, events } = decision
          return {
            next: next === record ? record : remember(next, events, now, network),
            outcome: { decision, now },
          }
        },
        async (need) => {
          facts.push(await needs.fetch(need, userId, asking))
        },
      )
      const { decision, now } = committed
      const { outcome, effects, events } = decision
      const { delivery, events: more } = await carryOut(effects, userId, asking)
      tell(userId, now, [...events, ...more], asking.clientAddress)
      return { outcome, delivery }
    },
  }
}

/** A handler that throws, rejects or hangs changes nothing. */
async function deliver(onEvent: ResolvedOptions['onEvent'], event: TwoFactorEvent): Promise<void> {
  try {
    await onEvent(event)
  } catch {
    return
  }
}

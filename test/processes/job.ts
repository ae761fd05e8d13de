import type { Address } from '../contract/open-store.js'

/** One operation of a two-factor core, as plain JSON. */
export type Action =
  | { readonly do: 'begin'; readonly userId: string; readonly clientAddress?: string }
  | { readonly do: 'verify'; readonly token: string; readonly code: string }
  | { readonly do: 'answer'; readonly token: string; readonly response: unknown }
  | { readonly do: 'redeem'; readonly token: string; readonly recoveryCode: string }
  | { readonly do: 'confirm'; readonly userId: string; readonly enrolmentId: string; readonly code: string }
  | { readonly do: 'status'; readonly userId: string }

/** What another process is to do: everything at once, at an instant, over a store. */
export interface Job {
  readonly address: Address
  readonly at: number
  readonly actions: readonly Action[]
  /** Stop dead at this store call, before it is made or before its answer is read. Counted from 1. */
  readonly dieAt?: { readonly call: number; readonly when: 'before' | 'after' }
}

/** What came of an action: its outcome, or the code of the error that was thrown. */
export interface Answer {
  readonly status: string
  readonly reason?: string
  readonly code?: string
  /** The token of a challenge that was begun. */
  readonly token?: string | null
}

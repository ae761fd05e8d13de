/**
 * Where records live: one opaque string per key, replaced only by compare-and-swap. Values are sealed and never repeat,
 * so comparing the value itself is enough. Calls for one key may arrive at the same time from many processes.
 *
 * Both verbs throw (reject) when the engine cannot answer; the fault then reaches the caller as `ERR_STORE_FAILED`.
 */
export interface Store {
  /**
   * The current value under `key`, or null. Reads what the last successful swap wrote, never a stale replica.
   * Called once or twice by every operation.
   */
  get(key: string, options?: StoreCallOptions): Promise<string | null>
  /**
   * Atomically replaces `previous` by `next`; null stands for absent on either side. Resolves false, changing nothing,
   * when the current value is not `previous`. After `expiresAt` (epoch ms, null for never) the store may drop the value.
   */
  swap(
    key: string,
    previous: string | null,
    next: string | null,
    expiresAt: number | null,
    options?: StoreSwapOptions,
  ): Promise<boolean>
  /** Every key, in any order, for maintenance; some may come twice. One written or removed during the walk may be missing. */
  keys(): AsyncIterable<string>
}

/** What every store call is given besides its values; a store may ignore it. */
export interface StoreCallOptions {
  /** Aborted when `storeTimeoutSeconds` has passed and nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** What a swap is given besides. */
export interface StoreSwapOptions extends StoreCallOptions {
  /** The caller's clock (epoch ms): measured against it, `expiresAt` is exact however the store's own clock is set. */
  readonly at: number
}

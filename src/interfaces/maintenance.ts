/** How far a walk over all records has come. */
export interface ResealProgress {
  /** Keys seen so far. */
  readonly seen: number
  /** Records sealed again, under the first key. */
  readonly resealed: number
  /** Records that no key of the ring opens, or that hold something else than a record. They were left as they are. */
  readonly unreadable: number
}

/** What is done to all records at once. */
export interface MaintenanceOperations {
  /**
   * Seals every record under the first key that is not yet, so that an old key can be retired. Safe beside live traffic;
   * running it again continues where an interrupted run stopped. Aborting resolves with what was done.
   */
  reseal(options?: {
    readonly onProgress?: ((progress: ResealProgress) => void) | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<ResealProgress & { readonly status: 'completed' | 'aborted' }>
}

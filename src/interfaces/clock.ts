/** The only source of time. */
export interface Clock {
  /** The current instant in epoch milliseconds. Called once per attempt of every operation. */
  now(): number
}

/** The only source of randomness. */
export interface Random {
  /** Exactly `length` bytes that nobody can predict. Synchronous; called several times by most operations. */
  bytes(length: number): Uint8Array
}

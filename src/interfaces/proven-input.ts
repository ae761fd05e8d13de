/** What an operation that needs a fresh proof is given. */
export interface ProvenInput {
  readonly userId: string
  readonly proof: string
  /** What the proof was bound to, when it was. */
  readonly binding?: string | null | undefined
}

import type { Factor } from './factor.js'
import type { ProvenInput } from './proven-input.js'
import type { Refused } from './refusal.js'

/** The factors that a user has. */
export interface FactorOperations {
  /** Every confirmed factor, oldest first. One store call. */
  list(input: { readonly userId: string }): Promise<{ readonly status: 'listed'; readonly factors: readonly Factor[] }>
  /** Changes what a factor is called; null takes the name away. Needs no proof: a name opens nothing. */
  rename(input: {
    readonly userId: string
    readonly factorId: string
    readonly name: string | null
  }): Promise<{ readonly status: 'renamed'; readonly factor: Factor } | Refused>
  /** Has sign-in ask for this factor first. */
  prefer(
    input: ProvenInput & { readonly factorId: string },
  ): Promise<{ readonly status: 'preferred'; readonly factor: Factor } | Refused>
  /** Removes a factor; the last one takes the recovery codes along. With `required`, the last one stays. */
  remove(
    input: ProvenInput & {
      readonly factorId: string
      readonly required?: boolean | null | undefined
      readonly locale?: string | null | undefined
    },
  ): Promise<{ readonly status: 'removed'; readonly factor: Factor; readonly enabled: boolean } | Refused>
}

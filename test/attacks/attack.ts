import { describe, it } from 'vitest'

/**
 * What an attack stands for: a published vulnerability of the same kind, a kind of weakness, or the clause that forbids
 * what it would achieve.
 */
export type Weakness =
  | `CVE-${number}-${number}`
  | `GHSA-${string}`
  | `CWE-${number}`
  | `RFC ${number}, ${string}`
  | `NIST SP 800-63B-4, ${string}`
  | `ASVS 5.0, ${string}`
  | `PSD2 RTS, ${string}`
  | `WebAuthn, ${string}`
  | `invariant ${number}`

/** A way to attack: what it stands for, and doing it, which expects that it comes to nothing. */
export type Attack = readonly [weakness: Weakness, run: () => Promise<void>]

/** A family of attacks, each under the sentence that says what somebody tries. */
export function attacks(family: string, table: Readonly<Record<string, Attack>>): void {
  describe(family, () => {
    for (const [name, [weakness, run]] of Object.entries(table)) it(`${name} (${weakness})`, run)
  })
}

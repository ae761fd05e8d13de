import { verifyProof } from '../crypto/claims.js'
import type { KeyRing } from '../crypto/keyring.js'
import type { ProofFact } from '../user/proof.js'

/** Reads a proof for this user and binding; whether it still holds, the record decides. */
export function readProof(ring: KeyRing, userId: string, binding: string | null, proof: unknown): ProofFact {
  if (proof === undefined || proof === null || proof === '') return { status: 'absent' }
  const claims = verifyProof(ring, userId, binding, proof)
  return claims === null ? { status: 'forged' } : { status: 'signed', ...claims }
}

import type { Portal } from './portal.js'
import type { KeptProof, Session } from './session.js'

/** The session's proof while Countersign takes it, else null. It knows how old a proof may be and what has revoked it. */
export async function proofFor(portal: Portal, session: Session): Promise<KeptProof | null> {
  const { proof: kept, userId } = session
  if (kept === null) return null
  const result = await portal.twoFactor.challenge.checkProof({ userId, ...kept })
  switch (result.status) {
    case 'valid':
      return kept
    case 'invalid':
      session.proof = null
      return null
  }
}

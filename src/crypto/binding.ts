import { sha256 } from '@noble/hashes/sha2.js'
import { encodeBase64url, utf8 } from './bytes.js'

const LONGEST_KEPT = 96

/**
 * A binding as a record keeps it: itself when short, so that a resent text can show it again, else its digest. The first
 * character tells which, so no short binding can pass for a long one.
 */
export function keptBinding(binding: string | null): string | null {
  if (binding === null) return null
  const fits = utf8(JSON.stringify(binding)).length - 2 <= LONGEST_KEPT
  return fits ? `=${binding}` : `#${encodeBase64url(sha256(utf8(binding)))}`
}

/** The binding that a message may show, or null when only its digest was kept. */
export function shownBinding(kept: string | null): string | null {
  return kept?.startsWith('=') === true ? kept.slice(1) : null
}

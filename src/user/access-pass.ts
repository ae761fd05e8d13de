import type { AccessPass } from './record.js'
import { decided, type Case, type Decision } from './decision.js'

/**
 * Gives somebody who lost everything one code, in place of any that was out. What is being enrolled without a factor was
 * begun without its proof, so it ends.
 */
export function issueAccessPass(
  { record, now }: Case,
  {
    actor,
    lifetimeSeconds,
    salt,
    hash,
  }: Pick<AccessPass, 'salt' | 'hash'> & { readonly actor: string; readonly lifetimeSeconds: number },
): Decision<{ readonly expiresAt: number }> {
  const expiresAt = now + lifetimeSeconds * 1000
  const accessPass = { salt, hash, issuedAt: now, expiresAt, used: false }
  const enrolments = record.factors.length === 0 ? [] : record.enrolments
  const next = { ...record, enrolments, accessPass }
  return decided(next, { expiresAt }, [{ type: 'access-pass-issued', actor, expiresAt }])
}

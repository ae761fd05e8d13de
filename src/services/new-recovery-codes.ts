import {
  generateRecoveryCode,
  hashRecoveryCode,
  newRecoverySalt,
  normaliseRecoveryCode,
  RECOVERY_CODE_COUNT,
  slowHashRecoveryCode,
} from '../crypto/recovery-code.js'
import type { Random } from '../interfaces/random.js'
import { ISSUED_CODE_LENGTH, type NewRecoveryCodes } from '../user/recovery-codes.js'

/** Makes a set of codes. */
export function newRecoveryCodes(random: Random): NewRecoveryCodes {
  const codes = Array.from({ length: RECOVERY_CODE_COUNT }, () => generateRecoveryCode(random))
  const salt = newRecoverySalt(random)
  const hashes = codes.map((code) => hashRecoveryCode(canonical(code), salt))
  return { codes, set: { hash: 'sha-256', salt, hashes, lengths: [ISSUED_CODE_LENGTH] } }
}

/** Makes one code that staff hand over. */
export function newAccessPass(random: Random): { readonly pass: string; readonly salt: string; readonly hash: string } {
  const pass = generateRecoveryCode(random)
  const salt = newRecoverySalt(random)
  return { pass, salt, hash: hashRecoveryCode(canonical(pass), salt) }
}

/** Takes over canonical codes of another system, whose bits nobody knows: slowly hashed. */
export async function takeOverRecoveryCodes(codes: readonly string[], random: Random): Promise<NewRecoveryCodes> {
  const salt = newRecoverySalt(random)
  const hashes = await Promise.all(codes.map((code) => slowHashRecoveryCode(code, salt)))
  const lengths = [...new Set(codes.map(({ length }) => length))]
  return { codes, set: { hash: 'scrypt', salt, hashes, lengths } }
}

function canonical(code: string): string {
  return normaliseRecoveryCode(code) ?? code
}

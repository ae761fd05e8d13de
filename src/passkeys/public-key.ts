/** The COSE algorithms asked for, best first: EdDSA, ES256, RS256 (RFC 9053, RFC 8812). */
export const ALGORITHMS: readonly number[] = [-8, -7, -257]

/**
 * Their keys in hex, in CTAP2's canonical CBOR and with nothing else in it (WebAuthn, sections 5.8.5 and 6.5.1): Ed25519; an
 * uncompressed point on P-256; an RSA modulus of 2048 bits with the exponent 65537.
 */
const KEYS = [
  /^a4010103272006215820.{64}$/,
  /^a5010203262001215820.{64}225820.{64}$/,
  /^a401030339010020590100.{512}2143010001$/,
]

/** Whether `key` is a COSE public key of one of the algorithms asked for, whole and without anything else in it. */
export function isExpectedKey(key: Uint8Array): boolean {
  const hex = Buffer.from(key).toString('hex')
  return KEYS.some((form) => form.test(hex))
}

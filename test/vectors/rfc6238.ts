const seed = '1234567890'.repeat(7)

/** RFC 6238, appendix B, with the seed lengths of its reference implementation: 20, 32 and 64 bytes. */
export const rfc6238Keys = {
  'SHA-1': new TextEncoder().encode(seed.slice(0, 20)),
  'SHA-256': new TextEncoder().encode(seed.slice(0, 32)),
  'SHA-512': new TextEncoder().encode(seed.slice(0, 64)),
} as const

/** RFC 6238, appendix B: the second, the step and the eight-digit code of each hash function. */
export const rfc6238Vectors = [
  { second: 59, step: 0x1, codes: { 'SHA-1': '94287082', 'SHA-256': '46119246', 'SHA-512': '90693936' } },
  { second: 1111111109, step: 0x23523ec, codes: { 'SHA-1': '07081804', 'SHA-256': '68084774', 'SHA-512': '25091201' } },
  { second: 1111111111, step: 0x23523ed, codes: { 'SHA-1': '14050471', 'SHA-256': '67062674', 'SHA-512': '99943326' } },
  { second: 1234567890, step: 0x273ef07, codes: { 'SHA-1': '89005924', 'SHA-256': '91819424', 'SHA-512': '93441116' } },
  { second: 2000000000, step: 0x3f940aa, codes: { 'SHA-1': '69279037', 'SHA-256': '90698825', 'SHA-512': '38618901' } },
  {
    second: 20000000000,
    step: 0x27bc86aa,
    codes: { 'SHA-1': '65353130', 'SHA-256': '77737706', 'SHA-512': '47863826' },
  },
] as const

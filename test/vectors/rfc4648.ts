/** RFC 4648, section 10, Base32 with its padding. */
export const rfc4648Vectors = [
  { text: '', base32: '' },
  { text: 'f', base32: 'MY======' },
  { text: 'fo', base32: 'MZXQ====' },
  { text: 'foo', base32: 'MZXW6===' },
  { text: 'foob', base32: 'MZXW6YQ=' },
  { text: 'fooba', base32: 'MZXW6YTB' },
  { text: 'foobar', base32: 'MZXW6YTBOI======' },
] as const

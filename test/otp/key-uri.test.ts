import { URI } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { formatKeyUri, parseKeyUri, type FormatKeyUriInput, type ParsedKeyUri } from '../../src/otp/index.js'
import { rfc4226Key } from '../vectors/rfc4226.js'
import { expectError, foreignBytes, smuggle, strangeNumbers, strangeValues } from './hostile.js'

const secret = rfc4226Key
const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const plain: FormatKeyUriInput = { issuer: 'Example', accountName: 'alice@example.com', secret }
const badNames: readonly unknown[] = [
  undefined,
  null,
  5,
  {},
  ['Example'],
  '',
  ' ',
  ' Example',
  'Example ',
  '\u00a0Example',
  'Exa:mple',
  ':',
  'a\nb',
  'a\0',
  'a\u007f',
  'a\u0085b',
  'a\u2028b',
  'a\u2029b',
  'moc.\u202eelpmaxe',
  '\u2066a',
  '\ud800',
  'a\udc00',
  'x'.repeat(256),
]

describe('formatKeyUri', () => {
  it('writes issuer twice, the secret unpadded, and every parameter', () => {
    expect(formatKeyUri(plain)).toBe(
      `otpauth://totp/Example:alice%40example.com?secret=${base32}&issuer=Example&algorithm=SHA1&digits=6&period=30`,
    )
    expect(
      formatKeyUri({ ...plain, secret: Uint8Array.of(255), algorithm: 'SHA-512', digits: 8, periodSeconds: 60 }),
    ).toBe('otpauth://totp/Example:alice%40example.com?secret=74&issuer=Example&algorithm=SHA512&digits=8&period=60')
  })

  it('writes a space as %20, never as a plus, and escapes what has a meaning', () => {
    const uri = formatKeyUri({ issuer: 'A & B/C? #1 50% + é', accountName: 'Zoë 😀 <x>', secret })
    expect(uri).toContain(
      'otpauth://totp/A%20%26%20B%2FC%3F%20%231%2050%25%20%2B%20%C3%A9:Zo%C3%AB%20%F0%9F%98%80%20%3Cx%3E?',
    )
    expect(uri).toContain('&issuer=A%20%26%20B%2FC%3F%20%231%2050%25%20%2B%20%C3%A9&')
    expect(uri).not.toContain('+')
  })

  it('is read alike by another implementation', () => {
    const uri = formatKeyUri({
      issuer: 'Big Co',
      accountName: 'Zoë <zoe@example.com>',
      secret,
      algorithm: 'SHA-256',
      digits: 8,
      periodSeconds: 60,
    })
    expect(URI.parse(uri)).toMatchObject({
      issuer: 'Big Co',
      label: 'Zoë <zoe@example.com>',
      algorithm: 'SHA256',
      digits: 8,
      period: 60,
      secret: { base32 },
    })
  })

  it('refuses names with a colon, control characters, white space around, or of no length', () => {
    for (const name of badNames) {
      expectError('ERR_ISSUER_INVALID', () => formatKeyUri({ ...plain, issuer: smuggle(name) }))
      expectError('ERR_ACCOUNT_NAME_INVALID', () => formatKeyUri({ ...plain, accountName: smuggle(name) }))
    }
  })

  it('takes secrets of 1 to 1024 bytes of any realm and refuses everything else', () => {
    expect(parseKeyUri(formatKeyUri({ ...plain, secret: foreignBytes(20) })).secret).toEqual(new Uint8Array(20).fill(7))
    expect(parseKeyUri(formatKeyUri({ ...plain, secret: new Uint8Array(1024) })).secret).toEqual(new Uint8Array(1024))
    for (const bad of [...strangeValues, base32, new Uint8Array(0), new Uint8Array(1025)]) {
      expectError('ERR_SECRET_INVALID', () => formatKeyUri({ ...plain, secret: smuggle(bad) }), base32)
    }
  })

  it('refuses parameters it does not know', () => {
    for (const bad of [...strangeNumbers, 5, 11])
      expectError('ERR_DIGITS_INVALID', () => formatKeyUri({ ...plain, digits: smuggle(bad) }))
    for (const bad of [...strangeNumbers, 0, 121])
      expectError('ERR_PERIOD_SECONDS_INVALID', () => formatKeyUri({ ...plain, periodSeconds: smuggle(bad) }))
    for (const bad of [null, 'SHA1', '__proto__'])
      expectError('ERR_ALGORITHM_INVALID', () => formatKeyUri({ ...plain, algorithm: smuggle(bad) }))
    for (const bad of [undefined, null, 'otpauth://totp/x'])
      expectError('ERR_INPUT_INVALID', () => formatKeyUri(smuggle(bad)))
  })

  it('refuses to write more than it reads back', () => {
    const names = { issuer: 'a'.repeat(100), secret: new Uint8Array(1000) }
    const bare = formatKeyUri({ ...names, accountName: 'a' }).length - 1
    const filled = (length: number): FormatKeyUriInput => ({ ...names, accountName: 'a'.repeat(length - bare) })
    const longest = formatKeyUri(filled(2048))
    expect(longest).toHaveLength(2048)
    expect(parseKeyUri(longest).accountName).toBe(filled(2048).accountName)
    expectError('ERR_KEY_URI_INVALID', () => formatKeyUri(filled(2049)))
    expectError(
      'ERR_KEY_URI_INVALID',
      () => formatKeyUri({ issuer: '😀'.repeat(127), accountName: 'a', secret }),
      base32,
    )
    expectError('ERR_KEY_URI_INVALID', () =>
      formatKeyUri({ issuer: 'a'.repeat(255), accountName: 'a', secret: new Uint8Array(1024) }),
    )
  })
})

describe('parseKeyUri', () => {
  const expected = {
    issuer: 'Example',
    accountName: 'alice@example.com',
    secret,
    algorithm: 'SHA-1',
    digits: 6,
    periodSeconds: 30,
  }

  it.each([
    formatKeyUri(plain),
    `otpauth://totp/Example:alice@example.com?secret=${base32}&issuer=Example`,
    `otpauth://totp/Example:alice@example.com?issuer=Example&secret=${base32}`,
    `otpauth://totp/Example%3Aalice%40example.com?secret=${base32}&issuer=Example`,
    `otpauth://totp/Example%3A%20%20alice%40example.com?secret=${base32}`,
    `otpauth://totp/alice%40example.com?secret=${base32}&issuer=Example`,
    `otpauth://totp/alice%40example.com?secret=${base32}&issuer=Example&x=`.padEnd(2048, 'x'),
    `OTPAUTH://TOTP/Example:alice@example.com?secret=${base32.toLowerCase()}&algorithm=sha1`,
    `otpauth://totp/Example:alice@example.com?secret=GEZD%20GNBV%20GY3T%20QOJQ-GEZD-GNBV-GY3T-QOJQ`,
    `otpauth://totp/Example:alice@example.com?secret=${base32}&image=https%3A%2F%2Fexample.com%2Flogo.png&__proto__=x&counter=5`,
  ])('reads %s', (uri) => {
    expect(parseKeyUri(uri)).toEqual({ ...expected, changes: [] })
  })

  it('reads padding, other parameters and a literal plus', () => {
    expect(
      parseKeyUri('otpauth://totp/A+B:c+d?secret=MZXW6===&issuer=A+B&algorithm=SHA256&digits=8&period=60'),
    ).toEqual({
      issuer: 'A+B',
      accountName: 'c+d',
      secret: new TextEncoder().encode('foo'),
      algorithm: 'SHA-256',
      digits: 8,
      periodSeconds: 60,
      changes: [],
    })
    expect(parseKeyUri(`otpauth://totp/E:a?secret=${base32}&algorithm=SHA512&digits=10&period=1`)).toMatchObject({
      algorithm: 'SHA-512',
      digits: 10,
      periodSeconds: 1,
    })
  })

  const forgiven: readonly (readonly [string, string, Partial<ParsedKeyUri> & Pick<ParsedKeyUri, 'changes'>])[] = [
    ['no issuer', `alice?secret=${base32}`, { issuer: '', accountName: 'alice', changes: ['issuer-missing'] }],
    [
      'no issuer but an empty parameter',
      `alice?secret=${base32}&issuer=`,
      { issuer: '', accountName: 'alice', changes: ['empty-parameter-ignored', 'issuer-missing'] },
    ],
    ['an empty issuer in the label', `:alice?secret=${base32}`, { issuer: '', changes: ['issuer-missing'] }],
    ['an empty issuer before a named one', `:alice?secret=${base32}&issuer=Example`, { changes: [] }],
    [
      'a plus for a space',
      `alice?secret=${base32}&issuer=Big+Co`,
      { issuer: 'Big Co', changes: ['plus-read-as-space'] },
    ],
    [
      'a plus for the space of the label',
      `Big%20Co:alice?secret=${base32}&issuer=Big+Co`,
      { issuer: 'Big Co', changes: ['plus-read-as-space'] },
    ],
    ['an equals sign in a value', `alice?secret=${base32}&issuer=A=B`, { issuer: 'A=B', changes: [] }],
    ['a space within a name', `E:alice%20smith?secret=${base32}`, { accountName: 'alice smith', changes: [] }],
    ['an escaped plus', `alice?secret=${base32}&issuer=A%2BB`, { issuer: 'A+B', changes: [] }],
    [
      'a plus in the secret',
      `E:a?secret=GEZD+GNBV+GY3T+QOJQ+GEZD+GNBV+GY3T+QOJQ`,
      { secret, changes: ['plus-read-as-space'] },
    ],
    [
      'an issuer that differs',
      `Old:alice?secret=${base32}&issuer=New`,
      { issuer: 'New', accountName: 'alice', changes: ['label-issuer-replaced'] },
    ],
    [
      'an issuer that differs in case',
      `Example:alice?secret=${base32}&issuer=EXAMPLE`,
      { issuer: 'EXAMPLE', changes: ['label-issuer-replaced'] },
    ],
    [
      'an empty issuer parameter',
      `Example:alice?secret=${base32}&issuer=`,
      { issuer: 'Example', changes: ['empty-parameter-ignored'] },
    ],
    [
      'an issuer of blanks',
      `Example:alice?secret=${base32}&issuer=%20`,
      { issuer: 'Example', changes: ['white-space-removed'] },
    ],
    [
      'a second colon',
      `Example:a:b?secret=${base32}`,
      { issuer: 'Example', accountName: 'a:b', changes: ['colon-in-name'] },
    ],
    [
      'a second colon in disguise',
      `Example%3Aa%3Ab%3Ac?secret=${base32}&issuer=Example`,
      { issuer: 'Example', accountName: 'a:b:c', changes: ['colon-in-name'] },
    ],
    [
      'a colon in the issuer',
      `localhost%3A3000:alice?secret=${base32}&issuer=localhost%3A3000`,
      { issuer: 'localhost:3000', accountName: 'alice', changes: ['colon-in-name'] },
    ],
    [
      'bare Unicode',
      `Société:zoë?secret=${base32}&issuer=Société`,
      { issuer: 'Société', accountName: 'zoë', changes: ['unescaped-text'] },
    ],
    ['bare letters of Asia', `東京:漢字?secret=${base32}`, { issuer: '東京', changes: ['unescaped-text'] }],
    [
      'a bare space',
      `Big Co: alice?secret=${base32}`,
      { issuer: 'Big Co', accountName: 'alice', changes: ['unescaped-text'] },
    ],
    ['SHA-1', `Example:alice?secret=${base32}&algorithm=SHA-1`, { changes: ['algorithm-respelled'] }],
    ['HmacSHA1', `Example:alice?secret=${base32}&algorithm=HmacSHA1`, { changes: ['algorithm-respelled'] }],
    [
      'HMAC-SHA-256',
      `Example:alice?secret=${base32}&algorithm=HMAC-SHA-256`,
      { algorithm: 'SHA-256', changes: ['algorithm-respelled'] },
    ],
    [
      'sha_512',
      `Example:alice?secret=${base32}&algorithm=sha_512`,
      { algorithm: 'SHA-512', changes: ['algorithm-respelled'] },
    ],
    [
      'HmacSHA512',
      `Example:alice?secret=${base32}&algorithm=HmacSHA512`,
      { algorithm: 'SHA-512', changes: ['algorithm-respelled'] },
    ],
    [
      'an empty algorithm, digits and period',
      `Example:alice?secret=${base32}&algorithm=&digits=&period=`,
      { algorithm: 'SHA-1', digits: 6, periodSeconds: 30, changes: ['empty-parameter-ignored'] },
    ],
    [
      'upper-case parameter names',
      `Example:alice?SECRET=${base32}&Issuer=Example&DIGITS=8&Period=60&ALGORITHM=SHA256`,
      { digits: 8, periodSeconds: 60, algorithm: 'SHA-256', changes: ['parameter-name-lowered'] },
    ],
    ['a trailing newline', `Example:alice?secret=${base32}\n`, { secret, changes: ['white-space-removed'] }],
    ['a trailing line end of Windows', `Example:alice?secret=${base32}\r\n`, { changes: ['white-space-removed'] }],
    [
      'white space around a name',
      `Example%20:alice%20?secret=${base32}`,
      { issuer: 'Example', accountName: 'alice', changes: ['white-space-removed'] },
    ],
    ['two secrets', `Example:alice?secret=MZXW6YTB&secret=${base32}`, { secret, changes: ['parameter-repeated'] }],
    [
      'two secrets, one disguised',
      `Example:alice?secret=MZXW6YTB&%73ecret=${base32}`,
      { secret, changes: ['parameter-repeated'] },
    ],
    [
      'two issuers, one of them empty',
      `alice?secret=${base32}&issuer=Example&issuer=`,
      { issuer: 'Example', changes: ['empty-parameter-ignored'] },
    ],
    [
      'three periods',
      `Example:alice?secret=${base32}&period=1&period=2&period=60`,
      { periodSeconds: 60, changes: ['parameter-repeated'] },
    ],
    ['an unknown parameter twice', `Example:alice?secret=${base32}&x=1&x=2`, { changes: [] }],
    ['an unknown parameter without value', `Example:alice?secret=${base32}&x`, { changes: [] }],
    ['a parameter without name', `Example:alice?secret=${base32}&=x`, { changes: [] }],
    ['a trailing ampersand', `Example:alice?secret=${base32}&`, { changes: [] }],
    [
      'a secret with bits left over',
      'Example:alice?secret=S46SQCPPTCNPROMHWYBDCTBZXV',
      {
        secret: Uint8Array.from(Buffer.from('973d2809ef989af8b987b602314c39bd', 'hex')),
        changes: ['leftover-bits-dropped'],
      },
    ],
    [
      'several of these',
      ` Old:a:b?Secret=MZ&ISSUER=&algorithm=hmac-sha-1 `,
      {
        issuer: 'Old',
        accountName: 'a:b',
        secret: Uint8Array.of(102),
        changes: [
          'white-space-removed',
          'parameter-name-lowered',
          'empty-parameter-ignored',
          'colon-in-name',
          'leftover-bits-dropped',
          'algorithm-respelled',
        ],
      },
    ],
  ]
  it.each(forgiven)('reads %s, and says so', (_, rest, { changes, ...read }) => {
    const space = rest.startsWith(' ') ? ' ' : ''
    const parsed = parseKeyUri(`${space}otpauth://totp/${rest.trimStart()}`)
    expect(parsed).toMatchObject(read)
    expect(parsed.changes.toSorted()).toEqual(changes.toSorted())
  })

  it('reads what formatKeyUri can write again, unless it says that a name has a colon or is missing', () => {
    for (const [, rest] of forgiven) {
      const { changes, ...parsed } = parseKeyUri(`otpauth://totp/${rest.trimStart()}`)
      if (changes.includes('issuer-missing')) expectError('ERR_ISSUER_INVALID', () => formatKeyUri(parsed), base32)
      else if (changes.includes('colon-in-name'))
        expectError(
          parsed.issuer.includes(':') ? 'ERR_ISSUER_INVALID' : 'ERR_ACCOUNT_NAME_INVALID',
          () => formatKeyUri(parsed),
          base32,
        )
      else expect(parseKeyUri(formatKeyUri(parsed))).toEqual({ ...parsed, changes: [] })
    }
  })

  const label = 'otpauth://totp/Example:alice'
  const good = `secret=${base32}&issuer=Example`
  it.each([
    ['another scheme', `https://totp/Example:alice?${good}`],
    ['another scheme', `javascript:alert(1)//totp/Example:alice?${good}`],
    ['a scheme inside', `x otpauth://totp/Example:alice?${good}`],
    ['one slash', `otpauth:/totp/Example:alice?${good}`],
    ['a counter-based code', `otpauth://hotp/Example:alice?${good}&counter=0`],
    ['another type', `otpauth://steam/Example:alice?${good}`],
    ['no type', `otpauth:///Example:alice?${good}`],
    ['user information', `otpauth://user:word@totp/Example:alice?${good}`],
    ['a port', `otpauth://totp:1/Example:alice?${good}`],
    ['a fragment', `${label}?${good}#x`],
    ['an empty fragment', `${label}?${good}#`],
    ['a second question mark', `${label}?${good}?x=1`],
    ['a deeper path', `otpauth://totp/x/Example:alice?${good}`],
    ['no label', `otpauth://totp/?${good}`],
    ['no label at all', `otpauth://totp?${good}`],
    ['no query', label],
    ['an empty query', `${label}?`],
    ['no secret', `${label}?issuer=Example`],
    ['an empty secret', `${label}?secret=&issuer=Example`],
    ['a secret without value', `${label}?secret&issuer=Example`],
    ['a secret of less than a byte', `${label}?secret=M`],
    ['a secret in a parameter of another name', `${label}?ſecret=${base32}`],
    ['a secret of blanks', `${label}?secret=%20%20`],
    ['a secret of more than 1024 bytes', `otpauth://totp/a?secret=${'A'.repeat(1640)}`],
    ['a secret that is not Base32', `${label}?secret=${base32}1`],
    ['no account name', `otpauth://totp/Example:?${good}`],
    ['an account name of blanks', `otpauth://totp/Example:%20?${good}`],
    ['a line break between names', `otpauth://totp/Exam\nple:alice?${good}`],
    ['a control character in the issuer that is replaced', `otpauth://totp/Ev%00il:alice?${good}`],
    ['an issuer that is too long', `otpauth://totp/alice?secret=${base32}&issuer=${'x'.repeat(256)}`],
    ['half a surrogate pair', `otpauth://totp/Example:\ud800?${good}`],
    ['a control character', `otpauth://totp/Example:al%00ice?${good}`],
    ['a line break', `otpauth://totp/Example:al%0Aice?${good}`],
    ['a bare tab', `otpauth://totp/Exam\tple:alice?${good}`],
    ['reversed text', `otpauth://totp/Example:%E2%80%AEecila?${good}`],
    ['broken UTF-8', `otpauth://totp/Example:%FF?${good}`],
    ['broken escapes', `otpauth://totp/Example:100%?${good}`],
    ['an encoded surrogate', `otpauth://totp/Example:%ED%A0%80?${good}`],
    ['too few digits', `${label}?${good}&digits=5`],
    ['too many digits', `${label}?${good}&digits=11`],
    ['digits in disguise', `${label}?${good}&digits=6.0`],
    ['digits in hexadecimal', `${label}?${good}&digits=0x6`],
    ['digits with a sign', `${label}?${good}&digits=%2B6`],
    ['digits of another script', `${label}?${good}&digits=%D9%A6`],
    ['a leading zero', `${label}?${good}&digits=06`],
    ['no period', `${label}?${good}&period=0`],
    ['a long period', `${label}?${good}&period=121`],
    ['a negative period', `${label}?${good}&period=-30`],
    ['an endless period', `${label}?${good}&period=1e99`],
    ['another algorithm', `${label}?${good}&algorithm=MD5`],
    ['a longer hash', `${label}?${good}&algorithm=SHA3-256`],
    ['a hash of another length', `${label}?${good}&algorithm=HmacSHA384`],
    ['a hash of no length', `${label}?${good}&algorithm=HmacSHA`],
    ['an algorithm twice over', `${label}?${good}&algorithm=HmacHmacSHA1`],
    ['a last algorithm that is unknown', `${label}?${good}&algorithm=SHA1&algorithm=MD5`],
    ['an inherited algorithm', `${label}?${good}&algorithm=__proto__`],
    ['more than 2048 characters', `${label}?${good}&x=`.padEnd(2049, 'x')],
    ['an enormous text', `otpauth://totp/${'%'.repeat(10_000_000)}`],
    ['nothing', ''],
  ])('refuses %s', (_, uri) => {
    expectError('ERR_KEY_URI_INVALID', () => parseKeyUri(uri), base32, 'alice', 'MZXW6YTB')
  })

  it('refuses what is not a string', () => {
    for (const value of [
      ...strangeValues,
      [formatKeyUri(plain)],
      new URL(formatKeyUri(plain)),
      { toString: () => formatKeyUri(plain) },
    ]) {
      expectError('ERR_KEY_URI_INVALID', () => parseKeyUri(smuggle(value)), base32)
    }
  })
})

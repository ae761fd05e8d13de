import { URI } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { formatKeyUri, parseKeyUri, type FormatKeyUriInput } from '../../src/otp/index.js'
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
    `OTPAUTH://TOTP/Example:alice@example.com?secret=${base32.toLowerCase()}&algorithm=sha1`,
    `otpauth://totp/Example:alice@example.com?secret=GEZD%20GNBV%20GY3T%20QOJQ-GEZD-GNBV-GY3T-QOJQ`,
    `otpauth://totp/Example:alice@example.com?secret=${base32}&image=https%3A%2F%2Fexample.com%2Flogo.png&__proto__=x&counter=5`,
  ])('reads %s', (uri) => {
    expect(parseKeyUri(uri)).toEqual(expected)
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
    })
    expect(parseKeyUri(`otpauth://totp/E:a?secret=${base32}&algorithm=SHA512&digits=10&period=1`)).toMatchObject({
      algorithm: 'SHA-512',
      digits: 10,
      periodSeconds: 1,
    })
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
    ['a secret of blanks', `${label}?secret=%20%20`],
    ['a secret that is not Base32', `${label}?secret=${base32}1`],
    ['a secret with bits left over', `${label}?secret=MZ`],
    ['two secrets', `${label}?${good}&secret=${base32}`],
    ['two secrets, one disguised', `${label}?${good}&%73ecret=MZXW6YTB`],
    ['two issuers', `${label}?${good}&issuer=Example`],
    ['an unknown parameter twice', `${label}?${good}&x=1&x=2`],
    ['a parameter without value', `${label}?${good}&x`],
    ['a parameter without name', `${label}?${good}&=x`],
    ['an empty parameter', `${label}?${good}&`],
    ['an issuer that differs', `${label}?secret=${base32}&issuer=Evil`],
    ['an issuer that differs in case', `${label}?secret=${base32}&issuer=example`],
    ['an empty issuer', `${label}?secret=${base32}&issuer=`],
    ['no issuer', `otpauth://totp/alice?secret=${base32}`],
    ['an empty issuer in the label', `otpauth://totp/:alice?${good}`],
    ['no account name', `otpauth://totp/Example:?${good}`],
    ['an account name of blanks', `otpauth://totp/Example:%20?${good}`],
    ['two colons', `otpauth://totp/Example:a:b?${good}`],
    ['a disguised second colon', `otpauth://totp/Example:a%3Ab?${good}`],
    ['a colon in the issuer', `otpauth://totp/alice?secret=${base32}&issuer=Exa%3Ample`],
    ['a control character', `otpauth://totp/Example:al%00ice?${good}`],
    ['a line break', `otpauth://totp/Example:al%0Aice?${good}`],
    ['a bare line break', `${label}?${good}\n`],
    ['a bare tab', `otpauth://totp/Exam\tple:alice?${good}`],
    ['a bare space', `otpauth://totp/Example: alice?${good}`],
    ['bare Unicode', `otpauth://totp/Example:zoë?${good}`],
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
    ['no digits', `${label}?${good}&digits=`],
    ['a leading zero', `${label}?${good}&digits=06`],
    ['no period', `${label}?${good}&period=0`],
    ['a long period', `${label}?${good}&period=121`],
    ['a negative period', `${label}?${good}&period=-30`],
    ['an endless period', `${label}?${good}&period=1e99`],
    ['another algorithm', `${label}?${good}&algorithm=MD5`],
    ['an inherited algorithm', `${label}?${good}&algorithm=__proto__`],
    ['an algorithm in our notation', `${label}?${good}&algorithm=SHA-1`],
    ['more than 2048 characters', `${label}?${good}&x=${'x'.repeat(2048)}`],
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

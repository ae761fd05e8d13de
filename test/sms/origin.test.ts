import { describe, expect, it } from 'vitest'
import { parseOrigin } from '../../src/sms/origin.js'
import { expectThrown } from '../support/outcome.js'

describe('the origin a code is bound to', () => {
  it.each([
    ['https://example.com', 'example.com'],
    ['https://example.com/', 'example.com'],
    ['https://example.com:443', 'example.com'],
    ['HTTPS://Login.EXAMPLE.com', 'login.example.com'],
    ['example.com', 'example.com'],
    ['Example.COM', 'example.com'],
    ['localhost', 'localhost'],
    ['x', 'x'],
    ['a.b', 'a.b'],
    ['192.0.2.1.example', '192.0.2.1.example'],
    ['https://bücher.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
  ])('%s has the host %s', (origin, host) => {
    expect(parseOrigin(origin)).toBe(host)
  })

  it.each([
    '',
    ' ',
    'http://example.com',
    'ftp://example.com',
    'javascript://example.com',
    'https://',
    'https:example.com',
    '//example.com',
    'https://example.com:8443',
    'example.com:8443',
    'example.com:443x',
    'https://example.com/login',
    'example.com/login',
    'https://example.com?a',
    'https://example.com#123456',
    'example.com #123456',
    'https://user@example.com',
    'https://user:pass@example.com',
    'user@example.com',
    '@example.com',
    'exa\nmple.com',
    'example.com\n@evil.example',
    ' example.com',
    'example.com ',
    'example\u00ad.com',
    'exam\u200dple.com',
    'example..com',
    '.example.com',
    'example.com.',
    '-example.com',
    'example-.com',
    'exa_mple.com',
    'exa%6dple.com!',
    '192.0.2.1',
    '10.192.168.172',
    'https://192.0.2.1',
    '1',
    '0x7f000001',
    'https://[2001:db8::1]',
    '*.example.com',
    'example.com,evil.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
    '\ud800.example',
    null,
    undefined,
    1,
    true,
    {},
    [],
    ['example.com'],
    Object('example.com'),
    new URL('https://example.com'),
    { toString: () => 'example.com' },
  ])('%j is refused', (origin) => {
    expectThrown(() => parseOrigin(origin), 'ERR_SMS_INVALID')
  })

  it('is not repeated in the error', () => {
    expect(() => parseOrigin('http://secret.example')).toThrow(/^(?!.*secret)/s)
  })
})

import { describe, expect, it } from 'vitest'
import { passkeys } from '../../src/passkeys/index.js'
import { hostileValues } from '../support/hostile.js'
import { expectError, smuggle } from '../otp/hostile.js'

const rpId = 'example.com'
const origins = ['https://example.com']
const ANDROID = `android:apk-key-hash:${'A'.repeat(43)}`

describe('the options of passkeys', () => {
  it.each([
    { rpId: 'example.com', origins: ['https://example.com'] },
    {
      rpId: 'example.com',
      origins: ['https://example.com', 'https://login.example.com', 'https://a.b.example.com:8443'],
    },
    { rpId: 'login.example.com', origins: ['https://login.example.com'] },
    { rpId: 'xn--bcher-kva.example', origins: ['https://xn--bcher-kva.example'] },
    { rpId: 'intranet', origins: ['https://intranet'] },
    { rpId: 'localhost', origins: ['http://localhost', 'http://localhost:3000', 'https://localhost'] },
    { rpId: 'app.localhost', origins: ['http://app.localhost:3000'] },
    { rpId: 'example.com', origins: [ANDROID] },
    { rpId: 'example.com', origins: ['https://example.com', ANDROID] },
    { rpId: 'example.com', origins, userVerification: 'required' as const },
    { rpId: 'example.com', origins, userVerification: undefined },
  ])('may be %j', (options) => {
    expect(() => passkeys(options)).not.toThrow()
  })

  it('must be an object without unknown members', () => {
    for (const options of [undefined, null, 'example.com', 1, () => origins]) {
      expectError('ERR_PASSKEYS_INVALID', () => passkeys(smuggle(options)))
    }
    expectError('ERR_PASSKEYS_INVALID', () => passkeys(smuggle({ rpId, origins, userVerificaton: 'required' })))
    expectError('ERR_PASSKEYS_INVALID', () => passkeys(smuggle({ rpID: rpId, rpId, origins })))
  })

  it.each([
    'https://example.com',
    'example.com:443',
    'example.com/',
    'example.com.',
    '.example.com',
    'Example.com',
    'bücher.example',
    'exa mple.com',
    'exa_mple.com',
    '-example.com',
    '*.example.com',
    '127.0.0.1',
    '[::1]',
    '0x7f.1',
    '1',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
  ])('refuse the RP id %j', (wrong) => {
    // With an origin that would be right, were the RP id.
    expectError('ERR_PASSKEYS_INVALID', () => passkeys({ rpId: wrong, origins: [`https://${wrong}`, ANDROID] }))
    expectError('ERR_PASSKEYS_INVALID', () => passkeys({ rpId: wrong, origins: [ANDROID] }))
  })

  it.each([
    'example.com',
    'https://example.com/',
    'https://example.com:443',
    'https://example.com/login',
    'https://EXAMPLE.com',
    'https://example.com?a',
    'https://user@example.com',
    ' https://example.com',
    'https://exa\nmple.com',
    'http://example.com',
    'http://example.com:3000',
    'http://localhost',
    'https://localhost',
    'https://com',
    'https://example.org',
    'https://notexample.com',
    'https://example.com.evil.example',
    'https://login.example.com.',
    'wss://example.com',
    'file://example.com',
    'null',
    '*',
    'https://*.example.com',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'ios:bundle-id:com.example.app',
    'android:apk-key-hash:',
    `android:apk-key-hash:${'A'.repeat(42)}`,
    `android:apk-key-hash:${'A'.repeat(44)}`,
    `android:apk-key-hash:${'A'.repeat(42)}=`,
    `${ANDROID}\n`,
    `x${ANDROID}`,
  ])('refuse the origin %j', (wrong) => {
    expectError('ERR_PASSKEYS_INVALID', () => passkeys({ rpId, origins: [wrong] }))
    expectError('ERR_PASSKEYS_INVALID', () => passkeys({ rpId, origins: [...origins, wrong] }))
  })

  it.each(['ws://localhost', 'ftp://localhost', 'http://localhost/', 'http://127.0.0.1', 'http://notlocalhost'])(
    'refuse the origin %j, even for localhost',
    (wrong) => {
      expectError('ERR_PASSKEYS_INVALID', () => passkeys({ rpId: 'localhost', origins: [wrong] }))
    },
  )

  it('refuse values of other types in every place', () => {
    for (const value of hostileValues) {
      expectError('ERR_PASSKEYS_INVALID', () => passkeys(smuggle({ rpId: value, origins })))
      expectError('ERR_PASSKEYS_INVALID', () => passkeys(smuggle({ rpId, origins: value })))
      expectError('ERR_PASSKEYS_INVALID', () => passkeys(smuggle({ rpId, origins: [value] })))
      if (value !== undefined) {
        expectError('ERR_PASSKEYS_INVALID', () => passkeys(smuggle({ rpId, origins, userVerification: value })))
      }
    }
    expectError('ERR_PASSKEYS_INVALID', () => passkeys({ rpId, origins: [] }))
    expectError('ERR_PASSKEYS_INVALID', () => passkeys({ rpId, origins: new Array<string>(1) }))
    expectError('ERR_PASSKEYS_INVALID', () => passkeys(smuggle({ rpId, origins: 'https://example.com' })))
  })
})

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PasskeyCredential, PasskeyVerifier } from '../../src/interfaces/passkeys.js'
import { passkeys, type UserVerification } from '../../src/passkeys/index.js'
import { hasChromium, launchChromium } from '../browser/chromium.js'
import { base64url, bytes, CHALLENGE, OTHER_CHALLENGE } from './ceremony.js'
import { create, frameIn, get, openPage, type PageServer, servePage } from './chromium-page.js'

describe.runIf(hasChromium())('passkeys in a browser', () => {
  let browser: Browser
  let server: PageServer
  beforeAll(async () => {
    server = await servePage()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const origin = () => `http://localhost:${server.port}`
  const relyingParty = (userVerification?: UserVerification) =>
    passkeys({ rpId: 'localhost', origins: [origin()], userVerification })

  const creationOptions = (verifier: PasskeyVerifier, exclude: readonly PasskeyCredential[] = []) =>
    verifier.creationOptions({
      challenge: CHALLENGE,
      issuer: 'Willow Street Clinic',
      accountName: 'ada@willow.example',
      userHandle: base64url(bytes(32, 'ada')),
      exclude,
      timeoutMs: 20_000,
    })
  const requestOptions = (verifier: PasskeyVerifier, allow: readonly PasskeyCredential[]) =>
    verifier.requestOptions({ challenge: OTHER_CHALLENGE, allow, timeoutMs: 20_000 })

  async function confirmed(verifier: PasskeyVerifier, response: unknown) {
    const result = await verifier.verifyAttestation({ challenge: CHALLENGE, response })
    if (result.status !== 'verified') throw new Error(`rejected: ${JSON.stringify(response)}`)
    return result
  }
  const verify = (verifier: PasskeyVerifier, response: unknown, credential: PasskeyCredential) =>
    verifier.verifyAssertion({ challenge: OTHER_CHALLENGE, response, credential })

  test('a security key is enrolled and signs, without a PIN, and counts', async () => {
    const verifier = relyingParty()
    const { page, addAuthenticator } = await openPage(browser, origin())
    await addAuthenticator({ transport: 'usb' })
    const { credential, userVerified } = await confirmed(verifier, await create(page, await creationOptions(verifier)))
    expect(credential).toMatchObject({ synced: false, backedUp: false, transports: ['usb'] })
    expect(userVerified).toBe(false)
    const counters = [credential.counter]
    for (let time = 0; time < 2; time++) {
      const response = await get(page, await requestOptions(verifier, [credential]))
      const result = await verify(verifier, response, credential)
      expect(result).toMatchObject({ status: 'verified', backedUp: false, userVerified: false })
      if (result.status === 'verified') counters.push(result.counter)
    }
    expect(counters).toEqual([...counters].sort((one, other) => one - other))
    expect(new Set(counters).size).toBe(3)
    await page.close()
  })

  test('a synced passkey of a device verifies its user where that is required', async () => {
    const verifier = relyingParty('required')
    const { page, addAuthenticator } = await openPage(browser, origin())
    await addAuthenticator({ transport: 'internal', verifiesUser: true, synced: true })
    const { credential, userVerified } = await confirmed(verifier, await create(page, await creationOptions(verifier)))
    expect(credential).toMatchObject({ synced: true, backedUp: true, transports: ['internal'] })
    expect(userVerified).toBe(true)
    const response = await get(page, await requestOptions(verifier, [credential]))
    expect(await verify(verifier, response, credential)).toMatchObject({
      status: 'verified',
      backedUp: true,
      userVerified: true,
    })
    await page.close()
  })

  test('a key that is enrolled already is not enrolled twice, and of two keys either may answer', async () => {
    const verifier = relyingParty()
    const { page, addAuthenticator, removeAuthenticator } = await openPage(browser, origin())
    const firstKey = await addAuthenticator({ transport: 'usb' })
    const first = await confirmed(verifier, await create(page, await creationOptions(verifier)))
    expect(await create(page, await creationOptions(verifier, [first.credential]))).toBe('InvalidStateError')
    await removeAuthenticator(firstKey)

    await addAuthenticator({ transport: 'nfc' })
    const second = await confirmed(verifier, await create(page, await creationOptions(verifier, [first.credential])))
    expect(second.credential.id).not.toBe(first.credential.id)
    // The first key lies in a drawer.
    const response = await get(page, await requestOptions(verifier, [first.credential, second.credential]))
    expect(response).toMatchObject({ id: second.credential.id })
    expect(await verify(verifier, response, second.credential)).toMatchObject({ status: 'verified' })
    expect(await verify(verifier, response, first.credential)).toEqual({ status: 'rejected' })
    await page.close()
  })

  test('@simplewebauthn/browser takes the options, and its answers are taken', async () => {
    const verifier = relyingParty()
    const { page, addAuthenticator } = await openPage(browser, origin())
    await page.addScriptTag({ url: '/simplewebauthn.js' })
    await addAuthenticator({ transport: 'usb' })
    const run = (operation: string, optionsJSON: unknown): Promise<unknown> =>
      page.evaluate(`SimpleWebAuthnBrowser.${operation}(${JSON.stringify({ optionsJSON })})`)
    const { credential } = await confirmed(verifier, await run('startRegistration', await creationOptions(verifier)))
    const response = await run('startAuthentication', await requestOptions(verifier, [credential]))
    expect(await verify(verifier, response, credential)).toMatchObject({ status: 'verified' })
    await page.close()
  })

  test('a page elsewhere is refused by the browser, and one on another port by us', async () => {
    const verifier = relyingParty()
    const options = await creationOptions(verifier)
    const elsewhere = await openPage(browser, `http://app.localhost:${server.port}`)
    await elsewhere.addAuthenticator({ transport: 'usb' })
    expect(await create(elsewhere.page, options)).toBe('SecurityError')
    await elsewhere.page.close()

    const other = await servePage()
    const { page, addAuthenticator } = await openPage(browser, `http://localhost:${other.port}`)
    await addAuthenticator({ transport: 'usb' })
    const response = await create(page, options)
    expect(response).toMatchObject({ type: 'public-key' })
    expect(await verifier.verifyAttestation({ challenge: CHALLENGE, response })).toEqual({ status: 'rejected' })
    await page.close()
    await other.close()
  })

  test('our page within a page of somebody else is rejected, where nobody sees whose it is', async () => {
    const verifier = relyingParty()
    const { page, addAuthenticator } = await openPage(browser, origin())
    await addAuthenticator({ transport: 'usb' })
    const { credential } = await confirmed(verifier, await create(page, await creationOptions(verifier)))
    const options = await requestOptions(verifier, [credential])

    await page.goto(`http://app.localhost:${server.port}`)
    const frame = await frameIn(page, origin())
    const created = await create(frame, await creationOptions(verifier))
    expect(created).toMatchObject({ type: 'public-key' })
    expect(await verifier.verifyAttestation({ challenge: CHALLENGE, response: created })).toEqual({
      status: 'rejected',
    })
    const framed = await get(frame, options)
    expect(framed).toMatchObject({ id: credential.id })
    expect(await verify(verifier, framed, credential)).toEqual({ status: 'rejected' })

    await page.goto(origin())
    expect(await verify(verifier, await get(page, options), credential)).toMatchObject({ status: 'verified' })
    await page.close()
  })
})

import { TwoFactorError } from '../errors.js'

/** Whether an authenticator is asked to check who is there, by PIN or biometric, and not only that somebody is. */
export type UserVerification = 'required' | 'preferred' | 'discouraged'

/** Which site passkeys belong to, and where its pages and apps are. */
export interface PasskeyOptions {
  /**
   * WebAuthn's RP id: the domain that passkeys are made for, such as `example.com`, or `localhost`. They work there and
   * on every subdomain. It can never change: passkeys made for another one do not answer.
   */
  readonly rpId: string
  /**
   * Where answers may come from, exactly: `https://` origins on the RP id or a subdomain of it, with a port if it is not
   * the default one; `http://localhost` while developing; `android:apk-key-hash:…` for an Android app.
   */
  readonly origins: readonly string[]
  /**
   * `discouraged` unless said otherwise: the password is there already, and other values have Windows demand a PIN of
   * every security key. An answer without verification is rejected only when it is `required`.
   */
  readonly userVerification?: UserVerification | undefined
}

/** The options, checked. */
export interface RelyingParty {
  readonly rpId: string
  readonly origins: readonly string[]
  readonly userVerification: UserVerification
}

/** Labels of a host name in lower case, the last of which starts with a letter, as no IP address does. */
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The SHA-256 fingerprint of the certificate that an Android app is signed with, base64url. */
const ANDROID_APP = /^android:apk-key-hash:[A-Za-z0-9_-]{43}$/

/** @throws TwoFactorError `ERR_PASSKEYS_INVALID`, naming the option. */
export function resolveRelyingParty(options: PasskeyOptions): RelyingParty {
  demand(typeof options === 'object' && (options as unknown) !== null, 'passkeys must be given options')
  const { rpId, origins, userVerification = 'discouraged', ...unknown } = options
  demand(Object.keys(unknown).length === 0, 'passkeys has an unknown option')
  demand(typeof rpId === 'string' && DOMAIN.test(rpId), 'passkeys.rpId must be a domain in lower case, or localhost')
  demand(Array.isArray(origins) && origins.length > 0, 'passkeys.origins must be a list of at least one')
  const listed = Array.from<unknown>(origins)
  demand(
    listed.every((origin) => isOriginOf(rpId, origin)),
    'passkeys.origins must be https origins on passkeys.rpId or its subdomains, http://localhost, or android:apk-key-hash:…',
  )
  demand(
    ['required', 'preferred', 'discouraged'].includes(userVerification),
    "passkeys.userVerification must be 'required', 'preferred' or 'discouraged'",
  )
  return { rpId, origins: listed, userVerification }
}

function isOriginOf(rpId: string, origin: unknown): origin is string {
  if (typeof origin !== 'string') return false
  if (ANDROID_APP.test(origin)) return true
  // An origin is compared as browsers write it, so only that spelling can ever match. No wildcard is one.
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return false
  const { protocol, hostname } = new URL(origin)
  const secure = protocol === 'https:' || (protocol === 'http:' && isWithin(hostname, 'localhost'))
  return secure && DOMAIN.test(hostname) && isWithin(hostname, rpId)
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}

function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new TwoFactorError('ERR_PASSKEYS_INVALID', message)
}

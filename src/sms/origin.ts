import { TwoFactorError } from '../errors.js'

/** Stricter than the URL parser, which removes line breaks and invisible characters, and forgives much else. */
const httpsOrigin = /^(?:https:\/\/)?([^\s\p{C}/\\@?#:%[\]]+)(?::443)?\/?$/iu

const domainName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/
const addressV4 = /^\d+(?:\.\d+){3}$/

/**
 * The host for the line that binds a code to an origin: lower case, international names in Punycode. That line can say
 * neither a scheme nor a port (WICG, Origin-bound one-time codes delivered via SMS), so `origin` may have none but https.
 *
 * @param origin - An https origin, such as `https://example.com`, or a bare host name.
 * @throws TwoFactorError `ERR_SMS_INVALID` for anything else.
 */
export function parseOrigin(origin: unknown): string {
  const host = typeof origin === 'string' ? hostOf(origin) : null
  if (host === null)
    throw new TwoFactorError('ERR_SMS_INVALID', 'sms.origin must be an https origin or a host name, without a port')
  return host
}

function hostOf(origin: string): string | null {
  const host = httpsOrigin.exec(origin)?.[1]
  if (host === undefined || !URL.canParse(`https://${host}`)) return null
  const { hostname } = new URL(`https://${host}`)
  return domainName.test(hostname) && !addressV4.test(hostname) ? hostname : null
}

import { demand, hasMethods, isObject, refuseUnknown, within } from './checks.js'
import { isBytes } from './is-bytes.js'
import { createKeyRing, type Key, type KeyRing } from './crypto/keyring.js'
import { systemClock, systemRandom } from './system.js'
import { TwoFactorError, type TwoFactorErrorCode } from './errors.js'
import type { Clock } from './interfaces/clock.js'
import type { TwoFactorEvent } from './interfaces/events.js'
import type { PasskeyVerifier } from './interfaces/passkeys.js'
import type { Policy, PolicyOverrides } from './interfaces/policy.js'
import type { Random } from './interfaces/random.js'
import type { SmsChannel, SmsScreenRequest, SmsSender } from './interfaces/sms-sender.js'
import type { Store } from './interfaces/store.js'
import { isKeyUriName } from './otp/key-uri.js'
import { channelsOf } from './sms/channels.js'
import { loadPhoneMetadata } from './sms/phone-number.js'
import { isCountryCode, type CountryCode } from './sms/country-code.js'
import { resolvePolicy } from './policy.js'
import { strippedCause } from './stripped-cause.js'
import { builtInMessage, checkTemplate, type MessageTemplate } from './sms/message.js'
import { parseOrigin } from './sms/origin.js'

/** A server secret of the key ring. */
export interface KeyOption {
  /** 1 to 32 letters, digits, `_` or `-`; stands in the clear in values and tokens. Let ids sort by age, as dates do. */
  readonly id: string
  /** At least 32 random bytes; a string is base64 or base64url. */
  readonly secret: string | Uint8Array
}

/** Text messages: who sends them, and to where. */
export interface SmsOptions {
  readonly sender: SmsSender
  /** ISO 3166-1 alpha-2 codes of the countries that texts may go to, or `'all'`; there is no default. */
  readonly countries: readonly CountryCode[] | 'all'
  /** The site whose pages may fill the code in, such as `https://portal.example`; ends every text in `@host #code`. */
  readonly origin?: string | undefined
  /** Builds the text; the built-in one speaks English, Spanish, French, German and Portuguese. */
  readonly message?: MessageTemplate | undefined
  /** What texts are written in: GSM-7, which most phones and prices are made for, or `unicode` for every script. */
  readonly alphabet?: 'gsm-7' | 'unicode' | undefined
  /** The most segments that a text may take; each is paid for. 1 to 3; 1, or 3 where the alphabet is `unicode`. */
  readonly segments?: 1 | 2 | 3 | undefined
  /** Asked before anything is spent on a text, for instance for a SIM swap. A throw stops the operation. */
  readonly screen?: ((request: SmsScreenRequest) => Promise<'send' | 'refuse'>) | undefined
  /** How long the sender, and `screen`, may take. 1 to 60; 10. */
  readonly timeoutSeconds?: number | undefined
}

/** Everything an application decides. Issuer, keys and store have no default; neither have the countries, where SMS is on. */
export interface TwoFactorOptions {
  /** Shown in authenticator apps and text messages: 1 to 64 characters without a colon. */
  readonly issuer: string
  /** The first writes, all read. 1 to 16. */
  readonly keys: readonly KeyOption[]
  readonly store: Store
  readonly sms?: SmsOptions | undefined
  /** Who checks passkeys: `passkeys()` of `countersign/passkeys`. Without it, nobody can enrol or use one. */
  readonly passkeys?: PasskeyVerifier | undefined
  /** Tenant or application, 1 to 64 bytes: records and tokens never cross it. `default` unless said otherwise. */
  readonly namespace?: string | undefined
  readonly policy?: PolicyOverrides | undefined
  /** How long a store call may take, from when the store is called. 0.1 to 60; 5. */
  readonly storeTimeoutSeconds?: number | undefined
  /** How many store calls may be under way at once; the rest wait in line. As many as connections are free for it: 1 to 10000; 10. */
  readonly storeConcurrency?: number | undefined
  /** How long an operation may wait for its turn before it is refused as busy. 1 to 300; 30. */
  readonly storeWaitSeconds?: number | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  /** Told of everything that happened, after it was committed. */
  readonly onEvent?: ((event: TwoFactorEvent) => unknown) | undefined
}

export interface ResolvedSms {
  readonly sender: SmsSender
  readonly countries: readonly CountryCode[] | 'all'
  readonly channels: readonly SmsChannel[]
  readonly originHost: string | null
  readonly message: MessageTemplate
  readonly alphabet: 'gsm-7' | 'unicode'
  readonly segments: 1 | 2 | 3
  readonly screen: ((request: SmsScreenRequest) => Promise<'send' | 'refuse'>) | null
  readonly timeoutMs: number
}

/** The options, checked, with every default in place. */
export interface ResolvedOptions {
  readonly issuer: string
  readonly ring: KeyRing
  readonly store: Store
  readonly sms: ResolvedSms | null
  readonly passkeys: PasskeyVerifier | null
  readonly namespace: string
  readonly policy: Policy
  readonly storeTimeoutMs: number
  readonly storeConcurrency: number
  readonly storeWaitMs: number
  readonly clock: Clock
  readonly random: Random
  readonly onEvent: (event: TwoFactorEvent) => unknown
}

const MAX_KEYS = 16
const MIN_SECRET_BYTES = 32

const OPTIONS: readonly string[] = [
  'issuer',
  'keys',
  'store',
  'sms',
  'passkeys',
  'namespace',
  'policy',
  'storeTimeoutSeconds',
  'storeConcurrency',
  'storeWaitSeconds',
  'clock',
  'random',
  'onEvent',
] satisfies (keyof TwoFactorOptions)[]

const SMS_OPTIONS: readonly string[] = [
  'sender',
  'countries',
  'origin',
  'message',
  'alphabet',
  'segments',
  'screen',
  'timeoutSeconds',
] satisfies (keyof SmsOptions)[]

/**
 * The only home of defaults and limits.
 * @throws TwoFactorError with the code of the option that is wrong.
 */
export function resolveOptions(options: TwoFactorOptions): ResolvedOptions {
  demand(isObject(options), 'ERR_OPTIONS_INVALID', 'options must be an object')
  refuseUnknown(options, OPTIONS, 'ERR_OPTIONS_INVALID', 'options')
  const { issuer, keys, store, sms, passkeys, namespace = 'default', policy = {}, storeTimeoutSeconds = 5 } = options
  const { storeConcurrency = 10, storeWaitSeconds = 30 } = options
  const { clock = systemClock, random = systemRandom, onEvent = () => undefined } = options
  requireIssuer(issuer)
  demand(
    typeof namespace === 'string' && namespace.isWellFormed() && within(Buffer.byteLength(namespace), 1, 64),
    'ERR_NAMESPACE_INVALID',
    'namespace must be a string of 1 to 64 bytes',
  )
  demand(hasMethods(store, ['get', 'swap', 'keys']), 'ERR_STORE_INVALID', 'store must have get, swap and keys')
  demand(
    within(storeTimeoutSeconds, 0.1, 60),
    'ERR_STORE_TIMEOUT_SECONDS_INVALID',
    'storeTimeoutSeconds must be 0.1 to 60',
  )
  demand(
    Number.isInteger(storeConcurrency) && within(storeConcurrency, 1, 10_000),
    'ERR_STORE_CONCURRENCY_INVALID',
    'storeConcurrency must be a whole number, 1 to 10000',
  )
  demand(within(storeWaitSeconds, 1, 300), 'ERR_STORE_WAIT_SECONDS_INVALID', 'storeWaitSeconds must be 1 to 300')
  demand(hasMethods(clock, ['now']), 'ERR_CLOCK_INVALID', 'clock must have now')
  demand(hasMethods(random, ['bytes']), 'ERR_RANDOM_INVALID', 'random must have bytes')
  demand(typeof onEvent === 'function', 'ERR_ON_EVENT_INVALID', 'onEvent must be a function')
  return {
    issuer,
    ring: createKeyRing(resolveKeys(keys), namespace),
    store,
    sms: sms === undefined ? null : resolveSms(sms, issuer),
    passkeys: passkeys === undefined ? null : resolvePasskeys(passkeys),
    namespace,
    policy: resolvePolicy(policy),
    storeTimeoutMs: storeTimeoutSeconds * 1000,
    storeConcurrency,
    storeWaitMs: storeWaitSeconds * 1000,
    clock: checkedClock(clock),
    random: checkedRandom(random),
    onEvent,
  }
}

function requireIssuer(issuer: unknown): void {
  const plain = isKeyUriName(issuer) && issuer.length <= 64
  demand(plain, 'ERR_ISSUER_INVALID', 'issuer must be one line of 1 to 64 characters without a colon')
}

function resolveKeys(keys: readonly KeyOption[]): readonly [Key, ...Key[]] {
  demand(
    Array.isArray(keys) && within(keys.length, 1, MAX_KEYS),
    'ERR_KEYS_INVALID',
    'keys must be an array of 1 to 16',
  )
  const [first, ...others] = Array.from(keys, resolveKey)
  demand(first !== undefined, 'ERR_KEYS_INVALID', 'keys must hold a key')
  const ids = new Set([first, ...others].map(({ id }) => id))
  demand(ids.size === keys.length, 'ERR_KEYS_INVALID', 'keys must have different ids')
  return [first, ...others]
}

function resolveKey(key: KeyOption): Key {
  demand(isObject(key), 'ERR_KEYS_INVALID', 'each of keys must be an object')
  const { id, secret } = key
  demand(
    typeof id === 'string' && /^[A-Za-z0-9_-]{1,32}$/.test(id),
    'ERR_KEYS_INVALID',
    'a key id must be 1 to 32 letters, digits, _ or -',
  )
  const bytes = typeof secret === 'string' ? decodeSecret(secret) : isBytes(secret) ? Uint8Array.from(secret) : null
  demand(bytes !== null, 'ERR_KEYS_INVALID', 'a key secret must be bytes, base64 or base64url')
  demand(bytes.length >= MIN_SECRET_BYTES, 'ERR_KEYS_INVALID', 'a key secret must have at least 32 bytes')
  return { id, secret: bytes }
}

function decodeSecret(text: string): Uint8Array | null {
  // Files and environments often end in a line break.
  const unpadded = text.trim().replace(/={1,2}$/, '')
  const bytes = Buffer.from(unpadded, 'base64')
  const canonical = bytes.toString('base64url')
  return canonical === unpadded.replace(/\+/g, '-').replace(/\//g, '_') ? new Uint8Array(bytes) : null
}

function resolveSms(sms: SmsOptions, issuer: string): ResolvedSms {
  demand(isObject(sms), 'ERR_SMS_INVALID', 'sms must be an object')
  refuseUnknown(sms, SMS_OPTIONS, 'ERR_SMS_INVALID', 'sms')
  const { sender, countries, origin, message: template = builtInMessage, screen = null, timeoutSeconds = 10 } = sms
  const { alphabet = 'gsm-7' } = sms
  // Seventy characters of UCS-2 hardly hold a sentence.
  const { segments = alphabet === 'unicode' ? 3 : 1 } = sms
  demand(hasMethods(sender, ['send']), 'ERR_SMS_INVALID', 'sms.sender must have send')
  const listed: readonly unknown[] = Array.isArray(countries) ? Array.from(countries as readonly unknown[]) : []
  const named = listed.length > 0 && listed.every(isCountryCode)
  demand(countries === 'all' || named, 'ERR_SMS_INVALID', "sms.countries must be country codes or 'all'")
  demand(typeof template === 'function', 'ERR_SMS_INVALID', 'sms.message must be a function')
  demand(screen === null || typeof screen === 'function', 'ERR_SMS_INVALID', 'sms.screen must be a function')
  demand(within(timeoutSeconds, 1, 60), 'ERR_SMS_INVALID', 'sms.timeoutSeconds must be 1 to 60')
  const originHost = origin === undefined ? null : parseOrigin(origin)
  demand(['gsm-7', 'unicode'].includes(alphabet), 'ERR_SMS_INVALID', "sms.alphabet must be 'gsm-7' or 'unicode'")
  demand([1, 2, 3].includes(segments), 'ERR_SMS_INVALID', 'sms.segments must be 1, 2 or 3')
  const channels = channelsOf(sender)
  demand(channels.includes('sms'), 'ERR_SMS_INVALID', "sms.sender must declare the channel 'sms'")
  checkTemplate({ template, issuer, originHost, alphabet, segments, channels })
  // Off the request that texts first; what fails to load fails there too, and says so.
  loadPhoneMetadata(channels).catch(() => undefined)
  return {
    sender,
    countries: countries === 'all' ? countries : [...countries],
    channels,
    originHost,
    message: template,
    alphabet,
    segments,
    screen,
    timeoutMs: timeoutSeconds * 1000,
  }
}

function resolvePasskeys(passkeys: PasskeyVerifier): PasskeyVerifier {
  const methods = ['creationOptions', 'verifyAttestation', 'requestOptions', 'verifyAssertion']
  demand(hasMethods(passkeys, methods), 'ERR_PASSKEYS_INVALID', `passkeys must have ${methods.join(', ')}`)
  return passkeys
}

/** A clock that is NaN, negative or beyond what a date can hold stops the operation. */
function checkedClock(clock: Clock): Clock {
  return {
    now() {
      const now = called(() => clock.now(), 'ERR_CLOCK_INVALID', 'clock.now failed')
      demand(within(now, 0, 8.64e15), 'ERR_CLOCK_INVALID', 'clock.now must give epoch milliseconds')
      return Math.floor(now)
    },
  }
}

function checkedRandom(random: Random): Random {
  return {
    bytes(length) {
      const bytes = called(() => random.bytes(length), 'ERR_RANDOM_INVALID', 'random.bytes failed')
      demand(
        isBytes(bytes) && bytes.length === length,
        'ERR_RANDOM_INVALID',
        'random.bytes must give as many bytes as asked',
      )
      return bytes
    },
  }
}

function called<Value>(plugIn: () => Value, code: TwoFactorErrorCode, message: string): Value {
  try {
    return plugIn()
  } catch (error) {
    throw new TwoFactorError(code, message, { cause: strippedCause(error) })
  }
}

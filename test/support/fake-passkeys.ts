import { createHmac } from 'node:crypto'
import type {
  PasskeyCreationOptions,
  PasskeyCredential,
  PasskeyRequestOptions,
  PasskeyVerifier,
} from '../../src/interfaces/passkeys.js'

/** What a pretend passkey answers to creation options. */
export interface FakeAttestation {
  readonly id: string
  readonly challenge: string
  readonly credential: PasskeyCredential
  readonly userVerified: boolean
  readonly signature: string
}

/** What a pretend passkey answers to request options. */
export interface FakeAssertion {
  readonly id: string
  readonly challenge: string
  readonly counter: number
  readonly backedUp: boolean
  readonly userVerified: boolean
  readonly signature: string
}

/** A browser and an authenticator without WebAuthn: `create` and `get` as in `navigator.credentials`. */
export interface FakePasskey {
  /** The credential id, base64url. */
  readonly id: string
  create(options: PasskeyCreationOptions): FakeAttestation
  /** Signs request options, or throws when there are none. `claim` is what the answer says otherwise, signed with the rest. */
  get(options: PasskeyRequestOptions | null, claim?: Partial<Omit<FakeAssertion, 'signature'>>): FakeAssertion
}

/** What kind of passkey it is. */
export interface FakePasskeyOptions {
  /** Whether it is synced between devices, and backed up; bound to one device unless said otherwise. */
  readonly synced?: boolean
  /** Whether it checks a PIN or a biometric each time. */
  readonly userVerifies?: boolean
  /** Whether its counter goes up with each answer; it does unless it is synced or told otherwise. */
  readonly counts?: boolean
}

/** A pretend passkey, the same for the same name. Its "public" key signs too, which no real one's does. */
export function fakePasskey(name: string, options: FakePasskeyOptions = {}): FakePasskey {
  const { synced = false, userVerifies = false, counts = !synced } = options
  const id = digest('id', [name])
  const publicKey = digest('key', [name])
  let counter = 0
  return {
    id,
    create({ challenge }) {
      const transports = synced ? ['internal'] : ['usb']
      const credential = { id, publicKey, counter, transports, synced, backedUp: synced }
      const answer = { id, challenge, credential, userVerified: userVerifies }
      return { ...answer, signature: digest(publicKey, [answer]) }
    },
    get(asked, claim = {}) {
      if (asked === null) throw new Error('no passkey was asked for')
      if (counts) counter += 1
      const { challenge } = asked
      const answer = { id, challenge, counter, backedUp: synced, userVerified: userVerifies, ...claim }
      return { ...answer, signature: digest(publicKey, [answer]) }
    },
  }
}

/** Checks the answers of pretend passkeys: challenge, credential id and signature, as the real one does. Holds no state. */
export function fakePasskeyVerifier(): PasskeyVerifier {
  return {
    creationOptions: async ({ challenge, issuer, accountName, userHandle, exclude, timeoutMs }) => ({
      challenge,
      rp: { name: issuer },
      user: { id: userHandle, name: accountName },
      excludeCredentials: exclude.map(({ id, transports }) => ({ type: 'public-key', id, transports })),
      timeout: timeoutMs,
    }),
    async verifyAttestation({ challenge, response }) {
      const { signature, ...answer } = response as Partial<FakeAttestation>
      const { credential, userVerified = false } = answer
      const asked = credential !== undefined && answer.challenge === challenge
      const right = asked && digest(credential.publicKey, [answer]) === signature
      return right ? { status: 'verified', credential, userVerified } : { status: 'rejected' }
    },
    requestOptions: async ({ challenge, allow, timeoutMs }) => ({
      challenge,
      allowCredentials: allow.map(({ id, transports }) => ({ type: 'public-key', id, transports })),
      timeout: timeoutMs,
    }),
    async verifyAssertion({ challenge, response, credential }) {
      const { signature, ...answer } = response as Partial<FakeAssertion>
      const { id, counter = 0, backedUp = false, userVerified = false } = answer
      const asked = answer.challenge === challenge && id === credential.id
      const right = asked && digest(credential.publicKey, [answer]) === signature
      return right ? { status: 'verified', counter, backedUp, userVerified } : { status: 'rejected' }
    },
  }
}

function digest(key: string, values: readonly unknown[]): string {
  return createHmac('sha256', key).update(JSON.stringify(values)).digest('base64url')
}

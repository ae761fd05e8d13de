import type * as Server from '@simplewebauthn/server'
import { TwoFactorError } from '../errors.js'
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCredential,
  PasskeyVerifier,
} from '../interfaces/passkeys.js'
import { strippedCause } from '../stripped-cause.js'
import { ALGORITHMS, isExpectedKey } from './public-key.js'
import { type PasskeyOptions, resolveRelyingParty } from './relying-party.js'
import type * as Used from './web-authn.js'
import { readAssertion, readAttestation } from './response.js'

/**
 * The bytes that credential id and public key may have together, so that ten passkeys fit into one user's record. Known
 * authenticators need at most 429: an id of 352 bytes (some security keys keep the private key in it) with a key of 77.
 */
const MAX_CREDENTIAL_BYTES = 448

const REJECTED = { status: 'rejected' } as const

/**
 * Passkeys and security keys as a second factor, for the `passkeys` option of `createTwoFactor`. Checks what browsers answer
 * with @simplewebauthn/server 14, which starts to load here, off any request. No attestation is asked for, and one that
 * comes all the same is not read.
 *
 * Credential id and public key are kept as base64url; they may have 448 bytes together, and longer ones are rejected.
 * @throws TwoFactorError `ERR_PASSKEYS_INVALID`; its methods reject with `ERR_PASSKEYS_FAILED` when @simplewebauthn/server
 *   cannot be loaded, or there is no `crypto.subtle`.
 */
export function passkeys(options: PasskeyOptions): PasskeyVerifier {
  const { rpId, origins, userVerification } = resolveRelyingParty(options)
  const loading = load()
  // Whoever needs it hears of a failure; nobody else does.
  loading.catch(() => undefined)
  const expected = (challenge: string) => ({
    expectedChallenge: challenge,
    expectedOrigin: [...origins],
    expectedRPID: rpId,
    requireUserVerification: userVerification === 'required',
  })

  return {
    async creationOptions({ challenge, issuer, accountName, userHandle, exclude, timeoutMs }) {
      // Nobody shall make a passkey that could not be checked.
      await loading
      return {
        rp: { id: rpId, name: issuer },
        user: { id: userHandle, name: accountName, displayName: accountName },
        challenge,
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        timeout: timeoutMs,
        excludeCredentials: exclude.map(descriptor),
        authenticatorSelection: { residentKey: 'discouraged', requireResidentKey: false, userVerification },
        attestation: 'none',
      } satisfies Server.PublicKeyCredentialCreationOptionsJSON
    },

    async verifyAttestation({ challenge, response }) {
      const webAuthn = await loading
      return rejectingThrows(async (): Promise<PasskeyAttestation> => {
        const claim = readAttestation(response)
        if (claim === null) return REJECTED
        const { verified, registrationInfo } = await webAuthn.verifyRegistrationResponse({
          ...expected(challenge),
          response: envelope(claim.id, {
            clientDataJSON: claim.clientDataJSON,
            attestationObject: withoutStatement(webAuthn, claim.attestationObject),
          }),
          supportedAlgorithmIDs: [...ALGORITHMS],
        })
        if (!verified) return REJECTED
        const { credential, credentialDeviceType, credentialBackedUp, userVerified } = registrationInfo
        const { id, publicKey, counter } = credential
        const fits = Buffer.byteLength(id, 'base64url') + publicKey.length <= MAX_CREDENTIAL_BYTES
        if (id !== claim.id || !isExpectedKey(publicKey) || !fits) return REJECTED
        return {
          status: 'verified',
          credential: {
            id,
            publicKey: Buffer.from(publicKey).toString('base64url'),
            counter,
            transports: claim.transports,
            synced: credentialDeviceType === 'multiDevice',
            backedUp: credentialBackedUp,
          },
          userVerified,
        }
      })
    },

    async requestOptions({ challenge, allow, timeoutMs }) {
      return {
        rpId,
        challenge,
        timeout: timeoutMs,
        allowCredentials: allow.map(descriptor),
        userVerification,
      } satisfies Server.PublicKeyCredentialRequestOptionsJSON
    },

    async verifyAssertion({ challenge, response, credential }) {
      const webAuthn = await loading
      return rejectingThrows(async (): Promise<PasskeyAssertion> => {
        const claim = readAssertion(response)
        if (claim?.id !== credential.id) return REJECTED
        const { clientDataJSON, authenticatorData, signature } = claim
        const { verified, authenticationInfo } = await webAuthn.verifyAuthenticationResponse({
          ...expected(challenge),
          response: envelope(claim.id, { clientDataJSON, authenticatorData, signature }),
          credential: {
            id: credential.id,
            publicKey: Uint8Array.from(Buffer.from(credential.publicKey, 'base64url')),
            // The core compares counters, and tells of one that fell only when its signature is right.
            counter: 0,
          },
        })
        const { newCounter, credentialDeviceType, credentialBackedUp, userVerified } = authenticationInfo
        // Whether a passkey may be synced is settled when it is made (WebAuthn, section 6.1.3).
        if (!verified || (credentialDeviceType === 'multiDevice') !== credential.synced) return REJECTED
        return { status: 'verified', counter: newCounter, backedUp: credentialBackedUp, userVerified }
      })
    },
  }
}

type WebAuthn = typeof Used

async function load(): Promise<WebAuthn> {
  // Without it, @simplewebauthn/server would never answer.
  if ((globalThis as { crypto?: { readonly subtle?: unknown } }).crypto?.subtle === undefined)
    throw new TwoFactorError('ERR_PASSKEYS_FAILED', 'passkeys need crypto.subtle, which jsdom does not have')
  try {
    return await import('./web-authn.js')
  } catch (error) {
    throw new TwoFactorError('ERR_PASSKEYS_FAILED', 'passkeys need the package @simplewebauthn/server 14', {
      cause: strippedCause(error),
    })
  }
}

/** @simplewebauthn/server throws for most of what is wrong with a response; nothing else in there can fail. */
async function rejectingThrows<Outcome>(check: () => Promise<Outcome>): Promise<Outcome | typeof REJECTED> {
  try {
    return await check()
  } catch {
    return REJECTED
  }
}

function envelope<Inner>(id: string, response: Inner) {
  return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} } as const
}

/**
 * The attestation object as browsers hand it over when no attestation is asked for. Some send a statement nevertheless; it
 * would prove nothing without trust anchors, and reading it would put certificates of strangers through a parser.
 */
function withoutStatement(webAuthn: WebAuthn, attestationObject: Uint8Array<ArrayBuffer>): string {
  const authData = webAuthn.decodeAttestationObject(attestationObject).get('authData')
  const none = new Map<string, Parameters<typeof webAuthn.isoCBOR.encode>[0]>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authData],
  ])
  return Buffer.from(webAuthn.isoCBOR.encode(none)).toString('base64url')
}

function descriptor({ id, transports }: Pick<PasskeyCredential, 'id' | 'transports'>) {
  return { type: 'public-key', id, ...(transports.length > 0 && { transports: [...transports] }) }
}

export { passkeys } from './passkeys.js'
export type { PasskeyOptions, UserVerification } from './relying-party.js'
export type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyCreationRequest,
  PasskeyCredential,
  PasskeyProofRequest,
  PasskeyRequestOptions,
  PasskeyVerifier,
} from '../interfaces/passkeys.js'

/** A passkey as a record keeps it. Ids and keys are base64url without padding. */
export interface PasskeyCredential {
  /** The credential id that the authenticator chose. */
  readonly id: string
  /** The COSE public key. */
  readonly publicKey: string
  /** The signature counter of the last accepted response; 0 for authenticators that count nothing. */
  readonly counter: number
  /** How the authenticator can be reached, such as `usb` or `internal`; hints for the browser. */
  readonly transports: readonly string[]
  /** Whether it may be synced between devices (WebAuthn's backup eligibility); it is bound to one device otherwise. */
  readonly synced: boolean
  /** Whether a copy existed elsewhere when it answered last (WebAuthn's backup state). */
  readonly backedUp: boolean
}

/** What the browser's `navigator.credentials.create` takes, as JSON (`PublicKeyCredentialCreationOptionsJSON`). */
export type PasskeyCreationOptions = Readonly<Record<string, unknown>> & { readonly challenge: string }

/** What the browser's `navigator.credentials.get` takes, as JSON (`PublicKeyCredentialRequestOptionsJSON`). */
export type PasskeyRequestOptions = Readonly<Record<string, unknown>> & { readonly challenge: string }

/** What a passkey is to be made for. */
export interface PasskeyCreationRequest {
  /** 32 bytes, base64url. */
  readonly challenge: string
  /** Shown by the browser or the authenticator. */
  readonly issuer: string
  /** Shown by the authenticator; says who the passkey is for. */
  readonly accountName: string
  /** WebAuthn's user handle, base64url; it says nothing of the user. */
  readonly userHandle: string
  /** The user's passkeys, which the authenticator must not make a second time. */
  readonly exclude: readonly Pick<PasskeyCredential, 'id' | 'transports'>[]
  /** How long the browser may wait, a hint. */
  readonly timeoutMs: number
}

/** What a passkey is to sign. */
export interface PasskeyProofRequest {
  /** 32 bytes, base64url. */
  readonly challenge: string
  /** The user's passkeys, any of which may answer. */
  readonly allow: readonly Pick<PasskeyCredential, 'id' | 'transports'>[]
  /** How long the browser may wait, a hint. */
  readonly timeoutMs: number
}

/** What came of a browser's answer to creation options. */
export type PasskeyAttestation =
  | { readonly status: 'verified'; readonly credential: PasskeyCredential; readonly userVerified: boolean }
  | { readonly status: 'rejected' }

/** What came of a browser's answer to request options. The counter is the one signed; the core compares it. */
export type PasskeyAssertion =
  | {
      readonly status: 'verified'
      readonly counter: number
      readonly backedUp: boolean
      readonly userVerified: boolean
    }
  | { readonly status: 'rejected' }

/**
 * The only part that knows WebAuthn: makes options for browsers and checks what they answer (Web Authentication Level 3,
 * sections 7.1 and 7.2): challenge, origin, RP id, user presence, user verification where required, and signature. It keeps
 * nothing. Called from many requests at once; the check of an answer at most once per operation. A response that is forged,
 * for something else or not even an object is `rejected`; a throw is a fault (`ERR_PASSKEYS_FAILED`) and opens nothing.
 */
export interface PasskeyVerifier {
  /** The options that have a browser make a passkey. */
  creationOptions(request: PasskeyCreationRequest): Promise<PasskeyCreationOptions>
  /** Checks a browser's answer to `creationOptions`. */
  verifyAttestation(request: { readonly challenge: string; readonly response: unknown }): Promise<PasskeyAttestation>
  /** The options that have a browser sign with a passkey. */
  requestOptions(request: PasskeyProofRequest): Promise<PasskeyRequestOptions>
  /** Checks a browser's answer to `requestOptions`, given by `credential`. */
  verifyAssertion(request: {
    readonly challenge: string
    readonly response: unknown
    readonly credential: PasskeyCredential
  }): Promise<PasskeyAssertion>
}

/** A browser that may skip the sign-in challenge until `expiresAt`. Skipping is not a second factor. */
export interface TrustedDevice {
  readonly id: string
  readonly name: string
  /** What the host said of it, such as browser and place; null when nothing. */
  readonly details: string | null
  readonly trustedAt: number
  /** When it last skipped a challenge, to the day (epoch ms); null when it never did. */
  readonly lastUsedAt: number | null
  readonly expiresAt: number
}

/** A trusted device in a list. */
export interface ListedTrustedDevice extends TrustedDevice {
  /** Whether it is the one whose token was given. */
  readonly current: boolean
}

/** A trusted device just minted: the token belongs in a cookie named `cookieName`, for `maxAgeSeconds`. */
export interface IssuedTrustedDevice extends TrustedDevice {
  readonly token: string
  readonly cookieName: string
  readonly maxAgeSeconds: number
}

/** The browsers that skip the sign-in challenge. Revoking needs no proof: it only makes things safer. */
export interface TrustedDeviceOperations {
  /** Every live device, oldest first; `token` is the value of the cookie, to mark the one in hand. One store call. */
  list(input: {
    readonly userId: string
    readonly token?: string | null | undefined
  }): Promise<{ readonly status: 'listed'; readonly devices: readonly ListedTrustedDevice[] }>
  /** Ends one device's trust; `revoked` also when there was no such device. Throws `ERR_STORE_BUSY` under contention. */
  revoke(input: { readonly userId: string; readonly deviceId: string }): Promise<{ readonly status: 'revoked' }>
  /** Ends the trust of all. Throws `ERR_STORE_BUSY` under contention. */
  revokeAll(input: { readonly userId: string }): Promise<{ readonly status: 'revoked' }>
  /** The name for this user's cookie on a shared browser: letters and digits only. Prefix it with `__Host-` under HTTPS. */
  cookieName(input: { readonly userId: string }): string
  /**
   * The value of one cookie for everybody who trusts this browser, instead of a cookie for each: `cookie` is its value so
   * far, `token` the one just issued to this user. `begin` and `list` find theirs in it. It holds the sixteen newest and
   * tells nobody whose they are. Throws `ERR_TRUST_DEVICE_INVALID` for a token that is not this user's.
   */
  sharedCookie(input: {
    readonly userId: string
    readonly token: string
    readonly cookie?: string | null | undefined
  }): string
}

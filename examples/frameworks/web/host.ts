import type { TwoFactor } from 'countersign'

/** Somebody who is signed in. */
export interface Session {
  readonly userId: string
  /** What the authenticator app shows beside the issuer, such as the e-mail address. */
  readonly accountName: string
  /** Whether the session opens nothing but the enrolment of a second factor. */
  readonly mayOnlyEnrol: boolean
}

/** The sessions of the application. */
export interface Sessions {
  /** Begins one under an id never seen before, and gives its `Set-Cookie` line. */
  start(userId: string, options: { readonly mayOnlyEnrol: boolean }): Promise<string>
  /** Whose request this is, or null. */
  find(request: Request): Promise<Session | null>
  /** Ends the session of the request, and gives the `Set-Cookie` line that takes its cookie away. */
  end(request: Request): Promise<string>
  /** Ends every session of somebody. */
  endAll(userId: string): Promise<void>
}

/** What the application around the second factor decides. `Context` is whatever its framework hands along with a request. */
export interface Host<Context> {
  readonly twoFactor: TwoFactor
  /** Where the pages come from, such as `https://portal.example`: only they may post here. */
  readonly origin: string
  /** What stands before every path; `/auth` when left out. */
  readonly basePath?: string | undefined
  /** The region of phone numbers that are typed without one, such as `US`; none when left out. */
  readonly defaultCountry?: string | undefined
  readonly sessions: Sessions
  /**
   * The first factor: whose password this is, or null. Limit the tries, and take as long for an address that nobody has. It need
   * not be a password: whoever comes back from an identity provider may be told by `request`.
   */
  firstFactor(form: Form, request: Request): Promise<string | null>
  /**
   * Where a request comes from, for the sending budgets: what the connection or your own proxy says, and never a header that
   * clients can write. Undefined if you cannot tell.
   */
  clientAddress(request: Request, context: Context): string | undefined
  /** Whether this user must have a second factor, or from when on. */
  isRequired(userId: string): Promise<boolean | { readonly from: number }>
  /** Told of what fails behind the library or the host, for the log: it lets nobody in, and the answer says nothing of it. */
  onFault(error: unknown): void
}

/** What was posted: a JSON object of anything. */
export type Form = Readonly<Record<string, unknown>>

/** One request that may be answered. */
export interface Visit {
  readonly request: Request
  readonly form: Form
  readonly clientAddress: string | undefined
}

/** Answers one path. */
export type Route = (host: Host<never>, visit: Visit) => Promise<Response>

/** Answers one path for somebody who is signed in. */
export type MemberRoute = (host: Host<never>, visit: Visit, session: Session) => Promise<Response>

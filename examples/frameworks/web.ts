import type { Approved, Rejected, TwoFactor } from 'countersign'

/** What the application around the sign-in decides. */
export interface SignInHost {
  readonly twoFactor: TwoFactor
  /** Where the pages come from, such as `https://portal.example`: only they may post here. */
  readonly origin: string
  /** Whose password this is, or null. It limits tries, and takes as long for an address that nobody has. */
  checkPassword(email: string, password: string): Promise<string | null>
  /**
   * Begins a session under a new id and gives its `Set-Cookie` line. With `mayOnlyEnrol` the session opens nothing but
   * enrolment; `proof`, when there is one, belongs in it for changing factors within ten minutes.
   */
  startSession(userId: string, session: NewSession): Promise<string>
}

interface NewSession {
  readonly mayOnlyEnrol: boolean
  readonly proof: string | null
}

/** Serves `POST /sign-in` and what is under it. `clientAddress` is for the sending budget; leave it out if you cannot tell. */
export type Handler = (request: Request, clientAddress?: string) => Promise<Response>

type Form = Readonly<Record<string, unknown>>

/** Holds the challenge token between password and code. It opens nothing else, and ends with the browser or its own expiry. */
const CHALLENGE_COOKIE = 'challenge'

/**
 * Signing in by `Request` and `Response`, for everything that speaks these. Hono: `app.all('/sign-in/*', (c) => handler(c.req.raw))`.
 * Next: `export const POST = (request: Request) => handler(request)`. Likewise Remix actions, `Bun.serve` and `Deno.serve`; and
 * `node:http` and Express by `toListener`. Bodies and answers are JSON, and every answer has a `status`.
 */
export function createSignIn(host: SignInHost): Handler {
  const { challenge, trustedDevices } = host.twoFactor

  async function begin(
    request: Request,
    { email, password }: Form,
    clientAddress: string | undefined,
  ): Promise<Response> {
    const userId = await host.checkPassword(text(email), text(password))
    if (userId === null) return answer(401, { status: 'wrong-password' })
    const trustedDeviceToken = readCookie(request, trustedDevices.cookieName({ userId }))
    const asked = await challenge.begin({ userId, trustedDeviceToken, clientAddress })
    switch (asked.status) {
      case 'not-required':
      case 'trusted':
        return signedIn(userId, { mayOnlyEnrol: false, proof: null })
      case 'enrolment-required': // once you say `required` above
        // Staff issued an access pass: `/sign-in/recovery-code` takes it, and nothing else leads to enrolment.
        if (asked.token !== null) return ask({ ...asked, token: asked.token })
        return signedIn(userId, { mayOnlyEnrol: asked.graceEndsAt === null, proof: null })
      case 'challenged':
      case 'locked':
      case 'suspended':
        return ask(asked)
    }
  }

  /** The page hears all but the token. */
  function ask({ token, ...page }: { readonly token: string }): Response {
    return answer(200, page, [cookie(CHALLENGE_COOKIE, token)])
  }

  async function settle(result: Approved | Rejected): Promise<Response> {
    if (result.status === 'rejected') return answer(401, result)
    const { userId, enrolmentRequired: mayOnlyEnrol, proof, trustedDevice } = result
    const trusted =
      trustedDevice === null ? [] : [cookie(trustedDevice.cookieName, trustedDevice.token, trustedDevice.maxAgeSeconds)]
    return signedIn(userId, { mayOnlyEnrol, proof }, trusted)
  }

  /** Only here does a session begin. */
  async function signedIn(userId: string, session: NewSession, cookies: readonly string[] = []): Promise<Response> {
    const line = await host.startSession(userId, session)
    return answer(200, { status: 'signed-in', mayOnlyEnrol: session.mayOnlyEnrol }, [
      line,
      cookie(CHALLENGE_COOKIE, '', 0),
      ...cookies,
    ])
  }

  async function advance(
    step: string,
    token: string,
    form: Form,
    clientAddress: string | undefined,
  ): Promise<Response> {
    switch (step) {
      case '/sign-in/code': {
        const trustDevice = form['trustDevice'] === true ? { name: text(form['deviceName']) } : undefined
        return settle(await challenge.verify({ token, code: text(form['code']), trustDevice, clientAddress }))
      }
      case '/sign-in/recovery-code':
        return settle(
          await challenge.redeemRecoveryCode({ token, recoveryCode: text(form['recoveryCode']), clientAddress }),
        )
      case '/sign-in/resend': {
        const result = await challenge.resend({ token, clientAddress })
        return answer(result.status === 'rejected' ? 401 : 200, result)
      }
      case '/sign-in/switch': {
        const result = await challenge.switchFactor({ token, factorId: text(form['factorId']), clientAddress })
        return result.status === 'rejected' ? answer(401, result) : ask(result)
      }
      default:
        return answer(404, { status: 'not-found' })
    }
  }

  return async (request, clientAddress) => {
    if (request.method !== 'POST') return answer(405, { status: 'method-not-allowed' })
    // Browsers name the page's origin in every POST, so no other site can sign somebody in, or in as somebody else.
    if (request.headers.get('origin') !== host.origin) return answer(403, { status: 'foreign-origin' })
    const form = await readForm(request)
    if (form === null) return answer(400, { status: 'malformed' })
    const { pathname } = new URL(request.url)
    if (pathname === '/sign-in') return begin(request, form, clientAddress)
    return advance(pathname, readCookie(request, CHALLENGE_COOKIE) ?? '', form, clientAddress)
  }
}

/** Out of reach for scripts, over HTTPS (or to localhost) and to this host alone, and never sent along from another site. */
function cookie(name: string, value: string, maxAgeSeconds?: number): string {
  const lifetime = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
  return `__Host-${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict${lifetime}`
}

function readCookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`__Host-${name}=`))?.slice(`__Host-${name}=`.length)
}

async function readForm(request: Request): Promise<Form | null> {
  const form: unknown = await request.json().catch(() => null)
  return typeof form === 'object' ? (form as Form | null) : null
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function answer(status: number, body: object, cookies: readonly string[] = []): Response {
  const headers = new Headers({ 'cache-control': 'no-store' })
  for (const line of cookies) headers.append('set-cookie', line)
  return Response.json(body, { status, headers })
}

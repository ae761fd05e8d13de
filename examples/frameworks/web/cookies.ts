/**
 * What the browser keeps between two requests, out of reach for scripts. None of it opens a session: the tokens of a challenge
 * wait for their answer, the proof holds for this user and ten minutes, the id of an enrolment is worth nothing to anybody else.
 */
export type CookieName = 'challenge' | 'step-up' | 'enrolment' | 'proof'

/** Over HTTPS (or to localhost) and to this host alone, and never sent along from another site. */
export function cookie(name: string, value: string, maxAgeSeconds?: number): string {
  const lifetime = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
  return `__Host-${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict${lifetime}`
}

/** Without a lifetime: it ends with the browser, or with what it holds. */
export function keep(name: CookieName, value: string): string {
  return cookie(name, value)
}

/** Takes a cookie away. */
export function drop(name: CookieName): string {
  return cookie(name, '', 0)
}

/** The value of a cookie; undefined when the browser sent none. */
export function readCookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`__Host-${name}=`))?.slice(`__Host-${name}=`.length)
}

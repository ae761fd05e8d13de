import type { Request, Response } from 'express'

export interface CookieChoice {
  /** Lax for what must arrive with a link from elsewhere, strict for the rest. */
  readonly sameSite: 'lax' | 'strict'
  /** Left out: until the browser closes. */
  readonly maxAgeSeconds?: number
}

/** Every cookie of the portal: out of reach for scripts, for this host alone, and over HTTPS under the `__Host-` prefix. */
export interface Cookies {
  read(request: Request, name: string): string | undefined
  set(response: Response, name: string, value: string, choice: CookieChoice): void
  clear(response: Response, name: string): void
}

export function createCookies(secure: boolean): Cookies {
  const prefix = secure ? '__Host-' : ''
  const attributes = { httpOnly: true, secure, path: '/' } as const
  return {
    read: (request, name) => readCookie(request.headers.cookie ?? '', prefix + name),
    set(response, name, value, { sameSite, maxAgeSeconds }) {
      const lifetime = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds * 1000 }
      response.cookie(prefix + name, value, { ...attributes, sameSite, ...lifetime })
    },
    clear(response, name) {
      response.clearCookie(prefix + name, { ...attributes, sameSite: 'lax' })
    },
  }
}

function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split(/=(.*)/s)
    if (key !== name || value === undefined) continue
    try {
      return decodeURIComponent(value)
    } catch {
      return undefined
    }
  }
  return undefined
}

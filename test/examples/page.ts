export const ORIGIN = 'https://portal.example'

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** The `Set-Cookie` lines. */
  readonly cookies: readonly string[]
}

export interface Page {
  readonly jar: Map<string, string>
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

/** A page in a browser, as far as cookies go. */
export function openPage(send: (path: string, init: RequestInit) => Promise<Response>, origin = ORIGIN): Page {
  const jar = new Map<string, string>()

  async function call(path: string, init: RequestInit, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await send(path, { ...init, headers: { cookie, ...headers } })
    const cookies = response.headers.getSetCookie()
    for (const line of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (line.includes('Max-Age=0')) jar.delete(name)
      else jar.set(name, value)
    }
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
    const body = isJson ? ((await response.json()) as Record<string, unknown>) : { text: await response.text() }
    return { status: response.status, body, cookies }
  }

  return {
    jar,
    get: (path) => call(path, { method: 'GET' }, {}),
    post: (path, body = {}, headers = {}) =>
      call(
        path,
        { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) },
        { origin, 'content-type': 'application/json', ...headers },
      ),
  }
}

/** A page that a server at `address` serves. */
export function pageAt(address: string, origin = ORIGIN): Page {
  return openPage((path, init) => fetch(address + path, init), origin)
}

export interface Reply {
  readonly status: number
  readonly location: string | null
  readonly headers: Headers
  readonly setCookies: readonly string[]
  readonly html: string
}

/** What a forged form has other than a form of the page. */
export interface Forged {
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A browser as far as these tests need one: it keeps cookies and knows the form token of the page it last saw. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly #origin: string
  token = ''

  constructor(origin: string) {
    this.#origin = origin
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#send(path, { headers })
  }

  /** Posts a form of the page last seen; `headers` and `body` stand in for a forged one. */
  async post(path: string, fields: Record<string, string> = {}, forged: Forged = {}): Promise<Reply> {
    return this.#send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.#origin, ...forged.headers },
      body: forged.body ?? new URLSearchParams({ csrf: this.token, ...fields }).toString(),
    })
  }

  /** Follows redirects to the page they lead to. */
  async follow(reply: Reply): Promise<Reply> {
    let current = reply
    while (current.location !== null) current = await this.get(current.location)
    return current
  }

  async signIn(email: string, password = 'willow-street-9'): Promise<Reply> {
    await this.get('/sign-in')
    return this.post('/sign-in', { email, password })
  }

  /** Makes another browser that has stolen this one's cookies. */
  clone(): Visitor {
    const other = new Visitor(this.#origin)
    for (const [name, value] of this.cookies) other.cookies.set(name, value)
    other.token = this.token
    return other
  }

  async #send(path: string, init: { method?: string; headers: Record<string, string>; body?: string }): Promise<Reply> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(this.#origin + path, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie },
    })
    const setCookies = response.headers.getSetCookie()
    for (const line of setCookies) this.#store(line)
    const html = await response.text()
    this.token = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? this.token
    return {
      status: response.status,
      location: response.headers.get('location'),
      headers: response.headers,
      setCookies,
      html,
    }
  }

  #store(line: string): void {
    const [pair = ''] = line.split(';')
    const [name = '', value = ''] = pair.split('=')
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

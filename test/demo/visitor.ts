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
  /** What the portal is reached by, when that is not its own address. */
  readonly #by: string
  token = ''
  /** The page last seen, which browsers name when they post its forms. */
  page = '/'

  constructor(origin: string, by = origin) {
    this.#origin = origin
    this.#by = by
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#send(path, { headers })
  }

  /** Posts a form of the page last seen; `headers` and `body` stand in for a forged one. */
  async post(path: string, fields: Record<string, string> = {}, forged: Forged = {}): Promise<Reply> {
    return this.#send(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: this.#origin,
        referer: this.#origin + this.page,
        ...forged.headers,
      },
      body: forged.body ?? new URLSearchParams({ csrf: this.token, ...fields }).toString(),
    })
  }

  /** Follows redirects to the page they lead to. */
  async follow(reply: Reply): Promise<Reply> {
    let current = reply
    while (current.location !== null) current = await this.get(current.location)
    return current
  }

  /** Posts, and follows to the page that tells how it went. */
  async submit(path: string, fields: Record<string, string> = {}): Promise<Reply> {
    return this.follow(await this.post(path, fields))
  }

  async signIn(email: string, password = 'willow-street-9'): Promise<Reply> {
    await this.get('/sign-in')
    return this.post('/sign-in', { email, password })
  }

  /** Makes another browser that has stolen this one's cookies. */
  clone(): Visitor {
    return this.through(this.#by)
  }

  /** The same browser with another link to the portal. */
  through(by: string): Visitor {
    const other = new Visitor(this.#origin, by)
    for (const [name, value] of this.cookies) other.cookies.set(name, value)
    other.token = this.token
    other.page = this.page
    return other
  }

  /** Takes the cookies of an answer that another of its requests was given. */
  accept({ setCookies }: Reply): void {
    for (const line of setCookies) this.#store(line)
  }

  async #send(path: string, init: { method?: string; headers: Record<string, string>; body?: string }): Promise<Reply> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(this.#by + path, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie },
    })
    const setCookies = response.headers.getSetCookie()
    for (const line of setCookies) this.#store(line)
    const html = await response.text()
    if (init.method === undefined && response.status === 200) this.page = path
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

type SignInEnd = { response: Response; location: string }
type NextAuthHandler = (request: Request) => Promise<Response>

/** As much of a browser as a sign-in needs: it keeps cookies and follows the flow without running pages. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #handle: NextAuthHandler
  readonly #origin: string

  constructor(handle: NextAuthHandler, origin: string) {
    this.#handle = handle
    this.#origin = origin
  }

  async get(path: string): Promise<Response> {
    return this.#send(path, { method: "GET" })
  }

  async post(path: string, form: Record<string, string>): Promise<Response> {
    const { csrfToken } = (await (await this.get("/api/auth/csrf")).json()) as { csrfToken: string }
    const body = new URLSearchParams({ csrfToken, ...form })
    return this.#send(path, { method: "POST", body })
  }

  /** Begins a sign-in and returns the provider's address, to which a browser would go next. */
  async beginSignIn(form: Record<string, string> = {}): Promise<string> {
    const response = await this.post("/api/auth/signin/google", form)
    return response.headers.get("location") ?? ""
  }

  /** Lets the provider send us back, and returns our own path to which it sent us. */
  async visitProvider(start?: string): Promise<string> {
    const response = await fetch(start ?? (await this.beginSignIn()), { redirect: "manual" })
    const callback = new URL(response.headers.get("location") ?? "")
    return callback.pathname + callback.search
  }

  /** The whole sign-in. `location` is where it ends, without our origin. */
  async signIn(form: Record<string, string> = {}): Promise<SignInEnd> {
    return this.finishSignIn(await this.beginSignIn(form))
  }

  async finishSignIn(start: string): Promise<SignInEnd> {
    const response = await this.get(await this.visitProvider(start))
    return { response, location: (response.headers.get("location") ?? "").replace(this.#origin, "") }
  }

  async #send(path: string, init: { method: string; body?: URLSearchParams }): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const headers = { cookie, origin: this.#origin, "user-agent": "test browser" }
    const response = await this.#handle(new Request(new URL(path, this.#origin), { ...init, headers }))
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return response
  }

  #keep(line: string): void {
    const [, name = "", value = "", attributes = ""] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? []
    const expires = /expires=([^;]+)/i.exec(attributes)?.[1]
    const gone =
      /max-age=0\b/i.test(attributes) || (expires !== undefined && Date.parse(expires) <= Date.now())
    if (gone) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

import type { ProviderId } from "../auth/identity"

/** The part of the app that a browser meets in a test. */
export type Handle = (request: Request) => Promise<Response>

type SignInEnd = { response: Response; location: string }
type Form = Record<string, string>

/** As much of a browser as a sign-in needs: it keeps cookies and follows the flow without running pages. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #handle: Handle
  readonly #origin: string

  constructor(handle: Handle, origin: string) {
    this.#handle = handle
    this.#origin = origin
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { method: "GET", headers })
  }

  async post(path: string, form: Form): Promise<Response> {
    const { csrfToken } = (await (await this.get("/api/auth/csrf")).json()) as { csrfToken: string }
    const body = new URLSearchParams({ csrfToken, ...form })
    return this.#send(path, { method: "POST", body })
  }

  /** Begins a sign-in with next-auth and returns the provider's address, to which a browser would go next. */
  async beginSignIn(form: Form = {}, provider: ProviderId = "google"): Promise<string> {
    return addressIn(await this.post(`/api/auth/signin/${provider}`, form))
  }

  /** Lets the provider send us back, and returns our own path to which it sent us. */
  async visitProvider(start?: string): Promise<string> {
    const response = await fetch(start ?? (await this.beginSignIn()), { redirect: "manual" })
    const callback = new URL(response.headers.get("location") ?? "")
    return callback.pathname + callback.search
  }

  /** The whole sign-in. `location` is where it ends, without our origin. */
  async signIn(form: Form = {}, provider: ProviderId = "google"): Promise<SignInEnd> {
    return this.finishSignIn(await this.beginSignIn(form, provider))
  }

  async finishSignIn(start: string): Promise<SignInEnd> {
    const response = await this.get(await this.visitProvider(start))
    return { response, location: (response.headers.get("location") ?? "").replace(this.#origin, "") }
  }

  async #send(path: string, { headers, ...init }: RequestInit): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const request = new Request(new URL(path, this.#origin), {
      ...init,
      headers: { cookie, origin: this.#origin, "user-agent": "test browser", ...headers },
    })
    const response = await this.#handle(request)
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

/** Where an answer sends the browser next; empty when it stays. */
export function addressIn(response: Response): string {
  return response.headers.get("location") ?? ""
}

import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { GithubEmail, GithubEndpoint, GithubFault } from "./hostile-github-faults"
import {
  HUGE,
  isSameRequest,
  type LoopbackServer,
  listen,
  readClient,
  readParams,
  sendJson,
  sendTrouble,
} from "./hostile-provider-http"
import type { Claims } from "./hostile-provider-keys"

/*
 * A GitHub for tests, laid out as an Enterprise Server, that is correct until a fault is armed.
 * It sends the browser straight back, without a page, as if the person had consented long ago.
 * A flow keeps the fault that was armed when it began, and the person.
 * The canary is a second server, which an app must never contact: there everybody is the attacker.
 */

interface HostileGithubOptions {
  clientId?: string
  clientSecret?: string
  port?: number
  /** How long a "slow" endpoint waits before its otherwise right answer. */
  slowMs?: number
}

export interface GithubPerson {
  id: number
  login: string
  name: string | null
  emails: GithubEmail[]
  avatar_url: string
}

interface RecordedRequest {
  endpoint: GithubEndpoint | "authorization"
  method: string
  path: string
  params: Record<string, string>
  authorization: string | undefined
}

interface Flow {
  request: Record<string, string>
  fault: GithubFault
  person: GithubPerson
  isSpent: boolean
}

type Reply = [status: number, body: unknown]

const ENDPOINTS = new Map<string, RecordedRequest["endpoint"]>([
  ["/login/oauth/authorize", "authorization"],
  ["/login/oauth/access_token", "token"],
  ["/api/v3/user", "user"],
  ["/api/v3/user/emails", "emails"],
])

const attacker: GithubPerson = {
  id: 666,
  login: "mallory",
  name: "Mallory",
  emails: [{ email: "mallory@evil.test", primary: true, verified: true }],
  avatar_url: "https://avatars.githubusercontent.com/u/666?v=4",
}

export async function startHostileGithub(options: HostileGithubOptions = {}): Promise<HostileGithub> {
  const github = new HostileGithub(options)
  await github.listen(options.port ?? 0)
  return github
}

export class HostileGithub {
  readonly clientId: string
  readonly clientSecret: string
  readonly requests: RecordedRequest[] = []
  /** Paths asked of the canary server: any entry is a failure of the app. */
  readonly canaryRequests: string[] = []
  /** Who signs in from now on. */
  person: GithubPerson = {
    id: 583231,
    login: "ada",
    name: "Ada Byte",
    emails: [
      { email: "583231+ada@users.noreply.github.com", primary: false, verified: true },
      { email: "ada@example.test", primary: true, verified: true },
    ],
    avatar_url: "https://avatars.githubusercontent.com/u/583231?v=4",
  }

  #fault: GithubFault = {}
  /** By code, and by access token. */
  #flows = new Map<string, Flow>()
  #server: LoopbackServer | undefined
  #canary: LoopbackServer | undefined
  #timers = new Set<NodeJS.Timeout>()
  #slowMs: number

  constructor(options: HostileGithubOptions) {
    this.clientId = options.clientId ?? "latchkey-test-github"
    this.clientSecret = options.clientSecret ?? "latchkey-test-github-secret"
    this.#slowMs = options.slowMs ?? 30_000
  }

  async listen(port: number) {
    this.#server = await listen(port, (request, response) => this.#answer(request, response))
    this.#canary = await listen(0, (request, response) => this.#answerAsCanary(request, response))
  }

  async close() {
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all([this.#server?.close(), this.#canary?.close()])
  }

  get url(): string {
    return this.#server?.origin ?? ""
  }

  requestsTo(endpoint: RecordedRequest["endpoint"]): RecordedRequest[] {
    return this.requests.filter((request) => request.endpoint === endpoint)
  }

  arm(fault: GithubFault) {
    this.#fault = fault
  }

  disarm() {
    this.#fault = {}
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const { method = "GET", url: path = "/", headers } = request
    const endpoint = ENDPOINTS.get(new URL(path, this.url).pathname)
    if (!endpoint) return sendJson(response, 404, { message: "Not Found" })
    const params = await readParams(request)
    this.requests.push({ endpoint, method, path, params, authorization: headers.authorization })

    if (endpoint === "authorization") return this.#sendBack(response, params)
    const bearer = headers.authorization?.replace(/^Bearer /i, "")
    const flow = this.#flows.get(params.code ?? bearer ?? "")
    const trouble = (flow?.fault ?? this.#fault).endpoints?.[endpoint]
    if (trouble && trouble !== "slow" && trouble !== "huge") {
      return sendTrouble(response, trouble, `${this.#canary?.origin}/${endpoint}`)
    }
    if (trouble === "slow") await this.#wait()

    const [status, body] = this.#reply(endpoint, flow, params, headers.authorization)
    if (endpoint === "token" && !headers.accept?.includes("application/json")) return sendForm(response, body)
    sendJson(response, status, trouble === "huge" ? padded(body) : body)
  }

  #sendBack(response: ServerResponse, request: Record<string, string>) {
    const code = randomUUID()
    this.#flows.set(code, { request, fault: this.#fault, person: this.person, isSpent: false })

    const params = new URLSearchParams({ code, iss: `${this.url}/login/oauth` })
    if (request.state !== undefined) params.set("state", request.state)
    this.#fault.response?.(params)
    response.writeHead(302, { Location: `${request.redirect_uri}?${params}` }).end()
  }

  #reply(
    endpoint: GithubEndpoint,
    flow: Flow | undefined,
    params: Record<string, string>,
    authorization: string | undefined,
  ): Reply {
    if (endpoint === "token") return [200, this.#exchange(flow, params, authorization)]
    if (!flow) return [401, { message: "Bad credentials" }]
    const { fault, person } = flow
    if (endpoint === "emails") return [200, fault.emails ? fault.emails(person.emails) : person.emails]
    const honest = userOf(person)
    return [200, fault.user ? fault.user(honest) : honest]
  }

  /** As at GitHub, refusals are answers with status 200 too. */
  #exchange(
    flow: Flow | undefined,
    params: Record<string, string>,
    authorization: string | undefined,
  ): unknown {
    const client = readClient(params, authorization)
    if (client.id !== this.clientId || client.secret !== this.clientSecret) {
      return { error: "incorrect_client_credentials" }
    }
    if (!flow || flow.isSpent || !isSameRequest(flow.request, params)) {
      return { error: "bad_verification_code" }
    }
    flow.isSpent = true

    const accessToken = randomUUID()
    this.#flows.set(accessToken, flow)
    const scope = flow.request.scope?.replaceAll(" ", ",")
    const honest = { access_token: accessToken, token_type: "bearer", scope }
    return flow.fault.token ? flow.fault.token(honest) : honest
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#timers.add(setTimeout(resolve, this.#slowMs)))
  }

  /** Every answer helps a misled app along, so that only not asking is safe. */
  async #answerAsCanary(request: IncomingMessage, response: ServerResponse) {
    const { url = "/", headers } = request
    this.canaryRequests.push(url)
    if (url === "/emails") return sendJson(response, 200, attacker.emails)
    if (url === "/user") return sendJson(response, 200, userOf(attacker))
    const params = await readParams(request)
    const flow = this.#flows.get(params.code ?? "")
    sendJson(response, 200, this.#exchange(flow, params, headers.authorization))
  }
}

/** As the API shows people who keep their address to themselves. */
function userOf({ emails: _, ...person }: GithubPerson): Claims {
  return { ...person, email: null, type: "User" }
}

/** What GitHub's token endpoint sends to whoever does not ask for JSON. */
function sendForm(response: ServerResponse, body: unknown) {
  response
    .writeHead(200, { "Content-Type": "application/x-www-form-urlencoded" })
    .end(String(new URLSearchParams(body as Record<string, string>)))
}

function padded(body: unknown): unknown {
  return Array.isArray(body) ? [...body, { padding: HUGE }] : { ...(body as object), padding: HUGE }
}

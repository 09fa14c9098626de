import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Endpoint, Fault, Scene } from "./hostile-provider-faults"
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
import {
  type Claims,
  createCertificate,
  createKeyRing,
  createSigningKey,
  type KeyRing,
  signAnything,
} from "./hostile-provider-keys"

/*
 * An OpenID provider for tests that is correct until a fault is armed.
 * It sends the browser straight back, without a page, as if the person had consented long ago.
 * A flow keeps the fault that was armed when it began; discovery and key set follow the one armed now.
 * The canary is a second server, which an app must never contact: it holds an attacker's keys.
 */

interface HostileProviderOptions {
  clientId?: string
  clientSecret?: string
  port?: number
  /** How long a "slow" endpoint waits before its otherwise right answer. */
  slowMs?: number
}

interface RecordedRequest {
  endpoint: Endpoint | "authorization"
  method: string
  path: string
  params: Record<string, string>
  authorization: string | undefined
}

interface Flow {
  request: Record<string, string>
  fault: Fault
  scene: Scene
  person: Claims
  isSpent: boolean
}

type Reply = [status: number, body: Claims]

const ENDPOINTS = new Map<string, RecordedRequest["endpoint"]>([
  ["/.well-known/openid-configuration", "discovery"],
  ["/authorize", "authorization"],
  ["/token", "token"],
  ["/jwks", "jwks"],
  ["/userinfo", "userinfo"],
])

/** Made once: making RSA keys is slow, and a provider that rotates its keys changes its own copy. */
let keyRing: Promise<KeyRing> | undefined

export async function startHostileProvider(options: HostileProviderOptions = {}): Promise<HostileProvider> {
  keyRing ??= createKeyRing()
  const provider = new HostileProvider(options, { ...(await keyRing) })
  await provider.listen(options.port ?? 0)
  return provider
}

export class HostileProvider {
  readonly clientId: string
  readonly clientSecret: string
  readonly requests: RecordedRequest[] = []
  /** Paths asked of the canary server: any entry is a failure of the app. */
  readonly canaryRequests: string[] = []
  /** Who signs in from now on. */
  person: Claims = {
    sub: "110000000000000000001",
    email: "ada@example.test",
    email_verified: true,
    name: "Ada Byte",
    given_name: "Ada",
    family_name: "Byte",
    picture: "https://lh3.googleusercontent.com/a/ada",
  }

  #fault: Fault = {}
  #keys: KeyRing
  #certificate: Buffer
  #flows = new Map<string, Flow>()
  #otherNonce: string | undefined
  #server: LoopbackServer | undefined
  #canary: LoopbackServer | undefined
  #timers = new Set<NodeJS.Timeout>()
  #slowMs: number

  constructor(options: HostileProviderOptions, keys: KeyRing) {
    this.clientId = options.clientId ?? "latchkey-test"
    this.clientSecret = options.clientSecret ?? "latchkey-test-secret"
    this.#slowMs = options.slowMs ?? 30_000
    this.#keys = keys
    this.#certificate = createCertificate(keys.attacker)
  }

  async listen(port: number) {
    this.#server = await listen(port, (request, response) => this.#answer(request, response))
    this.#canary = await listen(0, (request, response) => this.#answerAsCanary(request, response))
  }

  async close() {
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all([this.#server?.close(), this.#canary?.close()])
  }

  get issuer(): string {
    return this.#server?.origin ?? ""
  }

  requestsTo(endpoint: RecordedRequest["endpoint"]): RecordedRequest[] {
    return this.requests.filter((request) => request.endpoint === endpoint)
  }

  arm(fault: Fault) {
    this.#fault = fault
  }

  disarm() {
    this.#fault = {}
  }

  /** Publishes a new key alone, and signs with it. */
  async rotateKeys() {
    this.#keys.current = await createSigningKey()
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const { method = "GET", url: path = "/", headers } = request
    const endpoint = ENDPOINTS.get(new URL(path, this.issuer).pathname)
    if (!endpoint) return sendJson(response, 404, {})
    const params = await readParams(request)
    this.requests.push({ endpoint, method, path, params, authorization: headers.authorization })

    if (endpoint === "authorization") return this.#sendBack(response, params)
    const bearer = headers.authorization?.replace(/^Bearer /, "")
    const flow = this.#flows.get(params.code ?? bearer ?? "")
    const trouble = (flow?.fault ?? this.#fault).endpoints?.[endpoint]
    if (trouble && trouble !== "slow" && trouble !== "huge") {
      return sendTrouble(response, trouble, `${this.#canary?.origin}/${endpoint}`)
    }
    if (trouble === "slow") await this.#wait()

    const [status, body] = await this.#reply(endpoint, flow, params, headers.authorization)
    sendJson(response, status, trouble === "huge" ? { ...body, padding: HUGE } : body)
  }

  #sendBack(response: ServerResponse, request: Record<string, string>) {
    const code = randomUUID()
    const scene = this.#createScene()
    this.#flows.set(code, { request, fault: this.#fault, scene, person: this.person, isSpent: false })
    this.#otherNonce = request.nonce

    const params = new URLSearchParams({ code, iss: this.issuer })
    if (request.state !== undefined) params.set("state", request.state)
    this.#fault.response?.(params, scene)
    response.writeHead(302, { Location: `${request.redirect_uri}?${params}` }).end()
  }

  async #reply(
    endpoint: Endpoint,
    flow: Flow | undefined,
    params: Record<string, string>,
    authorization: string | undefined,
  ): Promise<Reply> {
    switch (endpoint) {
      case "discovery": {
        const metadata = this.#metadata()
        return [200, this.#fault.discovery?.(metadata, this.#createScene()) ?? metadata]
      }
      case "jwks":
        return [200, { keys: this.#publishedKeys() }]
      case "token":
        return this.#exchange(flow, params, authorization)
      case "userinfo":
        if (!flow) return [401, { error: "invalid_token" }]
        return [200, flow.fault.userinfo?.(flow.person) ?? flow.person]
    }
  }

  async #exchange(
    flow: Flow | undefined,
    params: Record<string, string>,
    authorization: string | undefined,
  ): Promise<Reply> {
    const client = readClient(params, authorization)
    if (client.id !== this.clientId || client.secret !== this.clientSecret) {
      return [401, { error: "invalid_client" }]
    }
    if (!flow || flow.isSpent || !isSameRequest(flow.request, params))
      return [400, { error: "invalid_grant" }]
    flow.isSpent = true

    if (flow.fault.keys === "rotated_before_signing") await this.rotateKeys()
    const idToken = await this.#signIdToken(flow)
    const accessToken = randomUUID()
    this.#flows.set(accessToken, flow)
    return [
      200,
      {
        access_token: accessToken,
        token_type: "Bearer",
        expires_in: 3600,
        scope: flow.request.scope,
        id_token: flow.fault.idToken ? flow.fault.idToken(idToken) : idToken,
      },
    ]
  }

  #signIdToken({ request, fault, scene, person }: Flow): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const lifetime = { iat: now, exp: now + 3600 }
    const claims = { iss: this.issuer, aud: this.clientId, azp: this.clientId, ...lifetime, ...person }
    const honest = request.nonce === undefined ? claims : { ...claims, nonce: request.nonce }

    const signature = fault.signature ?? "good"
    const { jwk } = signature === "es256" ? this.#keys.elliptic : this.#keys.current
    const header = { kid: jwk.kid, typ: "JWT" }
    return signAnything(fault.claims?.(honest, scene) ?? honest, fault.header?.(header, scene) ?? header, {
      signature,
      keys: this.#keys,
      clientSecret: this.clientSecret,
    })
  }

  #metadata(): Claims {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      userinfo_endpoint: `${this.issuer}/userinfo`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid", "email", "profile"],
      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
    }
  }

  #publishedKeys() {
    const { current, spare, elliptic } = this.#keys
    const keys = [current.jwk]
    if (this.#fault.keys === "two_published") keys.push(spare.jwk)
    if (this.#fault.signature === "es256") keys.push(elliptic.jwk)
    return keys
  }

  #createScene(): Scene {
    return {
      issuer: this.issuer,
      canary: this.#canary?.origin ?? "",
      now: Math.floor(Date.now() / 1000),
      otherNonce: this.#otherNonce,
      attacker: { jwk: { ...this.#keys.attacker.jwk }, certificate: this.#certificate.toString("base64") },
    }
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#timers.add(setTimeout(resolve, this.#slowMs)))
  }

  /** Every answer helps a misled app along, so that only not asking is safe. */
  #answerAsCanary({ url = "/" }: IncomingMessage, response: ServerResponse) {
    this.canaryRequests.push(url)
    if (url === "/discovery") return sendJson(response, 200, this.#metadata())
    if (url === "/certificate") return response.end(this.#certificate)
    return sendJson(response, 200, { keys: [this.#keys.attacker.jwk, this.#keys.current.jwk] })
  }
}

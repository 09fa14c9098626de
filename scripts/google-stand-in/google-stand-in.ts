import type { IncomingMessage, ServerResponse } from "node:http"
import path from "node:path"
import { listenOnLoopback } from "../stand-in/loopback"
import { refuseProduction } from "../stand-in/refusals"
import { handleAccountChooser } from "./account-chooser"
import { getAsset } from "./assets"
import { CHOOSER_PATH, createOpenIdProvider, SESSION_COOKIE } from "./openid-provider"
import { loadSigningKey } from "./signing-key"

interface GoogleStandInOptions {
  port: number
  clientId: string
  clientSecret: string
  host?: "localhost" | "127.0.0.1" | "[::1]"
  /** Keeps the signing key between runs. */
  dataDir?: string
}

export interface GoogleStandIn {
  issuer: string
  close(): Promise<void>
}

/**
 * Google's sign-in for development and tests: real discovery, redirects, codes and signatures, but anybody
 * may be anyone. So it binds to loopback only and refuses production and credentials of the real Google.
 */
export async function startGoogleStandIn(options: GoogleStandInOptions): Promise<GoogleStandIn> {
  const { port, clientId, clientSecret, host = "localhost", dataDir = ".data" } = options
  refuseProduction("Google", { hasRealCredentials: isRealClient(options) })

  const signingKey = await loadSigningKey(path.resolve(dataDir))
  const { origin, serve, close } = await listenOnLoopback(host, port)
  const provider = await createOpenIdProvider({ issuer: origin, clientId, clientSecret, signingKey })
  const answerOpenId = provider.callback()

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname } = new URL(request.url ?? "/", origin)
    const asset = getAsset(pathname)
    if (asset) return response.writeHead(200, asset.headers).end(asset.body)
    if (pathname.startsWith(`${CHOOSER_PATH}/`)) return handleAccountChooser(provider, request, response)
    forgetSession(request)
    return answerOpenId(request, response)
  }

  serve("Google stand-in", answer)
  return { issuer: origin, close }
}

function isRealClient({ clientId, clientSecret }: GoogleStandInOptions): boolean {
  return clientId.endsWith(".apps.googleusercontent.com") || clientSecret.startsWith("GOCSPX-")
}

/** A new request is a new browser: who signed in before must not decide who may sign in now. */
function forgetSession(request: IncomingMessage) {
  const cookies = request.headers.cookie?.split("; ").filter((cookie) => !cookie.startsWith(SESSION_COOKIE))
  request.headers.cookie = cookies?.join("; ")
}

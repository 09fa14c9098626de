import type { IncomingMessage, ServerResponse } from "node:http"
import { sendPage } from "../stand-in/http"
import { listenOnLoopback } from "../stand-in/loopback"
import { messagePage } from "../stand-in/pages"
import { refuseProduction } from "../stand-in/refusals"
import { handleApiRequest } from "./api"
import { getAsset } from "./assets"
import { handleAuthorization } from "./authorization"
import { Grants } from "./grants"
import type { OAuthApp } from "./oauth-app"
import { handleTokenRequest } from "./token-endpoint"

interface GithubStandInOptions {
  port: number
  clientId: string
  clientSecret: string
  host?: "localhost" | "127.0.0.1" | "[::1]"
}

export interface GithubStandIn {
  url: string
  close(): Promise<void>
}

/**
 * GitHub's sign-in for development and tests, laid out as a GitHub Enterprise Server: real redirects, codes
 * and API, but anybody may be anyone. So it binds to loopback only and refuses production and credentials of
 * the real GitHub.
 */
export async function startGithubStandIn(options: GithubStandInOptions): Promise<GithubStandIn> {
  const { port, clientId, clientSecret, host = "localhost" } = options
  refuseProduction("GitHub", { hasRealCredentials: isRealClient(options) })

  const { origin: url, serve, close } = await listenOnLoopback(host, port)
  const app = { url, clientId, clientSecret, grants: new Grants() }
  serve("GitHub stand-in", (request, response) => answer(app, request, response))
  return { url, close }
}

async function answer(app: OAuthApp, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? "/", app.url)
  const asset = getAsset(pathname)
  if (asset) return response.writeHead(200, asset.headers).end(asset.body)
  if (pathname === "/login/oauth/authorize") return handleAuthorization(app, request, response)
  if (pathname === "/login/oauth/access_token" && request.method === "POST") {
    return handleTokenRequest(app, request, response)
  }
  if (pathname.startsWith("/api/v3/")) return handleApiRequest(app, request, response)
  sendPage(
    response,
    404,
    messagePage("GitHub", "Not found", "The stand-in knows the sign-in and nothing else."),
  )
}

/** Ids of OAuth and GitHub Apps begin like this; older ones, and all secrets, are hexadecimal of a fixed length. */
function isRealClient({ clientId, clientSecret }: GithubStandInOptions): boolean {
  return /^(Ov23|Iv\d|[0-9a-f]{20}$)/.test(clientId) || /^[0-9a-f]{40}$/.test(clientSecret)
}

import type { IncomingMessage, ServerResponse } from "node:http"
import { avatarPath } from "./assets"
import type { OAuthApp } from "./oauth-app"

const DOCUMENTATION = "https://docs.github.com/rest"

/** The two questions a sign-in asks of GitHub's API: who this is, and how to reach them. */
export function handleApiRequest(
  { url, grants }: OAuthApp,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { pathname } = new URL(request.url ?? "/", url)
  const [, token = ""] = /^(?:Bearer|token) (.+)$/i.exec(request.headers.authorization ?? "") ?? []
  const grant = grants.getByToken(token)
  if (!grant) return sendFault(response, 401, token ? "Bad credentials" : "Requires authentication")

  const { emails, ...user } = grant.account
  if (request.method === "GET" && pathname === "/api/v3/user") {
    return sendJson(response, 200, { ...user, avatar_url: url + avatarPath(grant.account), type: "User" })
  }
  const mayReadEmails = grant.scope.includes("user:email") || grant.scope.includes("user")
  if (request.method === "GET" && pathname === "/api/v3/user/emails" && mayReadEmails) {
    return sendJson(response, 200, emails)
  }
  sendFault(response, 404, "Not Found")
}

function sendFault(response: ServerResponse, status: number, message: string) {
  sendJson(response, status, { message, documentation_url: DOCUMENTATION, status: String(status) })
}

function sendJson(response: ServerResponse, status: number, body: object) {
  response
    .writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "private" })
    .end(JSON.stringify(body))
}

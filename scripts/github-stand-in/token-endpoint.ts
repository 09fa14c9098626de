import type { IncomingMessage, ServerResponse } from "node:http"
import { readForm } from "../stand-in/http"
import type { OAuthApp } from "./oauth-app"

/** Exchanges a code for an access token. As at GitHub, refusals are answers with status 200 too. */
export async function handleTokenRequest(app: OAuthApp, request: IncomingMessage, response: ServerResponse) {
  const form = await readForm(request)
  const answer = exchange(app, form, readClient(form, request.headers.authorization))
  // Whoever does not ask for JSON gets a form, which is GitHub's habit.
  const asJson = request.headers.accept?.includes("application/json")
  response
    .writeHead(200, {
      "Content-Type": asJson ? "application/json; charset=utf-8" : "application/x-www-form-urlencoded",
      "Cache-Control": "no-store",
    })
    .end(asJson ? JSON.stringify(answer) : String(new URLSearchParams(answer)))
}

function exchange(
  { clientId, clientSecret, grants }: OAuthApp,
  form: URLSearchParams,
  client: Client,
): Record<string, string> {
  if (client.id !== clientId || client.secret !== clientSecret) {
    return refusal("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
  }
  const grant = grants.consumeCode(form.get("code") ?? "", form.get("code_verifier") ?? "")
  if (!grant) return refusal("bad_verification_code", "The code passed is incorrect or expired.")
  if (form.get("redirect_uri") !== grant.redirectUri) {
    return refusal(
      "redirect_uri_mismatch",
      "The redirect_uri MUST match the one of the authorization request.",
    )
  }
  return { access_token: grants.createToken(grant), scope: grant.scope.join(","), token_type: "bearer" }
}

function refusal(error: string, error_description: string) {
  const page =
    "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors"
  return { error, error_description, error_uri: `${page}/#${error.replaceAll("_", "-")}` }
}

interface Client {
  id: string | null
  secret: string | null
}

function readClient(form: URLSearchParams, authorization: string | undefined): Client {
  const [, basic] = /^Basic (.+)$/i.exec(authorization ?? "") ?? []
  if (basic === undefined) return { id: form.get("client_id"), secret: form.get("client_secret") }
  const [id = null, secret = null] = Buffer.from(basic, "base64")
    .toString()
    .split(":")
    .map(decodeURIComponent)
  return { id, secret }
}

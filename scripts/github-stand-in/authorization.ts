import type { IncomingMessage, ServerResponse } from "node:http"
import { callbackAdvice, callbackPaths, isAppCallback } from "../stand-in/callbacks"
import { readForm, sendPage } from "../stand-in/http"
import { ADDRESS_FAULT, accountChooserPage, type Choice, messagePage } from "../stand-in/pages"
import { type Account, getAccountByAddress, primaryEmailOf, seededAccounts } from "./accounts"
import { avatarPath } from "./assets"
import type { OAuthApp } from "./oauth-app"

const CALLBACK_PATHS = callbackPaths("github")

const accessDenied = {
  error: "access_denied",
  error_description: "The user has denied your application access.",
  error_uri:
    "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/#access-denied",
}
const challengeMissing = {
  error: "invalid_request",
  error_description: "A code_challenge with the method S256 is required.",
}

/** Shows the accounts to choose from and, on POST, sends the browser back with a code or a refusal. */
export async function handleAuthorization(
  { url, clientId, grants }: OAuthApp,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { searchParams: params } = new URL(request.url ?? "/", url)
  const redirectUri = params.get("redirect_uri") ?? ""
  if (params.get("client_id") !== clientId) return refuse(response, "No app has this client_id.")
  if (!isAppCallback(redirectUri, CALLBACK_PATHS)) {
    return refuse(response, "redirect_uri_mismatch", callbackAdvice(CALLBACK_PATHS))
  }

  const issuer = `${url}/login/oauth`
  const sendBack = (answer: Record<string, string>) =>
    redirect(response, redirectUri, { ...answer, state: params.get("state"), iss: issuer })
  const codeChallenge = params.get("code_challenge") ?? ""
  // GitHub takes requests without PKCE. The app always sends it, and here its loss shows.
  if (params.get("code_challenge_method") !== "S256" || !codeChallenge) return sendBack(challengeMissing)

  const destination = new URL(redirectUri).host
  if (request.method !== "POST") return sendPage(response, 200, chooserPage({ destination }))
  const form = await readForm(request)
  if (form.has("cancel")) return sendBack(accessDenied)
  const address = form.get("account") ?? ""
  const account = getAccountByAddress(address)
  if (!account) {
    return sendPage(response, 422, chooserPage({ destination, address, fault: ADDRESS_FAULT }))
  }
  const scope = (params.get("scope") ?? "").split(/[\s,]+/).filter(Boolean)
  sendBack({ code: grants.createCode({ account, scope, redirectUri, codeChallenge }) })
}

function refuse(response: ServerResponse, ...reasons: string[]) {
  sendPage(response, 400, messagePage("GitHub", "Access blocked: this request is invalid", ...reasons))
}

function redirect(response: ServerResponse, to: string, params: Record<string, string | null>) {
  const sent = Object.entries(params).filter((param): param is [string, string] => param[1] !== null)
  response
    .writeHead(302, { Location: `${to}?${new URLSearchParams(sent)}`, "Cache-Control": "no-store" })
    .end()
}

function chooserPage(state: { destination: string; address?: string; fault?: string }): string {
  return accountChooserPage("GitHub", {
    title: "Sign in to GitHub",
    choices: seededAccounts.map(choiceOf),
    ...state,
  })
}

function choiceOf(account: Account): Choice {
  const { email, verified } = primaryEmailOf(account)
  return {
    name: account.name,
    email,
    picture: avatarPath(account),
    note: verified ? undefined : "Not verified",
  }
}

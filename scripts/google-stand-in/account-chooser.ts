import type { IncomingMessage, ServerResponse } from "node:http"
import type { Provider } from "oidc-provider"
import { CHOICE_COOKIE } from "./openid-provider"
import { accountChooserPage, htmlHeaders, messagePage } from "./pages"
import { getPersonByAddress, seededPeople } from "./people"

const BODY_BYTES_MAX = 4096

/** Shows the people to choose from and, on POST, ends the sign-in as the chosen one or cancels it. */
export async function handleAccountChooser(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const interaction = await provider.interactionDetails(request, response).catch(() => null)
  if (!interaction) {
    const text = "Go back to the app and start again."
    return sendPage(response, 400, messagePage("This sign-in has ended", text))
  }

  const chooser = { people: seededPeople, destination: new URL(interaction.params.redirect_uri).host }
  if (request.method !== "POST") {
    return sendPage(response, 200, accountChooserPage({ ...chooser, address: interaction.params.login_hint }))
  }

  const form = await readForm(request)
  if (form.has("cancel")) {
    forgetChoice(request, response)
    const cancelled = { error: "access_denied", error_description: "The sign-in was cancelled" }
    return provider.interactionFinished(request, response, cancelled)
  }

  const address = form.get("account") ?? ""
  const person = getPersonByAddress(address)
  if (!person) {
    const fault = "Enter an email address, such as anyone@example.test."
    return sendPage(response, 422, accountChooserPage({ ...chooser, address, fault }))
  }
  forgetChoice(request, response)
  await provider.interactionFinished(request, response, {
    select_account: {},
    login: { accountId: person.sub },
    consent: {},
  })
}

/** Each sign-in has a cookie of its own: left alone they would crowd out the app's, which shares the host. */
function forgetChoice(request: IncomingMessage, response: ServerResponse) {
  response.setHeader(
    "Set-Cookie",
    `${CHOICE_COOKIE}=; path=${request.url}; max-age=0; httponly; samesite=lax`,
  )
}

function sendPage(response: ServerResponse, status: number, html: string) {
  response.writeHead(status, htmlHeaders).end(html)
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = ""
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk
    if (body.length > BODY_BYTES_MAX) throw new Error("The form is too large")
  }
  return new URLSearchParams(body)
}

import type { IncomingMessage, ServerResponse } from "node:http"
import type { Provider } from "oidc-provider"
import { readForm, sendPage } from "../stand-in/http"
import { ADDRESS_FAULT, accountChooserPage, type Choice, messagePage } from "../stand-in/pages"
import { CHOICE_COOKIE } from "./openid-provider"
import { getPersonByAddress, type Person, seededPeople } from "./people"

/** Shows the people to choose from and, on POST, ends the sign-in as the chosen one or cancels it. */
export async function handleAccountChooser(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const interaction = await provider.interactionDetails(request, response).catch(() => null)
  if (!interaction) {
    const text = "Go back to the app and start again."
    return sendPage(response, 400, messagePage("Google", "This sign-in has ended", text))
  }

  const { redirect_uri, login_hint } = interaction.params
  const chooserPage = (state: { address?: string; fault?: string }) =>
    accountChooserPage("Google", {
      title: "Choose an account",
      choices: seededPeople.map(choiceOf),
      destination: new URL(redirect_uri).host,
      ...state,
    })
  if (request.method !== "POST") return sendPage(response, 200, chooserPage({ address: login_hint }))

  const form = await readForm(request)
  if (form.has("cancel")) {
    forgetChoice(request, response)
    const cancelled = { error: "access_denied", error_description: "The sign-in was cancelled" }
    return provider.interactionFinished(request, response, cancelled)
  }

  const address = form.get("account") ?? ""
  const person = getPersonByAddress(address)
  if (!person) {
    return sendPage(response, 422, chooserPage({ address, fault: ADDRESS_FAULT }))
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

function choiceOf({ sub, name, email, email_verified, hd }: Person): Choice {
  const note = hd ? "Workspace" : email_verified ? undefined : "Not verified"
  return { name, email, picture: `/a/${sub}.svg`, note }
}

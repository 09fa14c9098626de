import type { JWK } from "jose"
import type { Configuration, interactionPolicy, Provider } from "oidc-provider"
import { callbackAdvice, callbackPaths, isAppCallback } from "../stand-in/callbacks"
import { htmlHeaders, messagePage } from "../stand-in/pages"
import { getPersonBySub } from "./people"
import { quietly } from "./quiet-import"

export const CHOOSER_PATH = "/signin/accountchooser"
export const CHOICE_COOKIE = "google_stand_in_choice"
export const SESSION_COOKIE = "google_stand_in_session"

const AUTHORIZATION_PATH = "/o/oauth2/v2/auth"
const CALLBACK_PATHS = callbackPaths("google")

const CLAIMS = {
  openid: ["sub", "azp"],
  email: ["email", "email_verified", "hd"],
  profile: ["name", "given_name", "family_name", "picture"],
}

interface OpenIdProviderOptions {
  issuer: string
  clientId: string
  clientSecret: string
  signingKey: JWK
}

/** A certified OpenID provider, set up with Google's paths, algorithms and claims. */
export function createOpenIdProvider(options: OpenIdProviderOptions): Promise<Provider> {
  return quietly((library) => {
    const provider = new library.Provider(
      options.issuer,
      configuration(options, askEveryTime(library.interactionPolicy)),
    )
    provider.Client.prototype.redirectUriAllowed = (uri) => isAppCallback(uri, CALLBACK_PATHS)
    return provider
  })
}

/** Every request shows the account chooser: the stand-in remembers nobody, so tests never meet a past login. */
function askEveryTime({ base, Check, Prompt }: typeof interactionPolicy) {
  const policy = base()
  const chosenNow = new Check("no_choice", "an account must be chosen", ({ oidc }) => {
    return !(oidc.result && "login" in oidc.result)
  })
  policy.get("login").checks.add(chosenNow)
  policy.add(new Prompt({ name: "select_account", requestable: true }), 0)
  return policy
}

function configuration(
  { issuer, clientId, clientSecret, signingKey }: OpenIdProviderOptions,
  policy: Configuration["interactions"]["policy"],
): Configuration {
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: CALLBACK_PATHS.map((path) => `http://localhost${path}`),
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    clientAuthMethods: ["client_secret_post", "client_secret_basic"],
    jwks: { keys: [signingKey] },
    enabledJWA: { idTokenSigningAlgValues: ["RS256"] },
    responseTypes: ["code"],
    scopes: ["openid"],
    claims: CLAIMS,
    conformIdTokenClaims: false,
    // Google takes requests without PKCE. The app always sends it, and here its loss shows.
    pkce: { required: () => true },
    routes: {
      authorization: AUTHORIZATION_PATH,
      token: "/token",
      jwks: "/oauth2/v3/certs",
      userinfo: "/v1/userinfo",
      revocation: "/revoke",
      end_session: "/logout",
    },
    features: {
      claimsParameter: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      rpInitiatedLogout: { enabled: false },
    },
    cookies: {
      names: {
        session: SESSION_COOKIE,
        interaction: CHOICE_COOKIE,
        resume: "google_stand_in_resume",
      },
      // Cookies ignore ports: without a path the app on this host would be sent the stand-in's.
      long: { path: AUTHORIZATION_PATH },
    },
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 600,
      Grant: 3600,
      IdToken: 3600,
      Interaction: 900,
      Session: 3600,
    },
    expiresWithSession: async () => false,
    clientBasedCORS: () => false,
    interactions: { url: (_ctx, { uid }) => `${CHOOSER_PATH}/${uid}`, policy },

    async findAccount(_ctx, sub) {
      const person = getPersonBySub(sub)
      if (!person) return undefined
      const claims = { ...person, azp: clientId, picture: `${issuer}/a/${sub}.svg` }
      return { accountId: sub, claims: () => claims }
    },

    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId })
      grant.addOIDCScope("openid email profile")
      grant.addOIDCClaims(Object.values(CLAIMS).flat())
      await grant.save()
      return grant
    },

    async renderError(ctx, { error, error_description = "" }) {
      ctx.set(htmlHeaders)
      ctx.body = messagePage(
        "Google",
        "Access blocked: this request is invalid",
        `${error}: ${error_description}`,
        error === "invalid_redirect_uri" ? callbackAdvice(CALLBACK_PATHS) : "",
      )
    },
  }
}

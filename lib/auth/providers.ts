import type * as oauth from "oauth4webapi"
import { env } from "../env"
import { GITHUB_SCOPE, githubEndpoints, githubIdentity } from "./github"
import { type Identity, type ProviderId, providerIds } from "./identity"
import { discoverProvider, verifyIdToken } from "./openid-provider"

// The providers, for both paths in: next-auth's and that over the API. Who somebody is, the same two functions say
// on either: verifyIdToken and githubIdentity.

export type Provider = {
  id: ProviderId
  name: string
  clientId: string
  clientSecret: string
  scope: string
  /** OpenID Connect alone has a nonce. */
  usesNonce: boolean
  /** Throws SignInError: provider_unavailable or identity_refused. */
  server: () => Promise<ProviderServer>
  /** Throws SignInError. */
  identify: (tokens: ProviderTokens) => Promise<Identity>
}

type ProviderServer = oauth.AuthorizationServer & { authorization_endpoint: string; token_endpoint: string }
type ProviderTokens = { id_token?: string | undefined; access_token?: string | undefined }

/** The provider of that id, or null when it is not configured. */
export function getProvider(id: string): Provider | null {
  if (id === "google") return google()
  return id === "github" ? github() : null
}

/** The providers that are configured, in the order in which pages offer them. */
export function listProviders(): { id: ProviderId; name: string }[] {
  return providerIds.flatMap((id) => getProvider(id) ?? []).map(({ id, name }) => ({ id, name }))
}

/** What people call it, also when it is not offered any more. */
export function providerName(id: ProviderId): string {
  return providerNames[id]
}

const providerNames: Record<ProviderId, string> = { google: "Google", github: "GitHub" }

function google(): Provider {
  const { AUTH_GOOGLE_ID, AUTH_GOOGLE_SECRET, AUTH_GOOGLE_ISSUER } = env()
  return {
    id: "google",
    name: providerNames.google,
    clientId: AUTH_GOOGLE_ID,
    clientSecret: AUTH_GOOGLE_SECRET,
    scope: "openid email profile",
    usesNonce: true,
    server: async () => (await discoverProvider(AUTH_GOOGLE_ISSUER)).metadata,
    identify: ({ id_token }) =>
      verifyIdToken(id_token, { issuer: AUTH_GOOGLE_ISSUER, clientId: AUTH_GOOGLE_ID }),
  }
}

function github(): Provider | null {
  const { AUTH_GITHUB_ID, AUTH_GITHUB_SECRET } = env()
  if (!AUTH_GITHUB_ID || !AUTH_GITHUB_SECRET) return null
  const { issuer, authorization, token } = githubEndpoints()
  return {
    id: "github",
    name: providerNames.github,
    clientId: AUTH_GITHUB_ID,
    clientSecret: AUTH_GITHUB_SECRET,
    scope: GITHUB_SCOPE,
    usesNonce: false,
    server: async () => ({ issuer, authorization_endpoint: authorization, token_endpoint: token }),
    identify: ({ access_token = "" }) => githubIdentity(access_token),
  }
}

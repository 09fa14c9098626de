import { z } from "zod"
import { env } from "../env"
import { normalizeEmail } from "./email"
import { type Identity, pictureUrl, plainText } from "./identity"
import { providerFetch } from "./provider-fetch"
import { SignInError } from "./sign-in-error"

// GitHub is an OAuth 2 provider without ID tokens: a person's identity is what its API answers to an access token
// that we have just got for a code of our own flow. The numeric id never changes; login and e-mail do.

/** GitHub's addresses, or those of the GitHub Enterprise Server in AUTH_GITHUB_URL. */
export function githubEndpoints() {
  const base = env().AUTH_GITHUB_URL
  return {
    /** What GitHub answers as `iss` (RFC 9207). */
    issuer: `${base}/login/oauth`,
    authorization: `${base}/login/oauth/authorize`,
    token: `${base}/login/oauth/access_token`,
    api: base === "https://github.com" ? "https://api.github.com" : `${base}/api/v3`,
  }
}

/** `read:user` for the id and name, `user:email` because the address may be hidden from the profile. */
export const GITHUB_SCOPE = "read:user user:email"

const anything = z.unknown().optional()
const userSchema = z.object({ id: z.int().positive(), name: anything, login: anything, avatar_url: anything })
const emailsSchema = z.array(z.object({ email: anything, primary: anything, verified: anything }))

/**
 * Whose access token this is, with their primary, verified address. Throws SignInError: identity_refused,
 * email_not_verified or provider_unavailable.
 */
export async function githubIdentity(accessToken: string): Promise<Identity> {
  const [user, emails] = await Promise.all([
    ask("/user", accessToken, userSchema),
    ask("/user/emails", accessToken, emailsSchema),
  ])
  const primary = emails.find((address) => address.primary === true)
  if (primary?.verified !== true) throw new SignInError("email_not_verified")
  const email = normalizeEmail(primary.email)
  if (!email) throw new SignInError("identity_refused")
  return {
    provider: "github",
    subject: String(user.id),
    email,
    name: plainText(user.name) ?? plainText(user.login),
    image: pictureUrl(user.avatar_url, ".githubusercontent.com"),
    authTime: null,
  }
}

async function ask<T>(path: string, accessToken: string, schema: z.ZodType<T>): Promise<T> {
  const response = await providerFetch(githubEndpoints().api + path, {
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${accessToken}`,
      // GitHub refuses requests without one.
      "user-agent": "latchkey",
    },
  })
  const answer = schema.safeParse(await response.json().catch(() => null))
  if (!response.ok || !answer.success) throw new SignInError("identity_refused", { cause: answer.error })
  return answer.data
}

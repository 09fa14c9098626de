import { boundedFetch } from "../bounded-fetch"
import { seconds } from "../duration"
import { SignInError } from "./sign-in-error"

const BOUNDS = { waitMax: seconds(5), bytesMax: 2 * 1024 * 1024 }

/**
 * fetch for talking to an identity provider, bounded as boundedFetch() is: next-auth takes from discovery whatever
 * endpoint is named there. Throws SignInError("provider_unavailable") when the provider does not answer as one; its
 * 4xx are answers.
 */
export async function providerFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  try {
    const response = await boundedFetch(input, init, BOUNDS)
    if (response.status >= 500 || response.status === 429) throw new Error(`status ${response.status}`)
    return response
  } catch (cause) {
    throw new SignInError("provider_unavailable", { cause })
  }
}

import type { Grants } from "./grants"

/** The one app that is registered here, and what people granted it. */
export interface OAuthApp {
  /** Where GitHub is. */
  url: string
  clientId: string
  clientSecret: string
  grants: Grants
}

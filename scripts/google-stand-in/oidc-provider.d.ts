/** The few parts of oidc-provider that the stand-in uses; the package ships no types of its own. */
declare module "oidc-provider" {
  import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"

  interface Context {
    type: string
    body: unknown
    set(headers: Record<string, string>): void
    oidc: {
      provider: Provider
      client: { clientId: string }
      session: { accountId: string }
      result?: InteractionResult
    }
  }

  interface Account {
    accountId: string
    claims(): Record<string, unknown>
  }

  type InteractionResult =
    | { login: { accountId: string }; select_account: object; consent: object }
    | { error: string; error_description: string }

  interface Interaction {
    uid: string
    params: { redirect_uri: string; login_hint?: string }
  }

  interface ErrorDetails {
    error: string
    error_description?: string
  }

  /** Only what has callbacks is spelled out: the rest is plain data, checked by the library at start. */
  export interface Configuration {
    findAccount(ctx: Context, sub: string): Promise<Account | undefined>
    loadExistingGrant(ctx: Context): Promise<Grant>
    renderError(ctx: Context, out: ErrorDetails): Promise<void>
    interactions: { url(ctx: Context, interaction: Interaction): string; policy: Prompt[] }
    [setting: string]: unknown
  }

  class Grant {
    constructor(properties: { accountId: string; clientId: string })
    addOIDCScope(scope: string): void
    addOIDCClaims(claims: string[]): void
    save(): Promise<string>
  }

  class Check {
    constructor(reason: string, description: string, check: (ctx: Context) => boolean)
  }

  class Prompt {
    constructor(info: { name: string; requestable: boolean }, ...checks: Check[])
    checks: Check[] & { add(check: Check): void }
  }

  interface Policy extends Array<Prompt> {
    get(name: "login" | "consent"): Prompt
    add(prompt: Prompt, index?: number): void
  }

  export const interactionPolicy: { Check: typeof Check; Prompt: typeof Prompt; base(): Policy }

  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    Grant: typeof Grant
    Client: { prototype: { redirectUriAllowed(uri: string): boolean } }
    callback(): RequestListener
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: InteractionResult,
    ): Promise<void>
  }
}

import { AsyncLocalStorage } from "node:async_hooks"
import type * as environment from "../env"
import type { Env } from "../env"
import type { Handle } from "./browser"

// Each test brings a provider of its own, and many run at once, so the app's variables go by the request that is
// being handled and not by the process.

const variables = new AsyncLocalStorage<Partial<Env>>()

/** What stands in for lib/env.ts: `vi.mock("../env", async (original) => variablesByRequest(await original()))`. */
export function variablesByRequest(actual: typeof environment): typeof environment {
  return { ...actual, env: () => ({ ...actual.env(), ...variables.getStore() }) }
}

/** Handles a request as the app would that was started with these variables. */
export function startedWith(overrides: Partial<Env>, handle: Handle): Handle {
  return (request) => variables.run(overrides, () => handle(request))
}

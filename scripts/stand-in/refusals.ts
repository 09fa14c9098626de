import type { Provider } from "./pages"

/** A stand-in lets anybody be anyone, so it refuses production (except as a preview) and real credentials. */
export function refuseProduction(
  provider: Provider,
  { hasRealCredentials }: { hasRealCredentials: boolean },
) {
  if (process.env.NODE_ENV === "production" && process.env.LATCHKEY_PREVIEW !== "1") {
    throw new Error(`The ${provider} stand-in lets anybody in: it does not start in production`)
  }
  if (hasRealCredentials) {
    throw new Error(`These are credentials of the real ${provider}: the stand-in does not take them`)
  }
}

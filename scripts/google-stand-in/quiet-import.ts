import type * as OidcProvider from "oidc-provider"

const EXPECTED_WARNINGS = /oidc-provider WARNING: (Unsupported runtime|a quick start development-only)/

/**
 * oidc-provider without the two warnings that say what the stand-in is: a development tool with state in
 * memory, on any Node the app runs on. Everything else it prints gets through.
 */
export async function quietly<T>(use: (library: typeof OidcProvider) => T): Promise<T> {
  const { warn } = console
  console.warn = (...args: unknown[]) => {
    if (!EXPECTED_WARNINGS.test(String(args[0]))) warn(...args)
  }
  try {
    return use(await import("oidc-provider"))
  } finally {
    console.warn = warn
  }
}

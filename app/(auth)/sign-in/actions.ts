"use server"

import type { Route } from "next"
import { headers } from "next/headers"
import { redirect } from "next/navigation"
import type { ProviderId } from "@/lib/auth/identity"
import { startSignIn } from "@/lib/auth/next-auth"
import { getProvider } from "@/lib/auth/providers"
import { isSameOrigin } from "@/lib/http/origin"

/** The forms behind "Continue with …". `next` is where to land afterwards. */
export async function signInWith(provider: ProviderId, form: FormData): Promise<void> {
  const requestHeaders = await headers()
  const next = form instanceof FormData ? form.get("next") : null
  // Nobody may start somebody else's sign-in; whoever tries is shown the page, not the provider.
  if (!isSameOrigin(requestHeaders)) redirect("/sign-in")
  if (!getProvider(provider)) redirect("/sign-in")
  const target = { provider, next: typeof next === "string" ? next : null }
  redirect((await startSignIn(requestHeaders, target)) as Route)
}

"use server"

import type { Route } from "next"
import { headers } from "next/headers"
import { redirect } from "next/navigation"
import { startSignIn } from "@/lib/auth/next-auth"
import { getProvider } from "@/lib/auth/providers"
import { isSameOrigin } from "@/lib/http/origin"

/** The forms behind "Continue with …", whose arguments the browser sends. `next` is where to land afterwards. */
export async function signInWith(providerId: unknown, form: unknown): Promise<void> {
  const requestHeaders = await headers()
  const next = form instanceof FormData ? form.get("next") : null
  // Nobody may start somebody else's sign-in; whoever tries is shown the page, not the provider.
  if (!isSameOrigin(requestHeaders)) redirect("/sign-in")
  const provider = typeof providerId === "string" ? getProvider(providerId) : null
  if (!provider) redirect("/sign-in")
  const target = { provider: provider.id, next: typeof next === "string" ? next : null }
  redirect((await startSignIn(requestHeaders, target)) as Route)
}

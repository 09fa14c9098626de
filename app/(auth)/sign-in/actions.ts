"use server"

import type { Route } from "next"
import { headers } from "next/headers"
import { redirect } from "next/navigation"
import { startSignIn } from "@/lib/auth/next-auth"
import { isSameOrigin } from "@/lib/http/origin"

/** The form behind "Continue with Google". `next` is where to land afterwards. */
export async function signInWithGoogle(form: FormData): Promise<void> {
  const requestHeaders = await headers()
  const next = form instanceof FormData ? form.get("next") : null
  // Nobody may start somebody else's sign-in; whoever tries is shown the page, not Google.
  if (!isSameOrigin(requestHeaders)) redirect("/sign-in")
  redirect((await startSignIn(requestHeaders, typeof next === "string" ? next : null)) as Route)
}

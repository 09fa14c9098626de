"use server"

import type { Route } from "next"
import { headers } from "next/headers"
import { redirect } from "next/navigation"
import { startSignIn } from "@/lib/auth/next-auth"
import { requireSameOrigin } from "@/lib/http/origin"

/** The form behind "Continue with Google". `next` is where to land afterwards. */
export async function signInWithGoogle(form: FormData): Promise<void> {
  const requestHeaders = await headers()
  requireSameOrigin(requestHeaders)
  const next = form.get("next")
  redirect((await startSignIn(requestHeaders, typeof next === "string" ? next : null)) as Route)
}

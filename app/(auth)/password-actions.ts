"use server"

import type { Route } from "next"
import { redirect } from "next/navigation"
import { safeRedirectPath } from "@/lib/auth/redirect-path"
import { env } from "@/lib/env"
import { publicAction } from "@/lib/http/action"
import { setSessionCookie } from "@/lib/http/session-cookie"
import {
  emailSchema,
  passwordResetSchema,
  passwordSignInSchema,
  signUpSchema,
} from "@/lib/passwords/password.schema"
import { requestPasswordReset, resetPassword } from "@/lib/passwords/password-reset"
import { signInWithPassword } from "@/lib/passwords/password-sign-in"
import { completeSignUp, requestSignUp } from "@/lib/passwords/password-sign-up"

export const signInWithPasswordAction = publicAction(passwordSignInSchema, async ({ visitor, input }) => {
  const { source, currentToken } = visitor
  await setSessionCookie(await signInWithPassword(source, { ...input, currentToken }))
  redirect(safeRedirectPath(input.next, env().APP_URL) as Route)
})

export const requestSignUpAction = publicAction(emailSchema, async ({ visitor, input }) => {
  await requestSignUp(visitor.source, input)
  return input.email
})

export const completeSignUpAction = publicAction(signUpSchema, async ({ visitor, input }) => {
  const { source, currentToken } = visitor
  await setSessionCookie(await completeSignUp(source, { ...input, currentToken }))
  redirect("/dashboard")
})

export const requestPasswordResetAction = publicAction(emailSchema, async ({ visitor, input }) => {
  await requestPasswordReset(visitor.source, input)
  return input.email
})

export const resetPasswordAction = publicAction(passwordResetSchema, async ({ visitor, input }) => {
  await resetPassword(visitor.source, input)
})

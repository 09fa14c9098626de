"use server"

import { z } from "zod"
import { signInWithPasskey, startPasskeySignIn } from "@/lib/auth/passkey-sign-in"
import { fromJsonText, passkeyResponseSchema } from "@/lib/auth/second-factor.schema"
import { publicAction } from "@/lib/http/action"
import { setPasskeyCookie, setSessionCookie, takePasskeyCookie } from "@/lib/http/session-cookie"

export const passkeySignInOptionsAction = publicAction(z.strictObject({}), async ({ visitor }) => {
  const { options, browserToken } = await startPasskeySignIn(visitor.source)
  await setPasskeyCookie(browserToken)
  return options
})

export const signInWithPasskeyAction = publicAction(
  z.strictObject({ passkey: fromJsonText(passkeyResponseSchema) }),
  async ({ visitor, input }) => {
    const { source, currentToken } = visitor
    const browserToken = await takePasskeyCookie()
    const opened = await signInWithPasskey(source, { response: input.passkey, browserToken, currentToken })
    await setSessionCookie(opened)
  },
)

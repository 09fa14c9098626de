"use server"

import { headers } from "next/headers"
import { z } from "zod"
import { loginCookie, readCookie } from "@/lib/auth/cookies"
import { getHeldLogin, heldLoginPasskeyOptions } from "@/lib/auth/login"
import { AppError } from "@/lib/errors"
import { publicAction } from "@/lib/http/action"

/** What a browser needs to give a passkey to a program's sign-in that it began. */
export const heldLoginPasskeyAction = publicAction(
  z.strictObject({ state: z.string().regex(/^[\w-]{43}$/) }),
  async ({ input: { state } }) => {
    const browserToken = readCookie((await headers()).get("cookie"), loginCookie(state).name)
    const held = browserToken === null ? null : await getHeldLogin({ state, browserToken })
    if (!held) throw new AppError("conflict", "This sign-in has ended. Begin it again in the program.")
    return heldLoginPasskeyOptions(held)
  },
)

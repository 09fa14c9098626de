"use server"

import { revalidatePath } from "next/cache"
import { headers } from "next/headers"
import { z } from "zod"
import {
  addPasskey,
  confirmTotp,
  regenerateRecoveryCodes,
  removePasskey,
  removeTotp,
  renamePasskey,
  startPasskey,
  startTotp,
} from "@/lib/auth/factor-enrolment"
import { completeFactorReset, requestFactorReset } from "@/lib/auth/factor-resets"
import { startSignIn } from "@/lib/auth/next-auth"
import { listProviders } from "@/lib/auth/providers"
import {
  codeSchema,
  fromJsonText,
  newPasskeyResponseSchema,
  secondFactorFormSchema,
} from "@/lib/auth/second-factor.schema"
import { getStepUpChoices, secondFactorPasskeyOptions } from "@/lib/auth/step-up-choices"
import { type SteppedUp, stepUp } from "@/lib/auth/step-up-session"
import { AppError } from "@/lib/errors"
import { action, personAction } from "@/lib/http/action"
import { setSessionCookie } from "@/lib/http/session-cookie"
import { id, line } from "@/lib/input"
import { passwordAgainSchema } from "@/lib/passwords/password.schema"
import { signInAgainWithPassword } from "@/lib/passwords/password-sign-in"
import { qrPicture } from "./qr-picture"

const nothing = z.strictObject({})

/** How the person can prove that it is them, for the dialog and the page that ask. */
export const stepUpChoicesAction = personAction(nothing, ({ caller }) => getStepUpChoices(caller))

export const stepUpAction = personAction(secondFactorFormSchema, async ({ caller, input }) => {
  await keep(await stepUp(caller, input))
})

export const passkeyOptionsAction = personAction(nothing, ({ caller }) => secondFactorPasskeyOptions(caller))

/** The provider's address at which the person proves anew who they are. */
export const signInAgainAction = action(
  z.strictObject({ provider: z.string().max(20), next: z.string().max(2000) }),
  async ({ caller, input }) => {
    const provider = listProviders().find(({ id }) => id === input.provider)
    if (!provider) throw new AppError("not_found", "There is no such provider.")
    const reauthenticate = { email: caller.user.email }
    return startSignIn(await headers(), { provider: provider.id, next: input.next, reauthenticate })
  },
)

export const passwordAgainAction = action(passwordAgainSchema, async ({ caller, input }) => {
  await setSessionCookie(await signInAgainWithPassword(caller, input))
})

export const startTotpAction = personAction(nothing, async ({ caller }) => {
  const { secret, uri } = await startTotp(caller)
  return { secret, uri, picture: qrPicture(uri) }
})

export const confirmTotpAction = personAction(
  z.strictObject({ code: codeSchema() }),
  async ({ caller, input }) => added(await confirmTotp(caller, input)),
)

export const startPasskeyAction = personAction(nothing, ({ caller }) => startPasskey(caller))

export const addPasskeyAction = personAction(
  z.strictObject({ name: line(60), passkey: fromJsonText(newPasskeyResponseSchema) }),
  async ({ caller, input: { name, passkey } }) =>
    added(await addPasskey(caller, { name, response: passkey })),
)

export const removePasskeyAction = action(z.strictObject({ id: id() }), async ({ caller, input }) => {
  await removePasskey(caller, input)
  revalidatePath("/dashboard", "layout")
})

export const renamePasskeyAction = action(
  z.strictObject({ id: id(), name: line(60) }),
  async ({ caller, input }) => {
    await renamePasskey(caller, input)
    revalidatePath("/dashboard", "layout")
  },
)

export const removeTotpAction = action(nothing, async ({ caller }) => {
  await removeTotp(caller)
  revalidatePath("/dashboard", "layout")
})

export const regenerateRecoveryCodesAction = action(nothing, async ({ caller }) => {
  const codes = await regenerateRecoveryCodes(caller)
  revalidatePath("/dashboard", "layout")
  return codes
})

export const requestFactorResetAction = personAction(nothing, async ({ caller }) => {
  if (caller.type !== "pending_user")
    throw new AppError("conflict", "You have already given your second factor.")
  return requestFactorReset(caller)
})

export const completeFactorResetAction = personAction(nothing, async ({ caller }) => {
  if (caller.type !== "pending_user")
    throw new AppError("conflict", "You have already given your second factor.")
  await completeFactorReset(caller)
})

async function added(result: { steppedUp: SteppedUp; recoveryCodes: string[] | null }) {
  await keep(result.steppedUp)
  revalidatePath("/dashboard", "layout")
  return result.recoveryCodes
}

async function keep({ cookie }: SteppedUp): Promise<void> {
  if (cookie) await setSessionCookie(cookie)
}

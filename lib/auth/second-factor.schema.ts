import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server"
import { z } from "zod"
import { text } from "../input"
import type { SecondFactorAttempt } from "./second-factors"

// What a browser's authenticator answers (WebAuthn level 3, section 5.1), bounded before anything reads it.

const base64url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w-]*$/, "must be base64url")

const credential = {
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal("public-key"),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.record(z.string().max(100), z.unknown()).optional(),
}

export const passkeyResponseSchema = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(4000),
      authenticatorData: base64url(4000),
      signature: base64url(4000),
      userHandle: base64url(200).nullish(),
    }),
  })
  .transform((response): AuthenticationResponseJSON => response as AuthenticationResponseJSON)

export const newPasskeyResponseSchema = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(4000),
      attestationObject: base64url(40_000),
      transports: z.array(z.string().max(40)).max(10).optional(),
      authenticatorData: base64url(4000).optional(),
      publicKeyAlgorithm: z.number().optional(),
      publicKey: base64url(4000).optional(),
    }),
  })
  .transform((response): RegistrationResponseJSON => response as RegistrationResponseJSON)

/** The same out of a form's field. */
export function fromJsonText<Output>(schema: z.ZodType<Output>) {
  return z
    .string()
    .max(60_000)
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value)
      } catch {
        context.addIssue({ code: "custom", message: "must be JSON" })
        return z.NEVER
      }
    })
    .pipe(schema as z.ZodType<Output, unknown>)
}

export const codeSchema = () => text(40).describe("Six digits from an authenticator app, or a recovery code.")

const either = { path: ["code"], error: "is required, or passkey, and not both" }
const hasOne = (input: { code?: unknown; passkey?: unknown }) =>
  (input.code === undefined) !== (input.passkey === undefined)

/** A second factor in a form. */
export const secondFactorFormSchema = z
  .strictObject({ code: codeSchema().optional(), passkey: fromJsonText(passkeyResponseSchema).optional() })
  .refine(hasOne, either)
  .transform(toAttempt)

/** POST /api/v1/auth/step-up */
export const stepUpSchema = z.strictObject({ code: codeSchema() })

/** POST /api/v1/auth/second-factor */
export const heldLoginSchema = z
  .strictObject({
    state: text(200).describe("Which sign-in it is for: the `login` of the page's address."),
    code: codeSchema().optional(),
    passkey: passkeyResponseSchema
      .optional()
      .describe("What `navigator.credentials.get()` returned, as JSON."),
  })
  .refine(hasOne, either)
  .transform(({ state, ...given }) => ({ state, attempt: toAttempt(given) }))

function toAttempt(given: {
  code?: string | undefined
  passkey?: AuthenticationResponseJSON | undefined
}): SecondFactorAttempt {
  return given.passkey
    ? { type: "passkey", response: given.passkey }
    : { type: "code", code: given.code ?? "" }
}

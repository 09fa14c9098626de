import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from "@simplewebauthn/server"
import type { Prisma } from "@/prisma/generated/client"
import type { SecondFactorMethod } from "@/prisma/generated/enums"
import { recordCallerAudit } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, minutes } from "../duration"
import { AppError, notFound } from "../errors"
import { factorAddedMail, factorRemovedMail, recoveryCodesReplacedMail } from "../mail/factor-mails"
import { enqueueMail } from "../mail/mail-queue"
import { PRODUCT_NAME } from "../product"
import { addressSubject, requireWithin } from "../rate-limit/limit"
import type { PendingCaller, UserCaller } from "./caller"
import { lockOwnCredentials } from "./credential-lock"
import { passkeyRegistrationOptions, verifyNewPasskey } from "./passkeys"
import { countRecoveryCodes, generateRecoveryCodes, replaceRecoveryCodes } from "./recovery-codes"
import { updateSecondFactorSince } from "./second-factors"
import { isFreshSignIn, requireBrowser, requireStepUp, stepUpError, stepUpOf } from "./step-up"
import { type SteppedUp, stepUpSession } from "./step-up-session"
import { generateTotpSecret, matchTotpStep, totpUri } from "./totp"
import { createUnconfirmedTotp, openTotpSecret } from "./totp-factors"
import { withoutGaps } from "./typed-code"

// Adding and removing second factors. The first one needs a fresh sign-in, any change after that a second factor that
// was just given. With the first come ten recovery codes. A new factor counts as given in the sign-in that added it.

type Person = UserCaller | PendingCaller

export const PASSKEYS_MAX = 20
const CONFIRM_WITHIN = minutes(15)

const passkeyView = {
  id: true,
  name: true,
  backedUp: true,
  createdAt: true,
  lastUsedAt: true,
} satisfies Prisma.PasskeySelect

type PasskeyView = Prisma.PasskeyGetPayload<{ select: typeof passkeyView }>
type TotpFactorView = { confirmedAt: Date; lastUsedAt: Date | null; disabledAt: Date | null }

/** What a person has. */
export type SecondFactors = {
  totp: TotpFactorView | null
  passkeys: PasskeyView[]
  recoveryCodesLeft: number
}

/** The person's own second factors. */
export async function listSecondFactors({ user }: Person): Promise<SecondFactors> {
  const [app, passkeys, recoveryCodesLeft] = await Promise.all([
    db().totpFactor.findFirst({
      where: { userId: user.id, confirmedAt: { not: null } },
      select: { confirmedAt: true, lastUsedAt: true, disabledAt: true },
    }),
    db().passkey.findMany({ where: { userId: user.id }, orderBy: { id: "asc" }, select: passkeyView }),
    countRecoveryCodes(db(), user.id),
  ])
  const totp = app?.confirmedAt ? { ...app, confirmedAt: app.confirmedAt } : null
  return { totp, passkeys, recoveryCodesLeft }
}

/** Shown to the person once: how to tell an authenticator app the secret. */
export type TotpSetup = { secret: string; uri: string }

/** Begins adding an authenticator app; it counts only after confirmTotp. Throws step_up_required. */
export async function startTotp(caller: Person): Promise<TotpSetup> {
  requireFactorChange(caller)
  const secret = generateTotpSecret()
  await db().$transaction((tx) => createUnconfirmedTotp(tx, caller.user.id, secret))
  return { secret, uri: totpUri(secret, { account: caller.user.email, issuer: PRODUCT_NAME }) }
}

/** What adding a factor gives: a stepped-up sign-in, and with the first factor the recovery codes, shown once. */
export type FactorAdded = { steppedUp: SteppedUp; recoveryCodes: string[] | null }

/**
 * Confirms the app that startTotp began, with a code of it; it takes the place of an earlier one. Throws
 * second_factor_refused, conflict when nothing was begun lately, rate_limited, step_up_required.
 */
export async function confirmTotp(caller: Person, { code }: { code: string }): Promise<FactorAdded> {
  requireFactorChange(caller)
  await requireWithin("login", addressSubject(caller.source.clientAddress))
  const { id: userId } = caller.user
  const now = currentTime()
  const begun = await db().totpFactor.findFirst({
    where: { userId, confirmedAt: null, createdAt: { gt: addDuration(now, -CONFIRM_WITHIN) } },
    select: { id: true, userId: true, sealedSecret: true },
  })
  if (!begun) throw new AppError("conflict", "This took too long. Start adding the app again.")
  const lastStep = matchTotpStep(openTotpSecret(begun), withoutGaps(code), now)
  if (lastStep === null)
    throw new AppError(
      "second_factor_refused",
      "That is not the app's current code. Check the clock of its device and try again.",
    )
  return addFactor(caller, "totp", async (tx) => {
    await tx.totpFactor.deleteMany({ where: { userId, confirmedAt: { not: null } } })
    const { count } = await tx.totpFactor.updateMany({
      where: { id: begun.id, confirmedAt: null },
      data: { confirmedAt: now, lastStep, lastUsedAt: now },
    })
    if (count === 0) throw new AppError("conflict", "This app has already been added.")
    return { id: begun.id, name: "Authenticator app" }
  })
}

/** What the browser needs to make a passkey. Throws step_up_required. */
export async function startPasskey(caller: Person): Promise<PublicKeyCredentialCreationOptionsJSON> {
  requireFactorChange(caller)
  return passkeyRegistrationOptions(caller.user, { sessionId: caller.sessionId })
}

type NewPasskeyInput = { response: RegistrationResponseJSON; name: string }

/**
 * Adds the passkey that a browser made. Throws second_factor_refused, conflict, limit_reached, rate_limited,
 * step_up_required.
 */
export async function addPasskey(caller: Person, { response, name }: NewPasskeyInput): Promise<FactorAdded> {
  requireFactorChange(caller)
  const made = await verifyNewPasskey(response, { sessionId: caller.sessionId })
  if (!made) throw new AppError("second_factor_refused", "This passkey could not be verified. Try again.")
  return addFactor(caller, "passkey", async (tx) => {
    const { id: userId } = caller.user
    if ((await tx.passkey.count({ where: { userId } })) >= PASSKEYS_MAX)
      throw new AppError("limit_reached", `You can have ${PASSKEYS_MAX} passkeys at most. Remove one first.`)
    const [added] = await tx.passkey.createManyAndReturn({
      data: [{ ...made, userId, name }],
      skipDuplicates: true,
      select: { id: true },
    })
    if (!added) throw new AppError("conflict", "This passkey has already been added.")
    return { id: added.id, name }
  })
}

/** Adds, records, tells; one factor of a person at a time, because the row of the person is locked. */
async function addFactor(
  caller: Person,
  method: SecondFactorMethod,
  add: (tx: Db) => Promise<{ id: string; name: string }>,
): Promise<FactorAdded> {
  const { user, source } = caller
  await requireWithin("credential_change", user.id)
  const isFirst = caller.proof.secondFactorSince === null
  const fresh = isFirst ? await generateRecoveryCodes() : null
  return db().$transaction(async (tx) => {
    const since = await lockOwnCredentials(tx, caller)
    if (isFirst !== (since === null))
      throw new AppError("step_up_required", "Your second factors were just changed. Confirm that it is you.")
    const { id, name } = await add(tx)
    await updateSecondFactorSince(tx, user.id)
    if (fresh) await replaceRecoveryCodes(tx, user.id, fresh)
    await recordCallerAudit(tx, caller, {
      action: "second_factor.added",
      targetId: id,
      details: { kind: method },
    })
    await enqueueMail(
      tx,
      [user.email],
      factorAddedMail({ name, kind: method, at: currentTime(), from: source }),
    )
    return { steppedUp: await stepUpSession(tx, caller, method), recoveryCodes: fresh?.codes ?? null }
  })
}

/** Removes the authenticator app. Throws step_up_required, not_found, or conflict for the last factor where one is required. */
export function removeTotp(caller: UserCaller): Promise<void> {
  return removeFactor(caller, async (tx) => {
    const where = { userId: caller.user.id, confirmedAt: { not: null } }
    const factor = await tx.totpFactor.findFirst({ where, select: { id: true } })
    if (!factor) throw notFound()
    await tx.totpFactor.deleteMany({ where })
    return { id: factor.id, name: "Authenticator app", kind: "totp" }
  })
}

/** Removes one of the person's own passkeys. Throws like removeTotp. */
export function removePasskey(caller: UserCaller, { id }: { id: string }): Promise<void> {
  return removeFactor(caller, async (tx) => {
    const own = { id, userId: caller.user.id }
    const passkey = await tx.passkey.findUnique({ where: own, select: { name: true } })
    if (!passkey) throw notFound()
    await tx.passkey.delete({ where: own, select: { id: true } })
    return { id, name: passkey.name, kind: "passkey" }
  })
}

async function removeFactor(
  caller: UserCaller,
  remove: (tx: Db) => Promise<{ id: string; name: string; kind: SecondFactorMethod }>,
): Promise<void> {
  requireBrowser(caller)
  requireStepUp(caller)
  const { user, source } = caller
  await db().$transaction(async (tx) => {
    await lockOwnCredentials(tx, caller)
    const { id, name, kind } = await remove(tx)
    const since = await updateSecondFactorSince(tx, user.id)
    if (!since) await requireNoneRequired(tx, user.id)
    if (!since) await tx.recoveryCode.deleteMany({ where: { userId: user.id } })
    await recordCallerAudit(tx, caller, {
      action: "second_factor.removed",
      targetId: id,
      details: { kind },
    })
    await enqueueMail(tx, [user.email], factorRemovedMail({ name, kind, at: currentTime(), from: source }))
  })
}

async function requireNoneRequired(tx: Db, userId: string): Promise<void> {
  const requiring = await tx.membership.findFirst({
    where: { userId, organization: { secondFactorPolicy: "required" } },
    select: { organization: { select: { name: true } } },
  })
  if (requiring)
    throw new AppError(
      "conflict",
      `${requiring.organization.name} requires a second factor. Add another before you remove this one.`,
    )
}

/** Gives one of the person's own passkeys another name. Throws step_up_required, or not_found. */
export async function renamePasskey(
  caller: UserCaller,
  { id, name }: { id: string; name: string },
): Promise<void> {
  requireBrowser(caller)
  requireStepUp(caller)
  const { user } = caller
  await db().$transaction(async (tx) => {
    const { count } = await tx.passkey.updateMany({ where: { id, userId: user.id }, data: { name } })
    if (count === 0) throw notFound()
    await recordCallerAudit(tx, caller, {
      action: "second_factor.renamed",
      targetId: id,
    })
  })
}

/**
 * Ten new recovery codes in place of all earlier ones, shown once. Throws step_up_required, conflict without a factor, and
 * rate_limited.
 */
export async function regenerateRecoveryCodes(caller: UserCaller): Promise<string[]> {
  requireBrowser(caller)
  requireStepUp(caller)
  const { user, source } = caller
  if (!caller.proof.secondFactorSince) throw noFactorYet()
  await requireWithin("credential_change", user.id)
  const fresh = await generateRecoveryCodes()
  await db().$transaction(async (tx) => {
    if (!(await lockOwnCredentials(tx, caller))) throw noFactorYet()
    await replaceRecoveryCodes(tx, user.id, fresh)
    await recordCallerAudit(tx, caller, {
      action: "recovery_codes.created",
      targetId: user.id,
    })
    await enqueueMail(tx, [user.email], recoveryCodesReplacedMail({ at: currentTime(), from: source }))
  })
  return fresh.codes
}

function noFactorYet(): AppError {
  return new AppError("conflict", "Add an authenticator app or a passkey first.")
}

function requireFactorChange(caller: Person): void {
  requireBrowser(caller)
  const now = currentTime()
  const isOpen = caller.proof.secondFactorSince
    ? stepUpOf(caller.proof, now) !== null
    : isFreshSignIn(caller.proof, now)
  if (!isOpen) throw stepUpError(caller)
  caller.stepUp = stepUpOf(caller.proof, now)?.method ?? "sign_in"
}

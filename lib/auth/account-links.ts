import { recordAudit, recordCallerAudit } from "../audit/audit-log"
import { currentTime } from "../clock"
import { isUniqueViolation } from "../database-errors"
import { type Db, db } from "../db"
import { addDuration, seconds } from "../duration"
import { AppError, isAppError, notFound } from "../errors"
import type { RequestSource } from "../http/request-context"
import { accountLinkedMail, accountUnlinkedMail } from "../mail/account-mails"
import { enqueueMail } from "../mail/mail-queue"
import type { UserCaller } from "./caller"
import { FLOW_SECONDS_MAX } from "./cookies"
import { lockOwnCredentials } from "./credential-lock"
import type { Identity, ProviderId } from "./identity"
import { hashToken } from "./opaque-token"
import { cancelUnfinishedLogins } from "./program-sessions"
import { providerName } from "./providers"
import { endSessions, getSettledSession } from "./sessions"
import { newAccount } from "./sign-in"
import { SignInError } from "./sign-in-error"
import { requireSignInMethod } from "./sign-in-methods"
import { requireBrowser, requireStepUp } from "./step-up"

// A second identity becomes a sign-in method of the same person only where that person, signed in and stepped up, asked for it,
// and only by the very flow they began: never because two identities have one address.

/** Throws forbidden, step_up_required or conflict unless the person may link an identity at this provider now. */
export async function requireLinkable(caller: UserCaller, provider: ProviderId): Promise<void> {
  requireBrowser(caller)
  requireStepUp(caller)
  const where = { userId_provider: { userId: caller.user.id, provider } }
  const linked = await db().account.findUnique({ where, select: { id: true } })
  if (linked)
    throw new AppError(
      "conflict",
      `You already sign in with ${providerName(provider)}. Unlink that account first.`,
    )
}

/** Remembers that what comes back with this `state` is to be linked to the caller's person, once. */
export async function createLinkIntent(
  caller: UserCaller,
  { provider, state }: { provider: ProviderId; state: string },
): Promise<void> {
  await db().linkIntent.create({
    data: {
      stateHash: hashToken(state),
      sessionId: caller.sessionId,
      provider,
      stepUp: caller.stepUp ?? "sign_in",
      expiresAt: addDuration(currentTime(), seconds(FLOW_SECONDS_MAX)),
    },
    select: { stateHash: true },
  })
}

type ProviderAnswer = {
  /** The `state` that the provider sent back. */
  state: string | null
  identity: Identity
  /** The session of the browser that came back. */
  currentToken: string | null
}

/**
 * Links the identity if its flow was begun for that, and says whether it was. Throws SignInError: flow_expired for a flow
 * that was, and is over, used, or not of this sign-in; identity_in_use for one that is somebody else's.
 */
export async function completeLink(
  source: RequestSource,
  { state, identity, currentToken }: ProviderAnswer,
): Promise<boolean> {
  const intent = state && (await getLinkIntent(state))
  if (!intent) return false
  const session = currentToken ? await getSettledSession(currentToken) : null
  if (session?.id !== intent.sessionId || identity.provider !== intent.provider)
    throw new SignInError("flow_expired")
  await db()
    .$transaction((tx) => linkIdentity(tx, source, { intent, identity, session }))
    .catch((cause: unknown) => {
      if (isUniqueViolation(cause)) throw new SignInError("identity_in_use", { cause })
      const hasEnded = isAppError(cause) && cause.code === "unauthenticated"
      throw hasEnded ? new SignInError("flow_expired", { cause }) : cause
    })
  return true
}

type LinkIntent = { stateHash: Uint8Array<ArrayBuffer>; sessionId: string; provider: string; stepUp: string }

function getLinkIntent(state: string): Promise<LinkIntent | null> {
  return db().linkIntent.findUnique({
    where: { stateHash: hashToken(state) },
    select: { stateHash: true, sessionId: true, provider: true, stepUp: true },
  })
}

type NewLink = {
  intent: LinkIntent
  identity: Identity
  session: { id: string; user: { id: string; email: string }; organizationId: string }
}

async function linkIdentity(
  tx: Db,
  source: RequestSource,
  { intent, identity, session: { id: sessionId, user, organizationId } }: NewLink,
): Promise<void> {
  const factorSince = await lockOwnCredentials(tx, { user, sessionId })
  // A fresh sign-in was enough when it was begun, but not for who has a second factor.
  if (factorSince && intent.stepUp === "sign_in") throw new SignInError("flow_expired")
  await claimIntent(tx, intent.stateHash)
  await tx.account.create({ data: { userId: user.id, ...newAccount(identity) }, select: { id: true } })
  await recordAudit(tx, source, {
    action: "account.linked",
    organizationId,
    actor: { type: "user", id: user.id },
    targetId: user.id,
    details: { provider: identity.provider, stepUp: intent.stepUp },
  })
  const mail = accountLinkedMail({ ...mailFacts(identity.provider, source), email: identity.email })
  await enqueueMail(tx, [user.email], mail)
}

async function claimIntent(tx: Db, stateHash: Uint8Array<ArrayBuffer>): Promise<void> {
  const now = currentTime()
  const { count } = await tx.linkIntent.updateMany({
    where: { stateHash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  })
  if (count === 0) throw new SignInError("flow_expired")
}

/**
 * Removes the person's identity at a provider and ends their other sign-ins that came by it. Throws forbidden,
 * step_up_required, not_found, or conflict for the last sign-in method.
 */
export async function unlinkAccount(
  caller: UserCaller,
  { provider }: { provider: ProviderId },
): Promise<void> {
  requireBrowser(caller)
  requireStepUp(caller)
  const { user, source, sessionId } = caller
  await db().$transaction(async (tx) => {
    await lockOwnCredentials(tx, caller)
    const { count } = await tx.account.deleteMany({ where: { userId: user.id, provider } })
    if (count === 0) throw notFound()
    await requireSignInMethod(tx, user.id)
    await cancelUnfinishedLogins(tx, { userId: user.id })
    const others = { userId: user.id, amr: { has: provider }, id: { not: sessionId } }
    await endSessions(tx, source, others, { reason: "credentials_changed" })
    await recordCallerAudit(tx, caller, {
      action: "account.unlinked",
      targetId: user.id,
      details: { provider },
    })
    await enqueueMail(tx, [user.email], accountUnlinkedMail(mailFacts(provider, source)))
  })
}

function mailFacts(provider: ProviderId, from: RequestSource) {
  return { provider: providerName(provider), at: currentTime(), from }
}

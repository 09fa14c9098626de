import { Prisma, type User } from "@/prisma/generated/client"
import { type RequestOrigin, recordAudit } from "../audit/audit-log"
import { type Db, db } from "../db"
import type { Identity } from "./openid-provider"
import { createSession, endSessionByToken, getSession } from "./sessions"
import { SignInError } from "./sign-in-error"

// What happens once an identity is proven. A person is found by (provider, subject) alone: an address that is
// already known under another identity is refused, never merged, and nobody is ever linked to whoever happens
// to be signed in on the same computer.

/** Throws SignInError when this identity must not come in through this browser. Changes nothing. */
export async function checkSignIn(identity: Identity, currentToken: string | null): Promise<void> {
  const account = await db().account.findUnique({
    where: { provider_providerAccountId: accountKey(identity) },
    select: { user: { select: { id: true, disabledAt: true } } },
  })
  if (account?.user.disabledAt) throw new SignInError("account_disabled")

  const current = currentToken ? await getSession(currentToken, new Date()) : null
  if (current && current.user.id !== account?.user.id) throw new SignInError("already_signed_in")

  if (!account) await requireFreeEmail(identity.email)
}

/** Creates the person, their identity and an organization of their own, or returns whom a parallel sign-up created. */
export async function createUser(identity: Identity, origin: RequestOrigin): Promise<User> {
  try {
    return await db().$transaction((tx) => insertUser(tx, identity, origin))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const account = await db().account.findUnique({
      where: { provider_providerAccountId: accountKey(identity) },
      select: { user: true },
    })
    if (!account) throw new SignInError("account_exists", { cause: error })
    return account.user
  }
}

async function insertUser(tx: Db, identity: Identity, origin: RequestOrigin): Promise<User> {
  const { email, name, image } = identity
  const user = await tx.user.create({
    data: {
      email,
      name,
      image,
      emailVerified: new Date(),
      accounts: { create: { type: "oidc", ...accountKey(identity) } },
    },
  })
  const organization = await tx.organization.create({
    data: {
      name: `${name ?? email.split("@")[0]}'s organization`,
      memberships: { create: { userId: user.id, role: "owner" } },
    },
    select: { id: true },
  })
  await recordAudit(tx, origin, {
    action: "user.created",
    organizationId: organization.id,
    actor: { type: "user", id: user.id },
    targetId: user.id,
    details: { provider: identity.provider },
  })
  return user
}

type SignIn = { userId: string; identity: Identity; token: string; replacedToken: string | null }

/** Opens the session and ends the one this browser had; takes over what the provider now says of the person. */
export async function signIn(origin: RequestOrigin, { userId, identity, token, replacedToken }: SignIn) {
  const now = new Date()
  return db().$transaction(async (tx) => {
    const { organizationId } = await tx.membership.findFirstOrThrow({
      where: { userId },
      orderBy: { createdAt: "asc" },
      select: { organizationId: true },
    })
    await updateContact(tx, origin, { userId, organizationId, identity })
    if (replacedToken) await endSessionByToken(tx, origin, { token: replacedToken, reason: "replaced", now })
    return createSession(tx, origin, { token, userId, organizationId, amr: [identity.provider], now })
  })
}

type ContactUpdate = { userId: string; organizationId: string; identity: Identity }

/** A changed address is taken over only while it is nobody else's. */
async function updateContact(
  tx: Db,
  origin: RequestOrigin,
  { userId, organizationId, identity }: ContactUpdate,
) {
  const { email, name, image } = identity
  const holder = await tx.user.findUnique({ where: { email }, select: { id: true } })
  await tx.user.update({
    where: { id: userId },
    data: { name, image, ...(holder ? {} : { email }) },
    select: { id: true },
  })
  if (holder) return
  await recordAudit(tx, origin, {
    action: "user.email_changed",
    organizationId,
    actor: { type: "user", id: userId },
    targetId: userId,
  })
}

async function requireFreeEmail(email: string): Promise<void> {
  const holder = await db().user.findUnique({ where: { email }, select: { id: true } })
  if (holder) throw new SignInError("account_exists")
}

function accountKey({ provider, subject }: Identity) {
  return { provider, providerAccountId: subject }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002"
}

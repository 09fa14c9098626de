import type { Prisma, Role } from "@/prisma/generated/client"
import { recordAudit } from "../audit/audit-log"
import { currentTime } from "../clock"
import { isUniqueViolation } from "../database-errors"
import { type Db, db } from "../db"
import type { RequestSource } from "../http/request-context"
import { emailChangedMail } from "../mail/account-mails"
import { enqueueMail } from "../mail/mail-queue"
import { lockCredentials } from "./credential-lock"
import type { Identity, ProviderId } from "./identity"
import { providerName } from "./providers"
import { getSession } from "./sessions"
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

  const current = currentToken ? await getSession(currentToken) : null
  if (current && current.user.id !== account?.user.id) throw new SignInError("already_signed_in")

  if (!account) await requireFreeEmail(identity.email)
}

/** Whom an identity belongs to, created now if nobody knows it yet. Call checkSignIn first. */
export async function findOrCreateUser(source: RequestSource, identity: Identity): Promise<{ id: string }> {
  const account = await db().account.findUnique({
    where: { provider_providerAccountId: accountKey(identity) },
    select: { user: { select: { id: true } } },
  })
  return account?.user ?? createUser(source, identity)
}

/** Creates the person, their identity and an organization of their own, or returns whom a parallel sign-up created. */
export async function createUser(source: RequestSource, identity: Identity): Promise<UserRow> {
  try {
    return await db().$transaction((tx) => insertUser(tx, source, identity))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const account = await db().account.findUnique({
      where: { provider_providerAccountId: accountKey(identity) },
      select: { user: { select: userRow } },
    })
    if (!account) throw new SignInError("account_exists", { cause: error })
    return account.user
  }
}

/** In next-auth's words. */
const accountTypes = { google: "oidc", github: "oauth" } as const

/** What next-auth reads of a person. */
const userRow = { id: true, email: true, emailVerified: true } satisfies Prisma.UserSelect
type UserRow = Prisma.UserGetPayload<{ select: typeof userRow }>

function insertUser(tx: Db, source: RequestSource, identity: Identity): Promise<UserRow> {
  const { provider, email, name, image } = identity
  const accounts = { create: newAccount(identity) }
  return insertPerson(tx, source, { email, name, image, accounts }, { provider })
}

/** The row of an identity, of whoever is given it. */
export function newAccount(identity: Identity) {
  return { type: accountTypes[identity.provider], email: identity.email, ...accountKey(identity) }
}

type NewPerson = Pick<Prisma.UserCreateInput, "email" | "name" | "image" | "accounts" | "password">

/**
 * Creates a person whose address is verified, with an organization of their own, inside the caller's transaction.
 * Throws Prisma's P2002 for an address or identity that somebody has.
 */
export async function insertPerson(
  tx: Db,
  source: RequestSource,
  person: NewPerson,
  details: { provider: ProviderId } | { amr: string[] },
): Promise<UserRow> {
  const { email, name } = person
  const user = await tx.user.create({ data: { ...person, emailVerified: currentTime() }, select: userRow })
  const organization = await tx.organization.create({
    data: {
      name: `${name ?? email.split("@")[0]}'s organization`,
      memberships: { create: { userId: user.id, role: "owner" } },
    },
    select: { id: true },
  })
  await recordAudit(tx, source, {
    action: "user.created",
    organizationId: organization.id,
    actor: { type: "user", id: user.id },
    targetId: user.id,
    details,
  })
  return user
}

type SignIn<T> = {
  userId: string
  identity: Identity
  /** What the sign-in gives: a session, or a code to fetch one with. Runs in the same transaction. */
  open: (tx: Db, person: SignedIn) => Promise<T>
}

/** Who has just proved who they are, and the organization they come into. */
export type SignedIn = {
  userId: string
  organizationId: string
  role: Role
  amr: string[]
  authTime: Date
  providerAuthTime: Date | null
  /** Whether nothing may be opened before they gave a second factor. */
  needsSecondFactor: boolean
}

/** Takes over what the provider now says of the person, and opens what they came for. */
export async function signIn<T>(source: RequestSource, attempt: SignIn<T>): Promise<T> {
  try {
    return await trySignIn(source, attempt)
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    // Somebody took the person's new address in this very moment; the second look sees it.
    return trySignIn(source, attempt)
  }
}

function trySignIn<T>(source: RequestSource, { userId, identity, open }: SignIn<T>): Promise<T> {
  const authTime = currentTime()
  return db().$transaction(async (tx) => {
    await lockCredentials(tx, userId)
    const { organizationId, role, user, organization } = await tx.membership.findFirstOrThrow({
      where: { userId },
      orderBy: { createdAt: "asc" },
      select: {
        organizationId: true,
        role: true,
        user: { select: { secondFactorSince: true, ...knownContact } },
        organization: { select: { secondFactorPolicy: true } },
      },
    })
    await updateContact(tx, source, { userId, organizationId, identity, known: user })
    const needsSecondFactor =
      user.secondFactorSince !== null || organization.secondFactorPolicy === "required"
    const { provider, authTime: providerAuthTime } = identity
    const proof = { amr: [provider], authTime, providerAuthTime }
    return open(tx, { userId, organizationId, role, ...proof, needsSecondFactor })
  })
}

/** What decides whether a provider's word on somebody's name and address is taken over. */
const knownContact = {
  email: true,
  password: { select: { userId: true } },
  accounts: { orderBy: { id: "asc" }, take: 1, select: { provider: true } },
} satisfies Prisma.UserSelect

type ContactUpdate = {
  userId: string
  organizationId: string
  identity: Identity
  known: Prisma.UserGetPayload<{ select: typeof knownContact }>
}

/**
 * What the provider says of the person is taken over from the one they came with, so that two of them do not overwrite
 * each other, and not from who has a password, which goes with their address. A changed address is taken over only
 * while it is nobody else's.
 */
async function updateContact(
  tx: Db,
  source: RequestSource,
  { userId, organizationId, identity, known }: ContactUpdate,
) {
  const { provider, email, name, image } = identity
  const { count } = await tx.account.updateMany({
    where: { userId, ...accountKey(identity) },
    data: { email },
  })
  // The identity was unlinked in this very moment.
  if (count === 0) throw new SignInError("flow_expired")
  if (known.password || known.accounts[0]?.provider !== provider) return
  const holder = await tx.user.findUnique({ where: { email }, select: { id: true } })
  await tx.user.update({
    where: { id: userId },
    data: { name, image, ...(holder ? {} : { email }) },
    select: { id: true },
  })
  if (holder) return
  await recordAudit(tx, source, {
    action: "user.email_changed",
    organizationId,
    actor: { type: "user", id: userId },
    targetId: userId,
  })
  const facts = { provider: providerName(provider), email, at: currentTime(), from: source }
  await enqueueMail(tx, [known.email], emailChangedMail(facts))
}

async function requireFreeEmail(email: string): Promise<void> {
  const holder = await db().user.findUnique({ where: { email }, select: { id: true } })
  if (holder) throw new SignInError("account_exists")
}

function accountKey({ provider, subject }: Identity) {
  return { provider, providerAccountId: subject }
}

import type { UserCaller } from "@/lib/auth/caller"
import { permissions } from "@/lib/auth/permissions"
import { openProgramSession } from "@/lib/auth/program-sessions"
import { revokeSession } from "@/lib/auth/session-list"
import { createUser } from "@/lib/auth/sign-in"
import { freshSignIn } from "@/lib/auth/step-up"
import { db } from "@/lib/db"
import { env } from "@/lib/env"
import type { RequestSource } from "@/lib/http/request-context"
import { renameOrganization } from "@/lib/organizations/organizations"
import { getPersonByAddress } from "@/scripts/google-stand-in/people"
import { requireLocalDatabase } from "@/scripts/support/database"
import type { Role } from "./generated/enums"
import { ensureKeysWithHistory } from "./seed/api-keys"

// Something to look at on the first `npm run dev`: an organization whose people you can sign in as at the
// stand-in for Google (Ada owns it, Grace is an admin, Wanda a member). Runs again without doing anything.

const source: RequestSource = { requestId: "seed", clientAddress: "127.0.0.1", userAgent: "npm run db:seed" }

function identityOf(address: string) {
  const person = getPersonByAddress(address)
  if (!person) throw new Error(`${address} is not an address the stand-in can sign in`)
  return {
    provider: "google",
    subject: person.sub,
    email: person.email,
    name: person.name,
    image: null,
    authTime: null,
  } as const
}

/** Each step looks whether it was done, so a seed that was interrupted is completed by the next one. */
async function seed(): Promise<void> {
  const caller = await ensureOwner("ada@example.test")
  if (caller.organization.name === `${caller.user.name}'s organization`)
    await renameOrganization(caller, { name: "Byte Works" })
  await ensureMember(caller.organization.id, "grace@example.test", "admin")
  await ensureMember(caller.organization.id, "wanda@byteworks.test", "member")
  await ensureKeysWithHistory(caller)
  const programs = await db().session.count({ where: { userId: caller.user.id, clientId: { not: null } } })
  if (programs === 0) await signInPrograms(caller)
}

async function ensureOwner(address: string): Promise<UserCaller> {
  const identity = identityOf(address)
  const id = (await userIdOf(identity)) ?? (await createUser(source, identity)).id
  return callerOf(id)
}

async function userIdOf({ provider, subject }: ReturnType<typeof identityOf>): Promise<string | undefined> {
  const account = await db().account.findUnique({
    where: { provider_providerAccountId: { provider, providerAccountId: subject } },
    select: { userId: true },
  })
  return account?.userId
}

async function callerOf(userId: string): Promise<UserCaller> {
  const { user, organization, role } = await db().membership.findFirstOrThrow({
    where: { userId },
    select: {
      role: true,
      user: { select: { id: true, name: true, email: true, image: true } },
      organization: { select: { id: true, name: true } },
    },
  })
  return {
    type: "user",
    user,
    organization,
    role,
    sessionId: "seed",
    clientId: null,
    scopes: null,
    proof: freshSignIn(),
    source,
  }
}

async function ensureMember(organizationId: string, address: string, role: Role): Promise<void> {
  const identity = identityOf(address)
  if (await userIdOf(identity)) return
  const { provider, subject, email, name } = identity
  await db().user.create({
    data: {
      email,
      name,
      emailVerified: new Date(),
      accounts: { create: { type: "oidc", provider, providerAccountId: subject } },
      memberships: { create: { organizationId, role } },
    },
    select: { id: true },
  })
}

/** Two programs that Ada signed in with, one of which she has signed out since. */
async function signInPrograms(caller: UserCaller): Promise<void> {
  await signInProgram(caller, { clientId: "cli", userAgent: "latchkey-cli/1.4.0 (Linux)" })
  const userAgent = "Latchkey/2.1 (iPhone; CPU iPhone OS 18_1 like Mac OS X)"
  await revokeSession(caller, { id: await signInProgram(caller, { clientId: "mobile", userAgent }) })
}

async function signInProgram(
  { user, organization, role }: UserCaller,
  { clientId, userAgent }: { clientId: string; userAgent: string },
): Promise<string> {
  const grant = {
    userId: user.id,
    organizationId: organization.id,
    role,
    clientId,
    scope: permissions,
    amr: ["google"],
    authTime: new Date(),
  }
  const opened = await db().$transaction((tx) => openProgramSession(tx, { ...source, userAgent }, grant))
  return opened.subject.sessionId
}

requireLocalDatabase(env().DATABASE_URL)
await seed()
await db().$disconnect()

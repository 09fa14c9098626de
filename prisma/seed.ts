import { createApiKey, revokeApiKey } from "@/lib/api-keys/api-keys"
import type { RequestOrigin } from "@/lib/audit/audit-log"
import type { UserCaller } from "@/lib/auth/caller"
import { createUser } from "@/lib/auth/sign-in"
import { db } from "@/lib/db"
import { addDuration, days } from "@/lib/duration"
import { renameOrganization } from "@/lib/organizations/organizations"
import { getPersonByAddress } from "@/scripts/google-stand-in/people"
import type { Role } from "./generated/enums"

// Something to look at on the first `npm run dev`: an organization whose people you can sign in as at the
// stand-in for Google (Ada owns it, Grace is an admin, Wanda a member). Runs again without doing anything.

const origin: RequestOrigin = { requestId: "seed", clientAddress: "127.0.0.1", userAgent: "npm run db:seed" }

function identityOf(address: string) {
  const person = getPersonByAddress(address)
  if (!person) throw new Error(`${address} is not an address the stand-in can sign in`)
  return {
    provider: "google",
    subject: person.sub,
    email: person.email,
    name: person.name,
    image: null,
  } as const
}

async function seed(): Promise<void> {
  const ada = identityOf("ada@example.test")
  const seeded = await db().account.count({
    where: { provider: ada.provider, providerAccountId: ada.subject },
  })
  if (seeded > 0) return

  const { id } = await createUser(ada, origin)
  const caller = await callerOf(id)
  await renameOrganization(caller, { name: "Byte Works" })
  await addMember(caller.organization.id, "grace@example.test", "admin")
  await addMember(caller.organization.id, "wanda@byteworks.test", "member")
  await createKeys(caller)
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
  return { type: "user", user, organization, role, sessionId: "seed", origin }
}

async function addMember(organizationId: string, address: string, role: Role): Promise<void> {
  const { provider, subject, email, name } = identityOf(address)
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

/** One key of each kind. Nobody learns their secrets: create your own to call the API. */
async function createKeys(caller: UserCaller): Promise<void> {
  const now = new Date()
  await createApiKey(caller, { name: "Support chat", expiresAt: addDuration(now, days(90)) })
  await createApiKey(caller, { name: "Nightly summaries" })
  await createApiKey(caller, { name: "Hackathon", expiresAt: addDuration(now, -days(3)) })
  const { key } = await createApiKey(caller, { name: "Old prototype" })
  await revokeApiKey(caller, { id: key.id, reason: "The prototype is gone" })
}

await seed()
await db().$disconnect()

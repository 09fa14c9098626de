import { type Db, db } from "../db"
import { env } from "../env"
import { AppError } from "../errors"
import type { PendingCaller, UserCaller } from "./caller"
import type { ProviderId } from "./identity"
import { listProviders } from "./providers"

// The ways in a person has: identities at providers, and a password where the installation has them. A passkey signs in
// too, but does not count: with the device that has it, the last one would be gone.

export type ProviderWayIn = {
  id: ProviderId
  name: string
  /** Of the person, if this is a way in of theirs; its address as of the last time they came that way. */
  linked: { email: string | null; createdAt: Date } | null
}

export type WaysIn = {
  providers: ProviderWayIn[]
  /** Null where the installation has no passwords. */
  password: { changedAt: Date | null } | null
}

/** The ways in that there are, and which of them the person has. */
export async function listWaysIn({ user }: UserCaller | PendingCaller): Promise<WaysIn> {
  const [accounts, password] = await Promise.all([
    db().account.findMany({
      where: { userId: user.id },
      select: { provider: true, email: true, createdAt: true },
    }),
    env().AUTH_PASSWORDS
      ? db().password.findUnique({ where: { userId: user.id }, select: { changedAt: true } })
      : null,
  ])
  const linkedTo = (id: ProviderId) => accounts.find(({ provider }) => provider === id)
  return {
    providers: listProviders().map(({ id, name }) => {
      const account = linkedTo(id)
      return { id, name, linked: account ? { email: account.email, createdAt: account.createdAt } : null }
    }),
    password: env().AUTH_PASSWORDS ? { changedAt: password?.changedAt ?? null } : null,
  }
}

/**
 * Throws conflict where a person is left without a way in, inside the transaction that took one away and locked what
 * they prove themselves by. A provider or password that the installation does not offer any more is none.
 */
export async function requireWayIn(tx: Db, userId: string): Promise<void> {
  const offered = listProviders().map(({ id }) => id)
  const accounts = await tx.account.count({ where: { userId, provider: { in: offered } } })
  const passwords = env().AUTH_PASSWORDS ? await tx.password.count({ where: { userId } }) : 0
  if (accounts + passwords === 0)
    throw new AppError(
      "conflict",
      "This is your only way to sign in. Add another before you remove it; a passkey alone does not count.",
    )
}

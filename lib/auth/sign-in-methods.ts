import { type Db, db } from "../db"
import { env } from "../env"
import { AppError } from "../errors"
import type { PendingCaller, UserCaller } from "./caller"
import type { ProviderId } from "./identity"
import { listProviders } from "./providers"

// The sign-in methods of a person: identities at providers, and a password where the installation has them. A passkey
// signs in too, but does not count: whoever loses the device it is on would be locked out.

export type ProviderMethod = {
  id: ProviderId
  name: string
  /** The person's identity there, with its address as of their last sign-in by it; null where they have none. */
  linked: { email: string | null; createdAt: Date } | null
}

export type SignInMethods = {
  providers: ProviderMethod[]
  /** Null where the installation has no passwords. */
  password: { changedAt: Date | null } | null
}

/** The methods that the installation offers, and which of them the person has. */
export async function listSignInMethods({ user }: UserCaller | PendingCaller): Promise<SignInMethods> {
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
 * Throws conflict when the person has no sign-in method left, inside the transaction that removed one, after
 * lockCredentials. One that the installation no longer offers does not count.
 */
export async function requireSignInMethod(tx: Db, userId: string): Promise<void> {
  const offered = listProviders().map(({ id }) => id)
  const accounts = await tx.account.count({ where: { userId, provider: { in: offered } } })
  const passwords = env().AUTH_PASSWORDS ? await tx.password.count({ where: { userId } }) : 0
  if (accounts + passwords === 0)
    throw new AppError(
      "conflict",
      "This is your only way to sign in. Add another before you remove it; a passkey alone does not count.",
    )
}

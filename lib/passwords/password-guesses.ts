import { db } from "../db"
import { isAppError } from "../errors"
import type { RequestSource } from "../http/request-context"
import { addressSubject, requireWithin } from "../rate-limit/limit"

// Ten passwords in a quarter of an hour may be tried at an address, from anywhere. That alone would let whoever knows
// an address keep its owner out, so what the owner does where they are known is counted apart: in a sign-in of theirs,
// and from a network in which they have signed in before.

/** Counts one guess at the password of an address, whether anybody has it or not. Throws rate_limited. */
export async function requireGuess({ clientAddress }: RequestSource, email: string): Promise<void> {
  try {
    await requireWithin("password", email)
  } catch (error) {
    const network = addressSubject(clientAddress)
    const isRefusal = isAppError(error) && error.code === "rate_limited"
    if (!isRefusal || !clientAddress || !(await hasSignedInFrom(network, email))) throw error
    await requireWithin("password", `${email} ${network}`)
  }
}

/** The same for somebody who is signed in and proves once more who they are. */
export async function requireOwnGuess(userId: string): Promise<void> {
  await requireWithin("password", userId)
}

async function hasSignedInFrom(network: string, email: string): Promise<boolean> {
  const [answer] = await db().$queryRaw<{ known: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM sessions JOIN users ON users.id = sessions.user_id
      WHERE users.email = ${email} AND sessions.ip_address::inet <<= ${network}::inet) AS known`
  return answer?.known ?? false
}

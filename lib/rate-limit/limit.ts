import { minutes } from "../duration"
import { env } from "../env"
import { AppError, type Quota } from "../errors"
import { networkOf } from "../network/cidr"
import { consume, retryAfterSeconds } from "./rate-limit"

const policies = {
  login: () => ({ limit: env().RATE_LIMIT_LOGIN_PER_MINUTE, window: minutes(1) }),
  second_factor: () => ({ limit: 5, window: minutes(5) }),
  password: () => ({ limit: 10, window: minutes(15) }),
  account_mail: () => ({ limit: 3, window: minutes(60) }),
}

/** Counts one attempt. Throws rate_limited. */
export async function requireWithin(name: keyof typeof policies, subject: string): Promise<Quota> {
  const consumption = await consume({ name, ...policies[name]() }, subject)
  const quota = { name, consumption }
  if (consumption.allowed) return quota
  const seconds = retryAfterSeconds(consumption)
  throw new AppError("rate_limited", `Too many attempts. Try again in ${seconds} seconds.`, {
    retryAfterSeconds: seconds,
    quota,
  })
}

export function addressSubject(address: string | null): string {
  return address ? (networkOf(address) ?? address) : "unknown"
}

import { hours, minutes } from "../duration"
import { env } from "../env"

// Every limit there is, by name: the name stands in the `RateLimit` headers of the answers. A limit is how many in a
// window of that many milliseconds. Decision 017 says why each is what it is.

export const policies = {
  /** Per client address: sign-ins begun, failed callbacks, second factors tried, all in one. */
  login: () => ({ limit: env().RATE_LIMIT_LOGIN_PER_MINUTE, window: minutes(1) }),
  /** Per client address: passkeys asked for before anybody is known, as a page does when it is drawn. */
  passkey_challenge: () => ({ limit: 60, window: minutes(1) }),
  /**
   * Per person and kind of factor, whatever the address; apart in sign-ins that gave a second factor before, so that
   * guesses of who has only the first keep nobody from what they must prove.
   */
  second_factor: () => ({ limit: 5, window: minutes(5) }),
  /** Per person: factors added, recovery codes and passwords made, each of which costs hashes. */
  credential_change: () => ({ limit: 10, window: minutes(5) }),
  /** Passwords tried: per e-mail address, whether anybody has it or not; lib/passwords/password-guesses.ts says what else. */
  password: () => ({ limit: 10, window: minutes(15) }),
  /**
   * Per e-mail address and kind of link: mails that anybody can ask for. For no longer than such a link works: whoever is
   * refused because somebody else asked has one.
   */
  account_mail: () => ({ limit: 3, window: minutes(30) }),
  /** Per organization: what people do with its keys and its admins are told of by mail. The audit log has all of it. */
  key_event_mail: () => ({ limit: 60, window: hours(1) }),
  /** Per sign-in of a program. */
  refresh: () => ({ limit: 120, window: minutes(1) }),
  /** Per client address: only what failed at a token endpoint counts. */
  token_failure: () => ({ limit: 600, window: minutes(1) }),
  /** Per person or key: rows of the audit log that say what they may not do. */
  denial: () => ({ limit: 60, window: minutes(1) }),
  /** Per client address: reports of leaked credentials. */
  report: () => ({ limit: 60, window: minutes(1) }),
} satisfies Record<string, () => { limit: number; window: number }>

export type PolicyName = keyof typeof policies

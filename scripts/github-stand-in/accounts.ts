import { getPersonByAddress, type Person, seededPeople } from "../google-stand-in/people"

/** A GitHub account, in the words of GitHub's API. */
export interface Account {
  id: number
  login: string
  name: string
  /** The address shown to everybody; most people show none. */
  email: string | null
  emails: AccountEmail[]
}

interface AccountEmail {
  email: string
  primary: boolean
  verified: boolean
  visibility: "public" | "private" | null
}

const LOGIN_LENGTH_MAX = 39
const PUBLIC_ADDRESSES = ["ada@example.test"]

const accountsById = new Map<number, Account>()

/** The people of the Google stand-in, each with an account here too. */
export const seededAccounts: readonly Account[] = seededPeople.map(createAccount)

/** The account behind any address, seeded or not; null when the text is no address. */
export function getAccountByAddress(text: string): Account | null {
  const person = getPersonByAddress(text)
  return person && (accountsById.get(idOf(person)) ?? createAccount(person))
}

/** Knows the seeded accounts and every one chosen since the process started. */
export function getAccountById(id: number): Account | undefined {
  return accountsById.get(id)
}

export function primaryEmailOf({ emails }: Account): AccountEmail {
  const primary = emails.find((email) => email.primary)
  if (!primary) throw new Error("An account without a primary address")
  return primary
}

function createAccount(person: Person): Account {
  const id = idOf(person)
  const login = loginOf(person)
  const isPublic = PUBLIC_ADDRESSES.includes(person.email)
  const account: Account = {
    id,
    login,
    name: person.name,
    email: isPublic ? person.email : null,
    emails: [
      // First in the list and verified, yet no mail reaches it: only `primary` says which address to take.
      {
        email: `${id}+${login}@users.noreply.github.test`,
        primary: false,
        verified: true,
        visibility: null,
      },
      {
        email: person.email,
        primary: true,
        verified: person.email_verified,
        visibility: isPublic ? "public" : "private",
      },
    ],
  }
  accountsById.set(id, account)
  return account
}

/** The same number after every restart, on every machine, and within what a JSON number keeps exactly. */
function idOf({ sub }: Person): number {
  return Number(sub.slice(-12))
}

/** GitHub allows letters, digits and single hyphens. */
function loginOf({ email }: Person): string {
  const mailbox = email.slice(0, email.lastIndexOf("@"))
  const words = mailbox.split(/[^a-z0-9]+/).filter(Boolean)
  return words.join("-").slice(0, LOGIN_LENGTH_MAX) || "someone"
}

import { createHash } from "node:crypto"

/** A Google account, in the words of Google's ID token. */
export interface Person {
  sub: string
  email: string
  email_verified: boolean
  name: string
  given_name: string
  family_name?: string
  /** Google Workspace domain; consumer accounts have none. */
  hd?: string
}

const WORKSPACE_DOMAINS = ["byteworks.test"]
const UNVERIFIED_ADDRESSES = ["uma@example.test"]

/** The people the account chooser offers; edit the list to suit your product. */
export const seededPeople: readonly Person[] = [
  createPerson("ada@example.test", "Ada Byte"),
  createPerson("grace@example.test", "Grace Loop"),
  createPerson("wanda@byteworks.test", "Wanda Works"),
  createPerson("uma@example.test", "Uma Unverified"),
]

const peopleBySub = new Map(seededPeople.map((person) => [person.sub, person]))

/** The person behind any address, seeded or not; null when the text is no address. */
export function getPersonByAddress(text: string): Person | null {
  const email = text.trim().toLowerCase()
  if (email.length > 254 || !/^[^\s@<>"(),:;\\[\]]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(email)) return null
  const person = peopleBySub.get(subOf(email)) ?? createPerson(email, nameFromAddress(email))
  peopleBySub.set(person.sub, person)
  return person
}

/** Knows the seeded people and every address chosen since the process started. */
export function getPersonBySub(sub: string): Person | undefined {
  return peopleBySub.get(sub)
}

function createPerson(email: string, name: string): Person {
  const [givenName = name, ...rest] = name.split(" ")
  const domain = email.slice(email.lastIndexOf("@") + 1)
  return {
    sub: subOf(email),
    email,
    email_verified: !UNVERIFIED_ADDRESSES.includes(email),
    name,
    given_name: givenName,
    ...(rest.length > 0 && { family_name: rest.join(" ") }),
    ...(WORKSPACE_DOMAINS.includes(domain) && { hd: domain }),
  }
}

/** 21 digits, as Google's are: the same person after every restart, on every machine. */
function subOf(email: string): string {
  const hash = BigInt(`0x${createHash("sha256").update(email).digest("hex")}`)
  return `1${(hash % 10n ** 20n).toString().padStart(20, "0")}`
}

/** "ada.byron-king+work@…" is Ada Byron King. */
function nameFromAddress(email: string): string {
  const mailbox = email.slice(0, email.lastIndexOf("@")).replace(/\+.*/, "")
  const words = mailbox.split(/[^\p{L}\p{N}']+/u).filter(Boolean)
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ") || email
}

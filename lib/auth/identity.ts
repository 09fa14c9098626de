// Safe for the browser.

/** The providers, in the order in which pages offer them. */
export const providerIds = ["google", "github"] as const
export type ProviderId = (typeof providerIds)[number]

/** Who somebody is: (provider, subject). The rest is how to greet and reach them. */
export type Identity = {
  provider: ProviderId
  subject: string
  email: string
  name: string | null
  image: string | null
  /** When the person proved who they are to the provider, where it says so. */
  authTime: Date | null
}

const NAME_LENGTH_MAX = 100

/** A name as one short line of plain text: no control, no bidirectional override, no half characters. */
export function plainText(value: unknown): string | null {
  if (typeof value !== "string") return null
  const text = value
    .slice(0, 1000)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\uFFFD]/gu, "")
    .replace(/\s+/g, " ")
    .trim()
  return [...text].slice(0, NAME_LENGTH_MAX).join("") || null
}

/** Pictures only from where the provider keeps them: the address ends up in other people's pages. */
export function pictureUrl(value: unknown, hostSuffix: string): string | null {
  if (typeof value !== "string" || value.length > 500 || !URL.canParse(value)) return null
  const url = new URL(value)
  return url.protocol === "https:" && url.hostname.endsWith(hostSuffix) && !url.port ? url.href : null
}

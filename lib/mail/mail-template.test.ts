import { afterEach, describe, expect, test, vi } from "vitest"
import { PRODUCT_NAME } from "../product"
import { accountLinkedMail, accountUnlinkedMail, emailChangedMail } from "./account-mails"
import {
  apiKeyLeakedMail,
  apiKeyMail,
  expiryReminderMail,
  findingMail,
  unusedReminderMail,
} from "./api-key-mails"
import { factorAddedMail, factorRemovedMail } from "./factor-mails"
import { mailContent } from "./mail-template"
import {
  accountExistsMail,
  finishSignUpMail,
  nobodyMail,
  noPasswordMail,
  passwordRemovedMail,
  resetPasswordMail,
} from "./password-mails"
import { newSignInMail, reuseAlarmMail } from "./session-mails"

const at = new Date("2026-11-24T14:05:30Z")
const from = { clientAddress: "203.0.113.7", userAgent: "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0" }
const organizationName = "Acme <b>& Co</b>"
const hostile = {
  id: "01KAVQ0000000000000000000A",
  name: `<img src=x onerror=alert(1)>"'&`,
  lastFour: "ab1Z",
}

const facts = { organizationName, key: hostile, actor: "Ada <i>L.</i>", reason: "<script>", from }
const events = ["created", "rotated", "revoked", "restored", "suspended", "resumed"] as const

const mails = [
  ...events.map((event) => [event, apiKeyMail(event, facts)] as const),
  [
    "leaked",
    apiKeyLeakedMail({ ...facts, source: "GitHub", url: "https://example.test/?a=1&b=<svg onload=x>" }),
  ],
  [
    "finding",
    findingMail({
      organizationName,
      key: hostile,
      rule: "new_country",
      headline: "Used from <b>France</b> for the first time",
      details: ["12 requests from <u>FR</u>", "python-requests & curl"],
      suspended: true,
      at,
    }),
  ],
  ["expiry", expiryReminderMail({ organizationName, key: hostile, expiresAt: at, lastUsedAt: null })],
  ["unused", unusedReminderMail({ organizationName, key: hostile, createdAt: at, createdBy: "Ada <i>" })],
  ["linked account", accountLinkedMail({ provider: "GitHub", email: "<b>@example.test", at, from })],
  ["unlinked account", accountUnlinkedMail({ provider: "GitHub", at, from })],
  ["changed address", emailChangedMail({ provider: "GitHub", email: "<b>@example.test", at, from })],
  ["added factor", factorAddedMail({ name: hostile.name, kind: "passkey", at, from })],
  ["removed factor", factorRemovedMail({ name: hostile.name, kind: "totp", at, from })],
  ["sign-up", finishSignUpMail({ url: "http://localhost:3000/sign-up/confirm?token=a", from })],
  ["sign-up of a person", accountExistsMail({ from })],
  ["reset", resetPasswordMail({ url: "http://localhost:3000/reset-password?token=a", from })],
  ["reset of no password", noPasswordMail({ from })],
  ["reset of nobody", nobodyMail({ from })],
  ["removed password", passwordRemovedMail({ at, from })],
  ["sign-in", newSignInMail({ clientName: null, at, from: { ...from, userAgent: "<svg>/1" } })],
  ["reuse", reuseAlarmMail({ clientName: "Command line", at, from })],
] as const

/** What a reader of the HTML reads, a line for each element. */
function readHtml(html: string): string[] {
  const body = html.slice(html.indexOf('<td style="padding:28px'))
  return body
    .replace(/<[^>]*>/g, "\n")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== PRODUCT_NAME)
}

describe.each(mails)("the mail of %s", (_name, { subject, text, html }) => {
  test("makes no element of what people wrote", () => {
    const tags = new Set([...html.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag))
    const ours = "html head meta title style body div table tr td th p h1 a ul li".split(" ")
    expect([...tags].filter((tag) => !ours.includes(tag ?? ""))).toEqual([])
  })

  test("loads nothing, tracks nothing, and its one link is ours", () => {
    expect(html).not.toMatch(/<[^>]*\ssrc=|url\(|@import|<link/i)
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url)
    expect(links).toEqual([
      expect.stringMatching(
        /^http:\/\/localhost:3000\/(dashboard\/(api-keys\/01KAVQ|security)|sign-in|sign-up|reset-password)/,
      ),
    ])
    expect(text).toContain(links[0])
  })

  test("says the same as text and as HTML, in the same order", () => {
    const lines = text
      .split("\n")
      .map((line) => line.trim().replace(/^- /, ""))
      .filter((line) => line !== "" && line !== "--" && !/^https?:/.test(line))
      .join(" ")
      .replaceAll(": ", " ")
      .replaceAll(":", "")
    expect(lines).toBe(readHtml(html).join(" ").replaceAll(": ", " ").replaceAll(":", ""))
  })

  test("has a subject of one bounded line", () => {
    expect(subject).toMatch(/^[^\p{Cc}]{1,150}$/u)
    expect(text.startsWith(subject.replace("…", ""))).toBe(true)
  })

  test("is a whole document that knows the dark scheme", () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).toContain("@media (prefers-color-scheme:dark)")
    expect(html).not.toMatch(/undefined|null|\[object/)
    expect(text).not.toMatch(/undefined|\[object/)
  })
})

afterEach(() => {
  vi.useRealTimers()
})

test("a mail about a key says what, who, when, from where, and links to the key", () => {
  vi.setSystemTime(at)
  const { subject, text } = apiKeyMail("revoked", {
    organizationName: "Acme",
    key: { id: hostile.id, name: "Production", lastFour: "ab1Z" },
    actor: "Ada",
    reason: "replaced",
    from,
  })
  expect(subject).toBe("API key “Production” was revoked")
  for (const line of [
    "Ada revoked the API key “Production” in Acme.",
    "Key: Production (ends in ab1Z)",
    "Organization: Acme",
    "By: Ada",
    "Reason: replaced",
    "When: 24 Nov 2026, 14:05 UTC",
    "Address: 203.0.113.7",
    "Device: Firefox on Windows",
    `http://localhost:3000/dashboard/api-keys/${hostile.id}`,
  ])
    expect(text.split("\n")).toContain(line)
})

test("a mail about what no request asked for says nothing of an address", () => {
  const nobody = { actor: "Somebody", reason: null, from: null }
  const { text } = apiKeyMail("suspended", { organizationName: "Acme", key: hostile, ...nobody })
  expect(text).toContain("By: Somebody\nWhen: ")
  expect(text).not.toMatch(/Reason:|Address:|Device:/)
})

describe("a text that would be more than one line", () => {
  const parts = {
    preheader: "p",
    paragraphs: ["a\r\n.\r\nb"],
    facts: [["Name", "x\nBy: somebody else"]] as const,
    action: { label: "Look", url: "http://localhost:3000/dashboard" },
    footer: "f",
  }

  test.each(["\r\nBcc: all@example.test", "\nX: y", "\u2028z", "\u0000", "\u0085z", "\u202egnp.exe"])(
    "is one line of the subject and of the text: %j",
    (tail) => {
      const { subject, text } = mailContent({ ...parts, title: `Title${tail}` })
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u)
      expect(text.split("\n").filter((line) => /^(Bcc|X|By|\.)/.test(line))).toEqual([])
    },
  )

  test("is cut in the subject between characters, never within one", () => {
    const { subject } = mailContent({ ...parts, title: "🗝".repeat(400) })
    expect(subject).toBe(`${"🗝".repeat(149)}…`)
  })
})

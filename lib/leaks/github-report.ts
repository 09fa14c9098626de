import { createHash, type KeyObject, verify } from "node:crypto"
import { AppError } from "../errors"
import { decodeUtf8, readBytes } from "../http/body"
import { parseInput } from "../http/input"
import type { RequestSource } from "../http/request-context"
import { parseJson } from "../http/strict-json"
import { getGithubKey } from "./github-keys"
import { revokeLeakedCredentials } from "./leaked-credentials"
import { type SecretScanningMatch, secretScanningReportSchema } from "./leaks.schema"

// What GitHub's secret scanning found in public, as its partner programme sends it:
// https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program

const REPORT_BYTES_MAX = 1024 * 1024

/**
 * The matches of a report that GitHub signed. Who signs nothing, or by an unknown key, is refused before the body is
 * read, and nothing of it is parsed before its signature is right. Throws unauthenticated, unavailable,
 * payload_too_large, bad_request or invalid_input.
 */
export async function readGithubReport(request: Request): Promise<SecretScanningMatch[]> {
  const signature = base64(request.headers.get("github-public-key-signature"))
  const identifier = request.headers.get("github-public-key-identifier")
  if (!signature || !identifier) throw refused()
  const key = await getGithubKey(identifier)
  if (!key) throw refused()
  const body = await readBytes(request, REPORT_BYTES_MAX)
  if (!isSigned(body, signature, key)) throw refused()
  return parseInput(secretScanningReportSchema, parseJson(decodeUtf8(body)))
}

/** What GitHub is told of a match, spelled as it is sent. The secret itself is not sent back. */
export type MatchFeedback = {
  token_hash: string
  token_type: string
  label: "true_positive" | "false_positive"
}

/** Ends what was found, and says of each match whether it was one of ours. Throws unavailable. */
export async function revokeMatches(
  source: RequestSource,
  matches: readonly SecretScanningMatch[],
): Promise<MatchFeedback[]> {
  const found = matches.map(({ token, url }) => ({ secret: token, url: webAddress(url) }))
  const ours = await revokeLeakedCredentials(source, found, "github")
  return matches.map(({ token, type }) => ({
    token_hash: createHash("sha256").update(token).digest("hex"),
    token_type: type,
    label: ours.has(token) ? "true_positive" : "false_positive",
  }))
}

/** ECDSA with P-256 and SHA-256 over the body as it came. */
function isSigned(body: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return verify("sha256", body, { key, dsaEncoding: "der" }, signature)
}

/** Null for what no P-256 signature in base64 looks like. */
function base64(text: string | null): Uint8Array | null {
  return text && text.length <= 120 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
    ? Buffer.from(text, "base64")
    : null
}

/** The address as a mail may link to it; null for none, as where it was found in a private place. */
function webAddress(text: string | null | undefined): string | null {
  if (!text || !URL.canParse(text)) return null
  const { protocol, href } = new URL(text)
  return /^https?:$/.test(protocol) ? href : null
}

function refused(): AppError {
  return new AppError("unauthenticated", "The report is not signed by a key that GitHub publishes.")
}

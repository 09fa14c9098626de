import { ALPHABET } from "../auth/checked-token"
import { apiKeyPattern, apiKeyPrefix } from "./api-key-format"

// The published validators: whoever finds a key can tell that it is one, without asking anybody and without a package.
// They are texts, for docs/api-key-format and its readers; the tests run the first and hold both to the pattern.

export const EXAMPLE_ORGANIZATION_ID = "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"
/** A key that was never anybody's. */
export const EXAMPLE_API_KEY = `${apiKeyPrefix(EXAMPLE_ORGANIZATION_ID)}${"0".repeat(43)}0iocZG`

/** The pattern for a scanner, which looks inside longer texts. */
export const scannerPattern = `\\b${apiKeyPattern.source.replace(/^\^|\$$/g, "").replaceAll(/\((?!\?)/g, "(?:")}\\b`

export const typescriptValidator = `const pattern = /${apiKeyPattern.source}/
const digits = "${ALPHABET}"

/** The id of the organization that the key names, or null for what is not a key. */
export function organizationOf(key: string): string | null {
  const organizationId = pattern.exec(key)?.[1]
  return organizationId && key.slice(-6) === checksum(key.slice(0, -6)) ? organizationId : null
}

function checksum(text: string): string {
  let rest = crc32(text)
  let encoded = ""
  for (let place = 0; place < 6; place++) {
    encoded = digits.charAt(rest % 62) + encoded
    rest = Math.floor(rest / 62)
  }
  return encoded
}

function crc32(text: string): number {
  let crc = 0xffffffff
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
`

export const pythonValidator = `import re
import zlib

PATTERN = re.compile(r"${apiKeyPattern.source.replace(/^\^|\$$/g, "")}")
DIGITS = "${ALPHABET}"


def organization_of(key: str) -> str | None:
    """The id of the organization that the key names, or None for what is not a key."""
    match = PATTERN.fullmatch(key)
    return match.group(1) if match and key[-6:] == checksum(key[:-6]) else None


def checksum(text: str) -> str:
    rest = zlib.crc32(text.encode())
    encoded = ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        encoded = DIGITS[digit] + encoded
    return encoded
`

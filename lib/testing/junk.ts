import fc from "fast-check"

// What careless, broken and hostile clients send. Only what HTTP can carry: a header holds one line of bytes.

/** Text that something on its way has been known to stumble over. */
export const nastyTexts = [
  "",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00\ud800",
  "\u202ekey",
  "__proto__",
  "constructor",
  "../../me",
  "%00",
  "%ZZ",
  "' OR 1=1 --",
  "a".repeat(9000),
]

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme", maxLength: 100 }),
  fc.constantFrom(...nastyTexts),
)

const value = fc.anything({
  key: fc.oneof(text, fc.constantFrom("name", "scopes", "expires_at", "reason", "__proto__", "id")),
  values: [text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.date().map(toIsoText)],
  maxDepth: 3,
})

function toIsoText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "0000-00-00T00:00:00Z" : date.toISOString()
}

const malformed = fc.constantFrom(
  "",
  "{",
  '{"name":"x"',
  "\ufeff{}",
  "NaN",
  '{"name":"x","name":7}',
  '{"name":"x","__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"name":"x"}}}',
  '{"name":1e400}',
  `{"name":-${"9".repeat(5000)}}`,
  "[".repeat(30_000),
  `{"name":"x","scopes":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
  `${'{"a":'.repeat(9000)}1${"}".repeat(9000)}`,
  `{"name":"${"a".repeat(70_000)}"}`,
)

/** A body: the good one with fields replaced, as JSON and as a form, any JSON, or nothing of the kind. */
export function junkBody(good: object): fc.Arbitrary<string | Uint8Array<ArrayBuffer>> {
  const replacements = fc.dictionary(fc.constantFrom(...Object.keys(good), "x"), value)
  return fc.oneof(
    { weight: 4, arbitrary: replacements.map((junk) => JSON.stringify({ ...good, ...junk })) },
    { weight: 2, arbitrary: replacements.map((junk) => toForm({ ...good, ...junk })) },
    { weight: 1, arbitrary: value.map((any) => JSON.stringify(any) ?? "") },
    { weight: 1, arbitrary: malformed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)) },
  )
}

function toForm(fields: object): string {
  return new URLSearchParams(
    Object.entries(fields).map(([name, any]) => [name, typeof any === "string" ? any : JSON.stringify(any)]),
  ).toString()
}

const headerValue = fc.oneof(
  text.map((any) => any.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "")),
  fc.constantFrom(
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/html",
    "gzip",
    "null",
    "same-origin",
    "cross-site",
    "Bearer x",
    "1e9",
    "-1",
  ),
)

const headerName = fc.constantFrom(
  "accept",
  "authorization",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "idempotency-key",
  "origin",
  "sec-fetch-site",
  "user-agent",
  "x-api-key",
  "x-forwarded-for",
  "x-http-method-override",
  "x-request-id",
)

export const junkHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  fc.constant({}),
  fc.dictionary(headerName, headerValue, { maxKeys: 3, noNullPrototype: true }),
)

/** A query: parameters by those names or any, or no parameters at all. */
export function junkQuery(names: string[]): fc.Arbitrary<string> {
  const name = names.length === 0 ? text : fc.oneof(fc.constantFrom(...names), text)
  const parameter = fc.tuple(name, fc.oneof(text, fc.nat().map(String)))
  return fc.oneof(
    fc.constant(""),
    text.map((any) => `?${any}`),
    fc.array(parameter, { maxLength: 3 }).map((pairs) => `?${new URLSearchParams(pairs)}`),
  )
}

/** A piece of a path: one of those that exist, or anything. */
export function junkPart(existing: string[]): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...existing), fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/), text)
}

import { z } from "zod"
import { days, hours, minutes } from "./duration"
import { id } from "./input"
import { PRODUCT_NAME } from "./product"

// The one reader of process.env. Parsed at first use and at start (server.ts, instrumentation.ts), never at
// import, so that a build needs no secrets. Production (`npm start`) is strict; `npm run dev` and
// `npm run preview` run on loopback with the local stand-in and loosen the bounds, not the types.

export type Env = z.infer<ReturnType<typeof envSchema>>

type Source = Record<string, string | undefined>

let current: Env | undefined

/** The validated environment. Throws EnvError naming every fault at once. */
export function env(): Env {
  current ??= parseEnv(process.env)
  return current
}

export class EnvError extends Error {
  readonly faults: string[]

  constructor(faults: string[]) {
    super(
      ["The environment has faults; see .env.example.", ...faults.map((fault) => `  - ${fault}`)].join("\n"),
    )
    this.name = "EnvError"
    this.faults = faults
  }
}

/** Validates a set of variables. Empty strings count as unset. Throws EnvError naming every fault at once. */
export function parseEnv(variables: Source): Env {
  const source = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""))
  const result = envSchema(source).safeParse(source)
  if (result.success) return result.data
  throw new EnvError(result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`))
}

// Rules that compare two variables read the other one from `source`: zod skips a whole-object refinement
// while any field is at fault, and then the list would not be complete.
function envSchema(source: Source) {
  const strict = source.NODE_ENV === "production" && source.LATCHKEY_PREVIEW !== "1"
  const port = source.PORT ?? "3000"
  const sessionMax = Number(source.SESSION_MAX_SECONDS ?? days(30) / 1000)
  // In development both are left out together, and the local stand-in's client is meant.
  const standIn = !strict && source.AUTH_GOOGLE_ID === undefined && source.AUTH_GOOGLE_SECRET === undefined

  return z.object({
    NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
    LATCHKEY_PREVIEW: flag(),
    HOST: z.string().default(strict ? "0.0.0.0" : "127.0.0.1"),
    PORT: integer(0, 65535).default(3000),
    APP_URL: (strict
      ? z.string("is required: the public origin, such as https://app.example.com")
      : z.string().default(`http://localhost:${port}`)
    )
      .refine(isOrigin, "must be an origin without path or trailing slash, such as https://app.example.com")
      .refine(isHttpsOrLoopback, "must be https unless its host is loopback"),

    DATABASE_URL: z
      .string("is required: a Postgres URL")
      .refine(isPostgresUrl, "must be a URL such as postgresql://user:password@host:5432/database"),

    REDIS_URL: z
      .string()
      .refine(isRedisUrl, "must be a URL such as redis://user:password@host:6379")
      .optional(),

    AUTH_SECRET: secret("is required: run `openssl rand -base64 33`"),
    AUTH_SECRET_PREVIOUS: secret("")
      .refine((value) => value !== source.AUTH_SECRET, "must differ from AUTH_SECRET")
      .optional(),
    KEY_ENCRYPTION_KEY: encryptionKey("is required: run `openssl rand -base64 32`"),
    KEY_ENCRYPTION_KEY_PREVIOUS: encryptionKey("")
      .refine((value) => value !== source.KEY_ENCRYPTION_KEY, "must differ from KEY_ENCRYPTION_KEY")
      .optional(),

    AUTH_GOOGLE_ID: standIn
      ? z.string().default(STAND_IN_ID)
      : z
          .string("is required: the client id of your Google OAuth client")
          .refine(
            (value) => value !== STAND_IN_ID || source.ALLOW_TEST_ISSUER === "1",
            "is the local stand-in's",
          ),
    AUTH_GOOGLE_SECRET: standIn
      ? z.string().default("latchkey-local-secret")
      : z.string("is required: the client secret of your Google OAuth client"),
    AUTH_GOOGLE_ISSUER: z
      .string()
      .default(GOOGLE_ISSUER)
      .refine(isHttpsOrLoopback, "must be https unless its host is loopback")
      .refine(
        (value) => value === GOOGLE_ISSUER || source.ALLOW_TEST_ISSUER === "1",
        "is not Google's; a test issuer needs ALLOW_TEST_ISSUER=1",
      ),
    AUTH_GITHUB_ID: companion(source, "AUTH_GITHUB_SECRET"),
    AUTH_GITHUB_SECRET: companion(source, "AUTH_GITHUB_ID"),
    AUTH_GITHUB_URL: z
      .string()
      .default("https://github.com")
      .refine(
        isOrigin,
        "must be an origin without path or trailing slash, such as https://github.example.com",
      )
      .refine(isHttpsOrLoopback, "must be https unless its host is loopback")
      .refine(
        (value) => value.startsWith("https:") || source.ALLOW_TEST_ISSUER === "1",
        "without https needs ALLOW_TEST_ISSUER=1",
      ),
    ALLOW_TEST_ISSUER: flag(),

    AUTH_PASSWORDS: flag().refine(
      (isOn) => !isOn || !strict || source.SMTP_URL !== undefined,
      "needs SMTP_URL: an address is verified, and a password replaced, by mail",
    ),

    TRUSTED_PROXY_HOPS: integer(0, 10).default(0),
    ACCESS_TOKEN_TTL_SECONDS: lifetime(strict, minutes(5), hours(1)).default(hours(1) / 1000),
    REFRESH_TOKEN_TTL_SECONDS: lifetime(strict, hours(1), days(90)).default(days(30) / 1000),
    REFRESH_GRACE_SECONDS: strict ? integer(0, 60).default(10) : integer(0, 3600).default(10),
    SESSION_IDLE_SECONDS: lifetime(strict, minutes(5), days(30))
      .default(Math.min(days(7) / 1000, sessionMax))
      .refine((value) => value <= sessionMax, "must not be longer than SESSION_MAX_SECONDS"),
    SESSION_MAX_SECONDS: lifetime(strict, hours(1), days(90)).default(days(30) / 1000),

    STEP_UP_SECONDS: lifetime(strict, minutes(1), hours(1)).default(minutes(10) / 1000),
    FACTOR_RESET_DELAY_SECONDS: lifetime(strict, hours(24), days(30)).default(days(3) / 1000),

    RATE_LIMIT_LOGIN_PER_MINUTE: strict
      ? integer(1, 1000).default(5)
      : integer(1, Number.MAX_SAFE_INTEGER).default(5),
    RATE_LIMIT_DEFAULT_PER_MINUTE: strict
      ? integer(1, RATE_LIMIT_MAX).default(600)
      : integer(1, Number.MAX_SAFE_INTEGER).default(600),
    USAGE_RETENTION_DAYS: integer(1, 400).default(90),
    OPERATOR_ORGANIZATION_ID: id().optional(),
    GITHUB_SECRET_SCANNING_KEYS_URL: z
      .string()
      .default("https://api.github.com/meta/public_keys/secret_scanning")
      .refine(isHttpsOrLoopback, "must be https unless its host is loopback")
      .refine(
        (value) => value.startsWith("https:") || source.ALLOW_TEST_ISSUER === "1",
        "without https needs ALLOW_TEST_ISSUER=1",
      ),

    SECURITY_CONTACT: z
      .string()
      .regex(
        /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/,
        "must be mailto: or https:, such as mailto:security@example.com",
      )
      .optional(),

    METRICS_TOKEN: z
      .string()
      .min(16, "must have at least 16 characters")
      .regex(/^[\w~+/.=-]+$/, "must be of letters, digits and _~+/.=- only")
      .optional(),

    SMTP_URL: z
      .string()
      .refine(isSmtpUrl, "must be a URL such as smtps://user:password@host:465")
      .refine(() => source.MAIL_FROM !== undefined, "goes together with MAIL_FROM")
      .optional(),
    MAIL_FROM: z
      .string()
      .regex(
        /^([^<>@"\r\n]+ )?<?[^\s<>@"]+@[^\s<>@"]+>?$/,
        `must be an address such as ${PRODUCT_NAME} <no-reply@example.com>`,
      )
      .default(`${PRODUCT_NAME} <no-reply@localhost>`),

    LOG_LEVEL: z
      .enum(["debug", "info", "warn", "error", "silent"], "must be debug, info, warn, error or silent")
      .default(strict ? "info" : "warn"),
    SHUTDOWN_DELAY_SECONDS: integer(0, 60).default(strict ? 5 : 0),
  })
}

/** The highest limit per minute that may be configured, for a key or for all. */
const RATE_LIMIT_MAX = 100_000
const STAND_IN_ID = "latchkey-local"
export const GOOGLE_ISSUER = "https://accounts.google.com"

function flag() {
  return z
    .enum(["0", "1"], "must be 1 or 0")
    .default("0")
    .transform((value) => value === "1")
}

/** Set only together with the other. It is the one that is there which says so: zod skips what is absent. */
function companion(source: Source, other: string) {
  return z
    .string()
    .refine(() => source[other] !== undefined, `goes together with ${other}`)
    .optional()
}

function integer(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .pipe(z.number().min(least, message).max(most, message))
}

/** A number of seconds, held between two durations (milliseconds) in production. */
function lifetime(strict: boolean, least: number, most: number) {
  return strict ? integer(least / 1000, most / 1000) : integer(1, Number.MAX_SAFE_INTEGER)
}

function secret(missing: string) {
  return z
    .string(missing)
    .min(32, "must have at least 32 characters")
    .refine((value) => new Set(value).size >= 12 && !isSequence(value), "is too regular to be random")
}

function encryptionKey(missing: string) {
  const bytes = (value: string) => Buffer.from(value, "base64")
  return z
    .string(missing)
    .refine((value) => isBase64(value) && bytes(value).length === 32, "must be 32 bytes in base64")
    .refine((value) => new Set(bytes(value)).size >= 16, "is too regular to be random")
}

/** True for abcdef… and 123456…: at least half of the characters follow the one before them. */
function isSequence(value: string): boolean {
  const codes = [...value].map((character) => character.charCodeAt(0))
  const steps = codes.filter((code, index) => code === (codes[index - 1] ?? 0) + 1)
  return steps.length * 2 >= codes.length
}

function isPostgresUrl(value: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) return false
  const { hostname, pathname } = new URL(value)
  return hostname !== "" && pathname.length > 1
}

function isRedisUrl(value: string): boolean {
  return /^rediss?:\/\//.test(value) && URL.canParse(value) && new URL(value).hostname !== ""
}

function isSmtpUrl(value: string): boolean {
  return /^smtps?:\/\//.test(value) && URL.canParse(value) && new URL(value).hostname !== ""
}

function isBase64(value: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value)
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value
}

/** True for an address over which a secret may travel: https, or on this machine. */
export function isHttpsOrLoopback(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname))
}

/** True for the host names by which a machine reaches only itself. */
export function isLoopbackHost(hostname: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
}

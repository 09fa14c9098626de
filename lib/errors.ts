import type { Consumption } from "./rate-limit/sliding-window"

// The error model. A code is API: never renamed, tested by clients. Verbs throw AppError with a message for
// people outside; `cause` is for the log. Everything else that is thrown leaves as `internal`, without its text.

export const errorTable = {
  bad_request: {
    status: 400,
    title: "The request cannot be read",
    remedy: "Correct the request as the detail says.",
  },
  invalid_input: {
    status: 400,
    title: "Some fields are not acceptable",
    remedy: "`errors` lists each field and what is wrong with it.",
  },
  ambiguous_credentials: {
    status: 400,
    title: "More than one credential",
    remedy: "Send either `Authorization: Bearer` or `X-API-Key`, once.",
  },
  unauthenticated: {
    status: 401,
    title: "No valid credential",
    remedy: "Sign in, or send an access token or API key that is in force.",
  },
  insufficient_user_authentication: {
    status: 401,
    title: "A fresher or stronger proof of who you are is needed",
    remedy:
      "Give a second factor at `POST /api/v1/auth/step-up`, or sign in again with the `max_age` of the challenge (RFC 9470).",
  },
  step_up_required: {
    status: 403,
    title: "Confirm that it is you",
    remedy: "Give a second factor at `POST /api/v1/auth/step-up`, or sign in again, then repeat the request.",
  },
  second_factor_required: {
    status: 403,
    title: "A second factor is needed",
    remedy: "Open the app in a browser and give your second factor, or add one if you have none yet.",
  },
  second_factor_refused: {
    status: 400,
    title: "The second factor is wrong",
    remedy: "Use the latest code from your app, a passkey, or an unused recovery code.",
  },
  password_refused: {
    status: 400,
    title: "The password is wrong",
    remedy: "Check the e-mail address and the password, or reset it by e-mail.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    remedy: "Ask an owner or admin of the organization, or use a key with the needed scope.",
  },
  origin_not_allowed: {
    status: 403,
    title: "Request from another site",
    remedy:
      "Calls with the session cookie work only from the app's own pages. Programs use an access token or API key.",
  },
  not_found: {
    status: 404,
    title: "Nothing here",
    remedy: "Check the id and the path. What belongs to another organization is not there for you.",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not supported here",
    remedy: "The `Allow` header lists the methods.",
  },
  address_not_allowed: {
    status: 403,
    title: "Not allowed from this address",
    remedy: "Call from an address that the API key allows, or ask an owner or admin to allow this one.",
  },
  conflict: {
    status: 409,
    title: "Not possible in this state",
    remedy: "Look at the object again: it is in a state that rules this out, as the detail says.",
  },
  limit_reached: {
    status: 409,
    title: "There are as many as there may be",
    remedy: "Remove one that nobody needs, then try again.",
  },
  idempotency_key_in_use: {
    status: 409,
    title: "The same request is still under way",
    remedy: "Wait for its answer, or send it again shortly with the same `Idempotency-Key`.",
  },
  idempotency_key_reused: {
    status: 422,
    title: "This Idempotency-Key belongs to another request",
    remedy: "Use a new `Idempotency-Key` for each new request.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    remedy: "Wait for the seconds in `Retry-After`. `RateLimit` says how many requests are left.",
  },
  request_timeout: { status: 408, title: "The body came too slowly", remedy: "Send the request again." },
  payload_too_large: { status: 413, title: "The body is too large", remedy: "Bodies are at most 64 kB." },
  unsupported_media_type: {
    status: 415,
    title: "Body of the wrong type",
    remedy: "Send JSON with `Content-Type: application/json`, not compressed.",
  },
  headers_too_large: {
    status: 431,
    title: "The headers are too large",
    remedy: "The address and the headers are at most 16 kB together.",
  },
  cookies_too_large: {
    status: 431,
    title: "The cookies are too large",
    remedy:
      "Load the page again: the browser was told to forget this site's cookies. Sign in again if you were.",
  },
  internal: {
    status: 500,
    title: "Something went wrong",
    remedy: "It is our fault. Try again; when it stays, report the request id.",
  },
  unavailable: {
    status: 503,
    title: "Temporarily unavailable",
    remedy: "Try again after the seconds in `Retry-After`. Nothing was lost, nobody was signed out.",
  },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>

export type ErrorCode = keyof typeof errorTable

/** What `Retry-After` says when a dependency is down. */
export const RETRY_AFTER_SECONDS = 5

/** One faulty field: `path` in the spelling of the caller (`expires_at`), `message` says what to do. */
export type InputFault = { path: string; message: string }

type AppErrorOptions = {
  cause?: unknown
  /** With `invalid_input`. */
  faults?: InputFault[]
  /** With `method_not_allowed`: the methods there are. */
  allow?: string[]
  /** With `forbidden`, when a scope would have allowed it (RFC 6750 section 3.1). */
  scope?: string
  /** With `rate_limited`: when a retry will succeed. */
  retryAfterSeconds?: number
  /** With `rate_limited`: which quota is used up, for the headers of the answer. */
  quota?: Quota
  /** With `insufficient_user_authentication`: how old the proof may be (RFC 9470 section 3). */
  maxAgeSeconds?: number
}

/** A named limit and how much of it is left. */
export type Quota = { name: string; consumption: Consumption }

export class AppError extends Error {
  readonly code: ErrorCode
  readonly faults: InputFault[] | undefined
  readonly allow: string[] | undefined
  readonly scope: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly quota: Quota | undefined
  readonly maxAgeSeconds: number | undefined
  /** What Next hands to error.tsx in place of the message. */
  readonly digest: string

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = "AppError"
    this.code = code
    this.faults = options.faults
    this.allow = options.allow
    this.scope = options.scope
    this.retryAfterSeconds = options.retryAfterSeconds
    this.quota = options.quota
    this.maxAgeSeconds = options.maxAgeSeconds
    this.digest = code
  }

  get status(): number {
    return errorTable[this.code].status
  }
}

/** Two copies of this class can exist in one process (the listener's and Next's), so the name decides. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError"
}

/** The one answer for "missing" and "not yours", byte for byte. */
export function notFound(): AppError {
  return new AppError("not_found", "There is no such object.")
}

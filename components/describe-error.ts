export type ErrorDescription = {
  kind: "unavailable" | "unexpected"
  title: string
  text: string
  /** What to name when reporting it; it stands as `digest` in the log. */
  errorId: string | undefined
}

/** Words for an error that reached a boundary. Only its digest is read: a code of ours, or Next's own number. */
export function describeError(error: unknown): ErrorDescription {
  const digest = digestOf(error)
  if (digest === "unavailable") {
    return {
      kind: "unavailable",
      title: "We cannot reach our database right now",
      text: "You are still signed in. Nothing was lost. Please try again in a moment.",
      errorId: undefined,
    }
  }
  return {
    kind: "unexpected",
    title: "Something went wrong",
    text: "The fault is on our side. Try again; if it stays, report it with the id below.",
    errorId: /^\d+$/.test(digest) ? digest : undefined,
  }
}

function digestOf(error: unknown): string {
  const digest = error instanceof Error && "digest" in error ? error.digest : undefined
  return typeof digest === "string" ? digest : ""
}

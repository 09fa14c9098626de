import type { NewApiKey } from "../api-keys/api-keys"
import { json } from "./json"

export const STORE_NOW = "Store this key now: it is shown once and cannot be read again."
const SHOWN_BEFORE =
  "This request was answered before, and its key was shown then. Where that answer was lost, rotate the key."

/** 201 with a new secret; to a request that is repeated, 201 without it. */
export function newSecret({ key, secret }: NewApiKey): Response {
  const headers = new Headers({ "cache-control": "no-store" })
  if (secret === null) headers.set("idempotent-replayed", "true")
  return json(
    { apiKey: secret, warning: secret === null ? SHOWN_BEFORE : STORE_NOW, key },
    { status: 201, headers },
  )
}

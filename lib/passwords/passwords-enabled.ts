import { env } from "../env"
import { notFound } from "../errors"

/** Throws not_found where the installation has no passwords (AUTH_PASSWORDS), as if this were not there. */
export function requirePasswordsEnabled(): void {
  if (!env().AUTH_PASSWORDS) throw notFound()
}

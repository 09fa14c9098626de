import { timingSafeEqual } from "node:crypto"
import { hashToken } from "../auth/opaque-token"
import { env } from "../env"
import { notFound } from "../errors"
import { currentRequestContext, requestSource } from "../http/request-context"
import { isWithin } from "../network/cidr"

const LOOPBACK = ["127.0.0.0/8", "::1/128"]

/** Lets through who calls from this machine itself, or holds METRICS_TOKEN. To anybody else there is nothing: throws not_found. */
export function requireMetricsReader(headers: Headers): void {
  if (!isLocal(headers) && !holdsToken(headers)) throw notFound()
}

/** Behind a proxy on this machine that nobody told us of, everybody seems to be local: nobody is, then. */
function isLocal(headers: Headers): boolean {
  const { clientAddress } = requestSource(headers)
  const isRelayed = env().TRUSTED_PROXY_HOPS === 0 && currentRequestContext()?.relayed === true
  return clientAddress !== null && !isRelayed && isWithin(clientAddress, LOOPBACK)
}

function holdsToken(headers: Headers): boolean {
  const { METRICS_TOKEN } = env()
  const [, presented] = /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? []
  if (!METRICS_TOKEN || !presented) return false
  return timingSafeEqual(hashToken(presented), hashToken(METRICS_TOKEN))
}

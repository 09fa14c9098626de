import { createPublicKey, type KeyObject } from "node:crypto"
import { z } from "zod"
import { boundedFetch } from "../bounded-fetch"
import { hours, minutes, seconds } from "../duration"
import { env } from "../env"
import { AppError, RETRY_AFTER_SECONDS } from "../errors"

// The public keys by which GitHub signs what its secret scanning found. They are fetched when a report comes and kept
// for an hour. Anybody can name a key that does not exist, so looking again for an unknown one is held back: GitHub
// answers 60 such requests an hour, and the true reports need some of them. One route alone asks, so this module has
// one copy.

const KEPT = hours(1)
const LOOKED_AGAIN_AFTER = minutes(2)
const TRIED_AGAIN_AFTER = seconds(RETRY_AFTER_SECONDS)
const BOUNDS = { waitMax: seconds(3), bytesMax: 256 * 1024 }

const publishedKeysSchema = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string(), key: z.string() })),
})

type Keys = ReadonlyMap<string, KeyObject>

const cache: {
  keys: Keys
  fetchedAt: number
  failedAt: number
  fetching: Promise<Keys> | null
} = {
  keys: new Map(),
  fetchedAt: Number.NEGATIVE_INFINITY,
  failedAt: Number.NEGATIVE_INFINITY,
  fetching: null,
}

/** GitHub's key with that identifier, or null where it has none. Throws unavailable when its keys cannot be fetched. */
export async function getGithubKey(identifier: string): Promise<KeyObject | null> {
  const age = Date.now() - cache.fetchedAt
  const known = age < KEPT ? cache.keys.get(identifier) : undefined
  if (known) return known
  if (age < LOOKED_AGAIN_AFTER) return null
  if (Date.now() - cache.failedAt < TRIED_AGAIN_AFTER) throw unavailable()
  cache.fetching ??= fetchKeys().finally(() => {
    cache.fetching = null
  })
  return (await cache.fetching).get(identifier) ?? null
}

async function fetchKeys(): Promise<Keys> {
  try {
    const headers = { accept: "application/json", "user-agent": "latchkey" }
    const response = await boundedFetch(env().GITHUB_SECRET_SCANNING_KEYS_URL, { headers }, BOUNDS)
    if (response.status !== 200) throw new Error(`status ${response.status}`)
    const { public_keys } = publishedKeysSchema.parse(await response.json())
    cache.keys = new Map(
      public_keys.flatMap(({ key_identifier, key }) => {
        const usable = readKey(key)
        return usable ? [[key_identifier, usable] as const] : []
      }),
    )
    cache.fetchedAt = Date.now()
    return cache.keys
  } catch (cause) {
    cache.failedAt = Date.now()
    throw unavailable(cause)
  }
}

/** Of any other kind than ECDSA on P-256, the key is not one that this scheme can mean. */
function readKey(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem)
    const isP256 = key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1"
    return isP256 ? key : null
  } catch {
    return null
  }
}

function unavailable(cause?: unknown): AppError {
  return new AppError("unavailable", "GitHub's keys cannot be fetched now. Send the report again shortly.", {
    cause,
  })
}

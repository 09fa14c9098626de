import { listPublicJwks } from "@/lib/auth/key-ring"
import { JWKS_MAX_AGE_SECONDS } from "@/lib/auth/signing-keys"
import { publicJson } from "@/lib/http/public-json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ caller: "anyone" }, async () =>
    publicJson({ keys: await listPublicJwks() }, JWKS_MAX_AGE_SECONDS),
  ),
})

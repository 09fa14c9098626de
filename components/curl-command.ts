import { PRODUCT_NAME } from "@/lib/product"

/** Where an example has its key from: "$ACME_API_KEY" for a product called Acme. */
const KEY_VARIABLE = `$${PRODUCT_NAME.toUpperCase().replace(/\W+/g, "_")}_API_KEY`

/** A first call that cannot do harm: it asks who is calling. */
export function curlCommand(appUrl: string, apiKey = KEY_VARIABLE): string {
  return `curl ${appUrl}/api/v1/me \\\n  -H "Authorization: Bearer ${apiKey}"`
}

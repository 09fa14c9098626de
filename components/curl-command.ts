/** A first call that cannot do harm: it asks who is calling. */
export function curlCommand(appUrl: string, apiKey: string): string {
  return `curl ${appUrl}/api/v1/me \\\n  -H "Authorization: Bearer ${apiKey}"`
}

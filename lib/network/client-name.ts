/**
 * What a program calls itself, without its version: "python-requests" of "python-requests/2.32.3". Null where it
 * says nothing. Anybody can write anything there, so it is told, never trusted.
 */
export function clientNameOf(userAgent: string | null): string | null {
  const product = /^[^\s/(;,]{1,64}/.exec(userAgent?.trim() ?? "")?.[0]
  if (!product) return null
  return product === "Mozilla" ? "Browser" : product
}

/** The token in the address of a mailed link; empty, which is never good, where there is none. */
export function tokenFrom({ token }: Record<string, string | string[] | undefined>): string {
  return typeof token === "string" ? token : ""
}

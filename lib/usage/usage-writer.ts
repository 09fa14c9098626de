import { isDataFault } from "../database-errors"
import { db } from "../db"
import { log } from "../log"
import { networkOf } from "../network/cidr"
import { clientNameOf } from "../network/client-name"
import { countryOf } from "../network/country"
import { createMissingUsagePartitions } from "./partitions"
import type { ApiKeyUse } from "./usage-log"

/**
 * Of each key and kind; what is known then is counted on, and nothing new is added. A batch that has something new of a
 * key counts what is there, no other does and no request, so a batch or two may go beyond.
 */
export const SIGHTINGS_KEPT_MAX = 5000

/**
 * Writes uses of keys, what is counted of them, what the keys were seen with and when they were last used, in one
 * statement: all of it or nothing. A use that is written already, because the answer to a first try was lost, counts
 * no second time, unless it is one that leaves no line. Throws unavailable.
 */
export async function writeApiKeyUses(uses: readonly ApiKeyUse[]): Promise<void> {
  const batch = JSON.stringify(uses.map(rowOf))
  await db().$executeRaw`
    WITH batch AS (
      SELECT * FROM jsonb_to_recordset(${batch}::jsonb) AS use(
        id uuid, time timestamptz, organization_id text, api_key_id text, previous_secret_id text,
        outcome api_key_outcome, status smallint, method text, route text, latency_ms int, ip_address text,
        network text, country text, client text, scopes text[], user_agent text, request_id text,
        is_only_counted boolean)
    ), written AS (
      INSERT INTO api_key_requests (id, time, organization_id, api_key_id, outcome, status, method, route, latency_ms,
        ip_address, country, user_agent, request_id)
      SELECT id, time, organization_id, api_key_id, outcome, status, method, route, latency_ms, ip_address, country,
        user_agent, request_id FROM batch WHERE NOT is_only_counted
      ON CONFLICT DO NOTHING RETURNING id
    ), fresh AS (
      SELECT batch.* FROM batch LEFT JOIN written USING (id) WHERE is_only_counted OR written.id IS NOT NULL
    ), counted AS (
      INSERT INTO api_key_usage AS usage (organization_id, api_key_id, resolution, start, outcome, status, method,
        route, requests, latency_ms_sum)
      SELECT organization_id, api_key_id, resolution, date_trunc(resolution::text, time, 'UTC'), outcome, status,
        method, route, count(*), sum(latency_ms)
      FROM fresh CROSS JOIN unnest(enum_range(NULL::usage_resolution)) AS resolution
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 2, 3, 4, 8, 7, 6, 5
      ON CONFLICT (api_key_id, resolution, start, route, method, status, outcome) DO UPDATE SET
        requests = usage.requests + excluded.requests,
        latency_ms_sum = usage.latency_ms_sum + excluded.latency_ms_sum
    ), accepted AS (
      SELECT * FROM fresh WHERE outcome = 'VALID'
    ), thing AS (
      SELECT organization_id, api_key_id, kind::sighting_kind AS kind, value, min(time) AS first, max(time) AS last,
        count(*) AS requests
      FROM accepted CROSS JOIN LATERAL (
        VALUES ('network', network), ('country', country), ('client', client)
        UNION ALL SELECT 'scope', scope FROM unnest(scopes) AS scope
      ) AS thing(kind, value)
      WHERE value IS NOT NULL
      GROUP BY 1, 2, 3, 4
    ), looked_up AS (
      SELECT thing.*, (
        SELECT true FROM api_key_sightings sighting
        WHERE sighting.api_key_id = thing.api_key_id AND sighting.kind = thing.kind AND sighting.value = thing.value
      ) AS is_known
      FROM thing
    ), full_kind AS (
      SELECT api_key_id, kind FROM looked_up WHERE is_known IS NULL GROUP BY 1, 2
      HAVING (
        SELECT count(*) FROM (
          SELECT FROM api_key_sightings sighting
          WHERE sighting.api_key_id = looked_up.api_key_id AND sighting.kind = looked_up.kind
          LIMIT ${SIGHTINGS_KEPT_MAX}
        ) kept
      ) = ${SIGHTINGS_KEPT_MAX}
    ), seen AS (
      INSERT INTO api_key_sightings AS sighting (organization_id, api_key_id, kind, value, first_seen_at, last_seen_at,
        requests)
      SELECT organization_id, api_key_id, kind, value, first, last, requests
      FROM looked_up
      WHERE is_known OR (api_key_id, kind) NOT IN (SELECT api_key_id, kind FROM full_kind)
      ORDER BY 2, 3, 4
      ON CONFLICT (api_key_id, kind, value) DO UPDATE SET
        first_seen_at = least(sighting.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(sighting.last_seen_at, excluded.last_seen_at),
        requests = sighting.requests + excluded.requests
    ), used AS (
      UPDATE api_keys key SET last_used_at = latest.time, last_used_ip = latest.ip_address
      FROM (
        SELECT DISTINCT ON (api_key_id) api_key_id, time, ip_address FROM accepted ORDER BY api_key_id, time DESC
      ) latest
      WHERE key.id = latest.api_key_id
        AND (key.last_used_at IS NULL OR key.last_used_at < latest.time - interval '20 seconds')
    )
    UPDATE previous_api_key_secrets secret SET last_used_at = latest.time
    FROM (
      SELECT previous_secret_id, max(time) AS time FROM fresh WHERE previous_secret_id IS NOT NULL GROUP BY 1
    ) latest
    WHERE secret.id = latest.previous_secret_id
      AND (secret.last_used_at IS NULL OR secret.last_used_at < latest.time - interval '20 seconds')`
}

/**
 * The same as writeApiKeyUses, for a batch that the database does not take as it is: makes the days that are missing,
 * and finds what cannot be written by halving. Answers how many uses those are, so that they hold up no others. Throws
 * what is not the batch's own fault.
 */
export async function writeWhatCanBeWritten(uses: readonly ApiKeyUse[]): Promise<number> {
  try {
    await writeApiKeyUses(uses)
    return 0
  } catch (error) {
    if (!isDataFault(error)) throw error
    if (await createMissingUsagePartitions(uses.map(({ time }) => time))) return writeWhatCanBeWritten(uses)
    if (uses.length > 1) {
      const half = Math.ceil(uses.length / 2)
      return (
        (await writeWhatCanBeWritten(uses.slice(0, half))) + (await writeWhatCanBeWritten(uses.slice(half)))
      )
    }
    log.error({ err: error, requestId: uses[0]?.requestId }, "a use of a key cannot be written")
    return 1
  }
}

function rowOf({ ipAddress, userAgent, ...use }: ApiKeyUse) {
  return {
    id: use.id,
    time: use.time,
    organization_id: use.organizationId,
    api_key_id: use.apiKeyId,
    previous_secret_id: use.previousSecretId,
    outcome: use.outcome,
    status: use.status,
    method: use.method,
    route: use.route,
    latency_ms: use.latencyMs,
    ip_address: ipAddress,
    network: ipAddress && networkOf(ipAddress),
    country: ipAddress && countryOf(ipAddress),
    client: clientNameOf(userAgent),
    scopes: use.scopes,
    user_agent: userAgent,
    request_id: use.requestId,
    is_only_counted: use.isOnlyCounted ?? false,
  }
}

import type { Client } from "pg"

// The rows of the scale figures, invented by Postgres itself. Organization 1 has 50 keys, one of which made most of
// the requests; organization 2 has a tenth of all keys, which only history can leave behind, because few may be alive
// at once; the others have 50 keys each. The same shape at every size, so that only the size differs.

export type Scale = { keys: number; requests: number; refreshTokens: number }

export const busyOrganization = ulid("ORG", 1)
export const crowdedOrganization = ulid("ORG", 2)
export const busyKey = ulid("KEY", 1)

const KEYS_OF_AN_ORGANIZATION = 50
const TOKENS_OF_A_SESSION = 10
const DAYS = 30

function ulid(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(23, "0")}`.replaceAll("O", "0")
}

const sqlId = (prefix: string, number: string) =>
  `'${prefix.replaceAll("O", "0")}' || lpad((${number})::text, 23, '0')`

/** Fills an empty, migrated database, oldest day first, and leaves it as autovacuum would. */
export async function loadScale(client: Client, scale: Scale): Promise<void> {
  await client.query(
    "SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'",
  )
  await loadKeys(client, scale)
  await loadRefreshTokens(client, scale)
  await loadRequests(client, scale)
  await countRequests(client)
  await loadSightings(client)
  await loadMails(client, scale)
  await client.query("VACUUM ANALYZE")
}

async function loadKeys(client: Client, { keys }: Scale): Promise<void> {
  const crowded = Math.floor(keys / 10)
  const organizationOf = `CASE WHEN n <= ${KEYS_OF_AN_ORGANIZATION} THEN 1
    WHEN n <= ${KEYS_OF_AN_ORGANIZATION + crowded} THEN 2
    ELSE 3 + (n - ${KEYS_OF_AN_ORGANIZATION + crowded + 1}) / ${KEYS_OF_AN_ORGANIZATION} END`
  const organizations = 2 + Math.ceil((keys - KEYS_OF_AN_ORGANIZATION - crowded) / KEYS_OF_AN_ORGANIZATION)
  await client.query(`
    INSERT INTO organizations (id, name, updated_at)
      SELECT ${sqlId("ORG", "n")}, 'Organization ' || n, now() FROM generate_series(1, ${organizations}) n;
    INSERT INTO users (id, name, email, updated_at)
      SELECT ${sqlId("USR", "n")}, 'Owner ' || n, 'owner-' || n || '@example.test', now()
      FROM generate_series(1, ${organizations}) n;
    INSERT INTO memberships (organization_id, user_id, role)
      SELECT ${sqlId("ORG", "n")}, ${sqlId("USR", "n")}, 'owner' FROM generate_series(1, ${organizations}) n;
    INSERT INTO api_keys (id, organization_id, created_by_id, name, hash, last_four, scopes, created_at, expires_at,
      last_used_at, last_used_ip, suspended_at, revoked_at, unused_reminded_at)
    SELECT ${sqlId("KEY", "n")}, ${sqlId("ORG", "organization")}, ${sqlId("USR", "organization")},
      (ARRAY['Support chat', 'Nightly summaries', 'Search', 'Staging', 'CI'])[1 + n % 5] || ' ' || n,
      sha256(gen_random_uuid()::text::bytea), substr(md5(n::text), 1, 4), '{ai:invoke}',
      now() - interval '2 years' * (1 - n::float8 / ${keys}),
      CASE WHEN old AND n % 2 = 0 THEN now() - interval '1 day' * (n % 300)
        WHEN n % 10 = 5 THEN now() + interval '60 days' END,
      CASE WHEN n % 5 > 0 THEN now() - interval '30 days' * random() END, '203.0.113.' || n % 256,
      CASE WHEN NOT old AND n % 10 = 6 THEN now() - interval '2 days' END,
      CASE WHEN old AND n % 2 = 1 THEN now() - interval '1 day' * (n % 300) END, now()
    FROM (
      SELECT n, ${organizationOf} AS organization,
        n > ${2 * KEYS_OF_AN_ORGANIZATION} AND n <= ${KEYS_OF_AN_ORGANIZATION + crowded} AS old
      FROM generate_series(1, ${keys}) n
    ) key;
    INSERT INTO previous_api_key_secrets (id, api_key_id, hash, last_four, ends_at)
      SELECT ${sqlId("SEC", "n")}, ${sqlId("KEY", "n")}, sha256(gen_random_uuid()::text::bytea), 'abcd', now()
      FROM generate_series(1, ${keys}, 10) n;
    INSERT INTO api_key_findings (id, organization_id, api_key_id, rule, severity, evidence, answer, answered_at)
      SELECT ${sqlId("FND", "n")}, key.organization_id, key.id, 'new_country', 'warning',
        '{"countries":["BR"],"knownCountries":["DE"],"networks":["203.0.113.0/24"],"requests":12}',
        CASE WHEN n % 3 = 0 THEN 'it_was_us'::finding_answer END, CASE WHEN n % 3 = 0 THEN now() END
      FROM generate_series(1, ${keys}, 20) n JOIN api_keys key ON key.id = ${sqlId("KEY", "n")};`)
}

/** Programs that refreshed their tokens a few times, each a chain. */
async function loadRefreshTokens(client: Client, { refreshTokens }: Scale): Promise<void> {
  const sessions = Math.ceil(refreshTokens / TOKENS_OF_A_SESSION)
  await client.query(`
    INSERT INTO sessions (id, client_id, user_id, organization_id, auth_time, expires_at)
      SELECT ${sqlId("SES", "n")}, 'cli', ${sqlId("USR", "1 + n % 3")}, ${sqlId("ORG", "1 + n % 3")},
        now() - interval '10 days', now() + interval '20 days'
      FROM generate_series(1, ${sessions}) n;
    INSERT INTO refresh_tokens (id, session_id, parent_id, hash, scope, created_at, used_at)
      SELECT ${sqlId("RFT", "n")}, ${sqlId("SES", `1 + (n - 1) / ${TOKENS_OF_A_SESSION}`)},
        CASE WHEN n % ${TOKENS_OF_A_SESSION} <> 1 THEN ${sqlId("RFT", "n - 1")} END,
        sha256(gen_random_uuid()::text::bytea), '{ai:invoke}', now() - interval '1 day',
        CASE WHEN n % ${TOKENS_OF_A_SESSION} <> 0 THEN now() - interval '1 day' END
      FROM generate_series(1, ${refreshTokens}) n;`)
}

/** A partition is filled before it is attached, which makes its index at once rather than row by row. */
async function loadRequests(client: Client, { keys, requests }: Scale): Promise<void> {
  const perDay = Math.ceil(requests / DAYS)
  for (let ago = DAYS - 1; ago >= 0; ago--) {
    const day = `(now() AT TIME ZONE 'UTC')::date - ${ago}`
    const { rows } = await client.query(`SELECT 'api_key_requests_' || to_char(${day}, 'YYYYMMDD') AS name,
      to_char(${day}, 'YYYY-MM-DD') || 'T00:00:00Z' AS start, to_char(${day} + 1, 'YYYY-MM-DD') || 'T00:00:00Z' AS end`)
    const { name, start, end } = rows[0]
    await client.query(`
      DROP TABLE IF EXISTS ${name};
      CREATE TABLE ${name} (LIKE api_key_requests INCLUDING DEFAULTS);
      INSERT INTO ${name} (time, organization_id, api_key_id, outcome, status, method, route, latency_ms, ip_address,
        country, user_agent, request_id)
      SELECT time, key.organization_id, key.id, outcome::api_key_outcome, status, method, route, latency_ms,
        ip_address, country, user_agent, request_id
      FROM (${requestsOfADay({ start, keys, perDay })}) made
      JOIN api_keys key ON key.id = ${sqlId("KEY", "made.key")};
      ALTER TABLE api_key_requests ATTACH PARTITION ${name} FOR VALUES FROM ('${start}') TO ('${end}');`)
  }
}

/** Of ten requests eight are the busy key's, one is another's of its organization, one is anybody's. */
function requestsOfADay({ start, keys, perDay }: { start: string; keys: number; perDay: number }): string {
  return `
    SELECT '${start}'::timestamptz + least(interval '1 day' * random(), greatest(now() - '${start}', '0')) AS time,
      CASE WHEN n % 10 < 8 THEN 1 WHEN n % 10 = 8 THEN 1 + n / 10 % ${KEYS_OF_AN_ORGANIZATION}
        ELSE 1 + (${keys} - 1) * random() END::int AS key,
      CASE WHEN n % 50 = 0 THEN 'RATE_LIMITED' ELSE 'VALID' END AS outcome,
      CASE WHEN n % 50 = 0 THEN 429 WHEN n % 31 = 0 THEN 400 WHEN n % 97 = 0 THEN 500 ELSE 200 END AS status,
      CASE WHEN n % 5 = 0 THEN 'GET' ELSE 'POST' END AS method,
      (ARRAY['/api/v1/chat/completions', '/api/v1/embeddings', '/api/v1/me', '/api/v1/documents/{id}'])[1 + n / 7 % 4]
        AS route,
      (20 + 400 * random() * random())::int AS latency_ms, '203.0.' || n % 4 || '.' || n % 251 AS ip_address,
      (ARRAY['DE', 'FR', 'US'])[1 + n % 3] AS country, 'python-requests/2.32.3' AS user_agent,
      gen_random_uuid()::text AS request_id
    FROM generate_series(1, ${perDay}) n`
}

/** As lib/usage/usage-writer.ts counts, the coarse from the fine. */
async function countRequests(client: Client): Promise<void> {
  const columns =
    "organization_id, api_key_id, resolution, start, outcome, status, method, route, requests, latency_ms_sum"
  const from = (resolution: string, source: string, sums: string) => `
    INSERT INTO api_key_usage (${columns})
    SELECT organization_id, api_key_id, '${resolution}'::usage_resolution, ${source}
      outcome, status, method, route, ${sums} GROUP BY 1, 2, 4, 5, 6, 7, 8 ORDER BY 2, 4, 8, 7, 6, 5`
  const coarser = (resolution: string, finer: string) =>
    from(
      resolution,
      `date_trunc('${resolution}', start, 'UTC'),`,
      `sum(requests), sum(latency_ms_sum) FROM api_key_usage WHERE resolution = '${finer}'`,
    )
  await client.query(
    from("minute", "date_trunc('minute', time, 'UTC'),", "count(*), sum(latency_ms) FROM api_key_requests"),
  )
  await client.query("ANALYZE api_key_usage")
  await client.query(coarser("hour", "minute"))
  await client.query(coarser("day", "hour"))
  // What lib/cleanup.ts has removed by then.
  await client.query(
    "DELETE FROM api_key_usage WHERE resolution = 'minute' AND start < now() - interval '14 days'",
  )
}

async function loadSightings(client: Client): Promise<void> {
  await client.query(`
    INSERT INTO api_key_sightings (organization_id, api_key_id, kind, value, first_seen_at, last_seen_at, requests)
      SELECT organization_id, id, 'scope', 'ai:invoke', created_at, last_used_at, 10 FROM api_keys
      WHERE last_used_at IS NOT NULL;
    INSERT INTO api_key_sightings (organization_id, api_key_id, kind, value, first_seen_at, last_seen_at, requests)
      SELECT '${busyOrganization}', '${busyKey}', 'network', '203.0.' || n || '.0/24', now() - interval '20 days',
        now(), 100
      FROM generate_series(0, 200) n;`)
}

/** Most are sent; some hundred wait. */
async function loadMails(client: Client, { keys }: Scale): Promise<void> {
  await client.query(`
    INSERT INTO mails (id, "to", subject, text, html, created_at, sent_at, next_attempt_at)
      SELECT ${sqlId("MA1", "n")}, 'owner-' || n || '@example.test', 'API key', repeat('text ', 100),
        repeat('html ', 400), now() - interval '6 days' * random(), CASE WHEN n > 200 THEN now() END, now()
      FROM generate_series(1, ${Math.ceil(keys / 10)}) n;`)
}

-- CreateEnum
CREATE TYPE "api_key_outcome" AS ENUM ('VALID', 'REVOKED', 'EXPIRED', 'SUSPENDED', 'IP_NOT_ALLOWED', 'INSUFFICIENT_SCOPE', 'RATE_LIMITED');

-- CreateEnum
CREATE TYPE "usage_resolution" AS ENUM ('minute', 'hour', 'day');

-- CreateEnum
CREATE TYPE "sighting_kind" AS ENUM ('network', 'country', 'client', 'scope');

-- CreateEnum
CREATE TYPE "finding_severity" AS ENUM ('notice', 'warning', 'critical');

-- CreateEnum
CREATE TYPE "finding_answer" AS ENUM ('it_was_us', 'limit', 'suspend', 'revoke_and_rotate');

-- CreateEnum
CREATE TYPE "watchman_mode" AS ENUM ('notify', 'suspend');

-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "allowed_cidrs" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "expiry_reminded_for" TIMESTAMPTZ(3),
ADD COLUMN     "leaked" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "rate_limit_per_minute" INTEGER,
ADD COLUMN     "suspended_at" TIMESTAMPTZ(3),
ADD COLUMN     "suspended_reason" TEXT,
ADD COLUMN     "unused_reminded_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "organizations" ADD COLUMN     "disabled_at" TIMESTAMPTZ(3),
ADD COLUMN     "watchman_mode" "watchman_mode" NOT NULL DEFAULT 'notify';

-- CreateTable
CREATE TABLE "previous_api_key_secrets" (
    "id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "last_four" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "previous_api_key_secrets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key_requests" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "time" TIMESTAMPTZ(3) NOT NULL,
    "organization_id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "outcome" "api_key_outcome" NOT NULL,
    "status" SMALLINT NOT NULL,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "latency_ms" INTEGER NOT NULL,
    "ip_address" TEXT,
    "country" TEXT,
    "user_agent" TEXT,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "api_key_requests_pkey" PRIMARY KEY ("api_key_id","time","id")
) PARTITION BY RANGE ("time");

-- CreateTable
CREATE TABLE "api_key_usage" (
    "organization_id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "resolution" "usage_resolution" NOT NULL,
    "start" TIMESTAMPTZ(0) NOT NULL,
    "outcome" "api_key_outcome" NOT NULL,
    "status" SMALLINT NOT NULL,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "requests" INTEGER NOT NULL,
    "latency_ms_sum" BIGINT NOT NULL,

    CONSTRAINT "api_key_usage_pkey" PRIMARY KEY ("api_key_id","resolution","start","route","method","status","outcome")
);

-- CreateTable
CREATE TABLE "api_key_sightings" (
    "organization_id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "kind" "sighting_kind" NOT NULL,
    "value" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER NOT NULL,

    CONSTRAINT "api_key_sightings_pkey" PRIMARY KEY ("api_key_id","kind","value")
);

-- CreateTable
CREATE TABLE "api_key_findings" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "severity" "finding_severity" NOT NULL,
    "evidence" JSONB NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "suspended_key" BOOLEAN NOT NULL DEFAULT false,
    "answer" "finding_answer",
    "answered_at" TIMESTAMPTZ(3),
    "answered_by_id" TEXT,

    CONSTRAINT "api_key_findings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "caller_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "target_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("caller_id","key")
);

-- CreateTable
CREATE TABLE "mails" (
    "id" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "sent_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "mails_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "previous_api_key_secrets_hash_key" ON "previous_api_key_secrets"("hash");

-- CreateIndex
CREATE INDEX "previous_api_key_secrets_api_key_id_idx" ON "previous_api_key_secrets"("api_key_id");

-- CreateIndex
CREATE INDEX "api_key_usage_organization_id_resolution_start_idx" ON "api_key_usage"("organization_id", "resolution", "start");

-- CreateIndex
CREATE INDEX "api_key_usage_resolution_start_idx" ON "api_key_usage"("resolution", "start");

-- CreateIndex
CREATE INDEX "api_key_sightings_last_seen_at_idx" ON "api_key_sightings"("last_seen_at");

-- CreateIndex
CREATE INDEX "api_key_findings_organization_id_id_idx" ON "api_key_findings"("organization_id", "id");

-- CreateIndex
CREATE INDEX "api_key_findings_api_key_id_id_idx" ON "api_key_findings"("api_key_id", "id");

-- CreateIndex
CREATE INDEX "api_key_findings_answered_by_id_idx" ON "api_key_findings"("answered_by_id");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "mails_created_at_idx" ON "mails"("created_at");

-- AddForeignKey
ALTER TABLE "previous_api_key_secrets" ADD CONSTRAINT "previous_api_key_secrets_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_findings" ADD CONSTRAINT "api_key_findings_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_findings" ADD CONSTRAINT "api_key_findings_answered_by_id_fkey" FOREIGN KEY ("answered_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma's schema cannot say.

-- One open finding for each key and rule.
CREATE UNIQUE INDEX "api_key_findings_open_key" ON "api_key_findings"("api_key_id", "rule") WHERE "answered_at" IS NULL;

-- The queue of mails that wait.
CREATE INDEX "mails_waiting_idx" ON "mails"("next_attempt_at") WHERE "sent_at" IS NULL AND "failed_at" IS NULL;

-- For the reminders.
CREATE INDEX "api_keys_expires_at_idx" ON "api_keys"("expires_at") WHERE "revoked_at" IS NULL AND "expires_at" IS NOT NULL;
CREATE INDEX "api_keys_unused_idx" ON "api_keys"("created_at") WHERE "revoked_at" IS NULL AND "last_used_at" IS NULL AND "unused_reminded_at" IS NULL;

-- The partition of one day in UTC. It is made beside the table and then attached, which stops neither reading nor
-- writing; two who make the same one at once wait for each other.
CREATE FUNCTION create_api_key_request_partition(day date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  name text := 'api_key_requests_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  -- As attaching takes it. A lock of a table, unlike an advisory one, also makes this session see what others made.
  LOCK TABLE api_key_requests IN SHARE UPDATE EXCLUSIVE MODE;
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE api_key_requests INCLUDING DEFAULTS)', name);
  EXECUTE format(
    'ALTER TABLE api_key_requests ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    name, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
END;
$$;

-- Drops the days before one, in UTC, each whole. What is in the way for two seconds is left for the next time.
CREATE FUNCTION drop_api_key_request_partitions(oldest_kept date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  -- Of several at once, the others then find nothing left.
  LOCK TABLE api_key_requests IN SHARE UPDATE EXCLUSIVE MODE;
  FOR name IN
    SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'api_key_requests'::regclass
      AND child.relname < 'api_key_requests_' || to_char(oldest_kept, 'YYYYMMDD')
  LOOP
    EXECUTE format('DROP TABLE %I', name);
  END LOOP;
END;
$$;

SELECT create_api_key_request_partition(day::date)
FROM generate_series(current_date - 1, current_date + 7, interval '1 day') AS day;

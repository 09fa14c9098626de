-- CreateEnum
CREATE TYPE "second_factor_method" AS ENUM ('totp', 'passkey', 'recovery_code');

-- CreateEnum
CREATE TYPE "second_factor_policy" AS ENUM ('optional', 'step_up', 'required');

-- CreateEnum
CREATE TYPE "passkey_ceremony" AS ENUM ('registration', 'sign_in', 'second_factor');

-- AlterEnum
ALTER TYPE "session_end_reason" ADD VALUE 'credentials_changed';

-- AlterTable
ALTER TABLE "authorization_codes" ADD COLUMN     "provider_auth_time" TIMESTAMPTZ(3),
ADD COLUMN     "second_factor_at" TIMESTAMPTZ(3),
ADD COLUMN     "second_factor_method" "second_factor_method";

-- AlterTable
ALTER TABLE "login_flows" ADD COLUMN     "amr" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "auth_time" TIMESTAMPTZ(3),
ADD COLUMN     "finished_at" TIMESTAMPTZ(3),
ADD COLUMN     "provider_auth_time" TIMESTAMPTZ(3),
ADD COLUMN     "user_id" TEXT;

-- AlterTable
ALTER TABLE "organizations" ADD COLUMN     "second_factor_policy" "second_factor_policy" NOT NULL DEFAULT 'optional';

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "provider_auth_time" TIMESTAMPTZ(3),
ADD COLUMN     "second_factor_at" TIMESTAMPTZ(3),
ADD COLUMN     "second_factor_method" "second_factor_method",
ADD COLUMN     "second_factor_pending" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "second_factor_since" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "totp_factors" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "sealed_secret" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "last_step" INTEGER,
    "failed_attempts" INTEGER NOT NULL DEFAULT 0,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "totp_factors_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passkeys" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "credential_id" BYTEA NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT[],
    "name" TEXT NOT NULL,
    "backed_up" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkeys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passkey_challenges" (
    "hash" BYTEA NOT NULL,
    "ceremony" "passkey_ceremony" NOT NULL,
    "holder" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "passkey_challenges_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "recovery_codes" (
    "user_id" TEXT NOT NULL,
    "position" SMALLINT NOT NULL,
    "hash" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("user_id","position")
);

-- CreateTable
CREATE TABLE "factor_resets" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready_at" TIMESTAMPTZ(3) NOT NULL,
    "cancelled_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "factor_resets_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "totp_factors_user_id_idx" ON "totp_factors"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "passkeys_credential_id_key" ON "passkeys"("credential_id");

-- CreateIndex
CREATE INDEX "passkeys_user_id_idx" ON "passkeys"("user_id");

-- CreateIndex
CREATE INDEX "passkey_challenges_expires_at_idx" ON "passkey_challenges"("expires_at");

-- CreateIndex
CREATE INDEX "factor_resets_user_id_idx" ON "factor_resets"("user_id");

-- CreateIndex
CREATE INDEX "login_flows_user_id_idx" ON "login_flows"("user_id");

-- AddForeignKey
ALTER TABLE "login_flows" ADD CONSTRAINT "login_flows_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "totp_factors" ADD CONSTRAINT "totp_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "factor_resets" ADD CONSTRAINT "factor_resets_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- One authenticator app per person that counts, and one reset under way.
CREATE UNIQUE INDEX "totp_factors_confirmed_key" ON "totp_factors"("user_id") WHERE "confirmed_at" IS NOT NULL;
CREATE UNIQUE INDEX "factor_resets_open_key" ON "factor_resets"("user_id") WHERE "cancelled_at" IS NULL AND "completed_at" IS NULL;

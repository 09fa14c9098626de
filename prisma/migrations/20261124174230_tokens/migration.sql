-- CreateEnum
CREATE TYPE "signing_key_state" AS ENUM ('next', 'current', 'retiring', 'retired');

-- AlterEnum
ALTER TYPE "session_end_reason" ADD VALUE 'reuse_detected';
ALTER TYPE "session_end_reason" ADD VALUE 'key_retired';
ALTER TYPE "session_end_reason" ADD VALUE 'admin';
ALTER TYPE "session_end_reason" ADD VALUE 'limit';

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "acknowledged_at" TIMESTAMPTZ(3),
ADD COLUMN     "client_id" TEXT,
ALTER COLUMN "token_hash" DROP NOT NULL;

-- CreateTable
CREATE TABLE "refresh_tokens" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "parent_id" TEXT,
    "hash" BYTEA NOT NULL,
    "scope" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),
    "sealed_successor" TEXT,

    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_flows" (
    "id" TEXT NOT NULL,
    "state_hash" BYTEA NOT NULL,
    "browser_hash" BYTEA NOT NULL,
    "provider" TEXT NOT NULL,
    "nonce" TEXT,
    "code_verifier" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "redirect_uri" TEXT,
    "code_challenge" TEXT,
    "client_state" TEXT,
    "scope" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_at" TIMESTAMPTZ(3),

    CONSTRAINT "login_flows_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "authorization_codes" (
    "id" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "user_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "redirect_uri" TEXT NOT NULL,
    "code_challenge" TEXT NOT NULL,
    "scope" TEXT[],
    "amr" TEXT[],
    "auth_time" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "session_id" TEXT,

    CONSTRAINT "authorization_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_keys" (
    "id" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "sealed_private_jwk" TEXT,
    "state" "signing_key_state" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "refresh_tokens_parent_id_key" ON "refresh_tokens"("parent_id");

-- CreateIndex
CREATE UNIQUE INDEX "refresh_tokens_hash_key" ON "refresh_tokens"("hash");

-- CreateIndex
CREATE INDEX "refresh_tokens_session_id_idx" ON "refresh_tokens"("session_id");

-- CreateIndex
CREATE UNIQUE INDEX "login_flows_state_hash_key" ON "login_flows"("state_hash");

-- CreateIndex
CREATE INDEX "login_flows_expires_at_idx" ON "login_flows"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "authorization_codes_hash_key" ON "authorization_codes"("hash");

-- CreateIndex
CREATE INDEX "authorization_codes_user_id_idx" ON "authorization_codes"("user_id");

-- CreateIndex
CREATE INDEX "authorization_codes_expires_at_idx" ON "authorization_codes"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "signing_keys_kid_key" ON "signing_keys"("kid");

-- CreateIndex
CREATE INDEX "signing_keys_state_idx" ON "signing_keys"("state");

-- What the schema language cannot say: at most one key that signs, one that will, and one live token in a family.
CREATE UNIQUE INDEX "signing_keys_current_key" ON "signing_keys"("state") WHERE "state" = 'current';
CREATE UNIQUE INDEX "signing_keys_next_key" ON "signing_keys"("state") WHERE "state" = 'next';
-- For the cleanup, which looks every minute and mostly finds nothing.
CREATE INDEX "refresh_tokens_sealed_idx" ON "refresh_tokens"("used_at") WHERE "sealed_successor" IS NOT NULL;
CREATE UNIQUE INDEX "refresh_tokens_live_key" ON "refresh_tokens"("session_id") WHERE "used_at" IS NULL;

-- AddForeignKey
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "refresh_tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "authorization_codes" ADD CONSTRAINT "authorization_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- A sign-in is a browser's or a program's.
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_holder_check" CHECK (("token_hash" IS NULL) <> ("client_id" IS NULL));

-- CreateEnum
CREATE TYPE "mailed_link_purpose" AS ENUM ('sign_up', 'password_reset');

-- AlterTable
ALTER TABLE "accounts" ADD COLUMN     "email" TEXT;

-- CreateTable
CREATE TABLE "link_intents" (
    "state_hash" BYTEA NOT NULL,
    "session_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "step_up" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "link_intents_pkey" PRIMARY KEY ("state_hash")
);

-- CreateTable
CREATE TABLE "passwords" (
    "user_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "passwords_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "mailed_links" (
    "token_hash" BYTEA NOT NULL,
    "purpose" "mailed_link_purpose" NOT NULL,
    "email" TEXT NOT NULL,
    "user_id" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "mailed_links_pkey" PRIMARY KEY ("token_hash")
);

-- CreateIndex
CREATE INDEX "link_intents_session_id_idx" ON "link_intents"("session_id");

-- CreateIndex
CREATE INDEX "link_intents_expires_at_idx" ON "link_intents"("expires_at");

-- CreateIndex
CREATE INDEX "mailed_links_email_idx" ON "mailed_links"("email");

-- CreateIndex
CREATE INDEX "mailed_links_user_id_idx" ON "mailed_links"("user_id");

-- CreateIndex
CREATE INDEX "mailed_links_expires_at_idx" ON "mailed_links"("expires_at");

-- AddForeignKey
ALTER TABLE "link_intents" ADD CONSTRAINT "link_intents_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passwords" ADD CONSTRAINT "passwords_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mailed_links" ADD CONSTRAINT "mailed_links_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;


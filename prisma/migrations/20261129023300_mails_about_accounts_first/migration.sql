-- AlterTable
ALTER TABLE "mails" ADD COLUMN     "organization_id" TEXT;

-- The queue of mails that wait, in the order in which they are sent.
DROP INDEX "mails_waiting_idx";
CREATE INDEX "mails_waiting_idx" ON "mails"(("organization_id" IS NOT NULL), "next_attempt_at") WHERE "sent_at" IS NULL AND "failed_at" IS NULL;

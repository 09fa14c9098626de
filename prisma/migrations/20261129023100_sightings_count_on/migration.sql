-- AlterTable
ALTER TABLE "api_key_sightings" ALTER COLUMN "requests" SET DATA TYPE BIGINT;

-- CreateIndex
CREATE INDEX "api_key_sightings_api_key_id_kind_last_seen_at_idx" ON "api_key_sightings"("api_key_id", "kind", "last_seen_at");

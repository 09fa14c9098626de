-- CreateIndex
CREATE INDEX "api_keys_organization_id_name_id_idx" ON "api_keys"("organization_id", "name", "id");


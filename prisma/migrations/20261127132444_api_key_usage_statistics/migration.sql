-- What Prisma's schema cannot say.

-- Of a busy key most rows are minutes, of a quiet one as many are days. Taken for independent, key and resolution make
-- the planner expect many times the rows there are, and it prepares for them at length.
CREATE STATISTICS api_key_usage_of_keys (mcv) ON api_key_id, resolution FROM api_key_usage;
CREATE STATISTICS api_key_usage_of_organizations (mcv) ON organization_id, resolution FROM api_key_usage;

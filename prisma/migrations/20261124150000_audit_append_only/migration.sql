-- The trail of who did what is only worth something if nobody can change it afterwards, the app included.
-- Whoever must (to erase a person's data, or what is older than the retention) disables the trigger for
-- the length of a transaction, as the owner of the table:
--   ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only;

CREATE FUNCTION refuse_audit_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_events is append-only: % is refused', TG_OP
    USING ERRCODE = 'insufficient_privilege';
END;
$$;

-- Per statement, so that it also refuses what would match no row; ALWAYS, so that
-- session_replication_role = replica does not switch it off.
CREATE TRIGGER audit_events_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_append_only;

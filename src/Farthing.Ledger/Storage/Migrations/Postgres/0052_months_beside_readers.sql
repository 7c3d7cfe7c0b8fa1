-- A month's partition is made as a table of its own and then attached, which waits for no reader of charges; to make it as a partition waits for all of them.
CREATE OR REPLACE FUNCTION ensure_month(instant bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    month timestamp := date_trunc('month', to_timestamp(instant / 1000000) AT TIME ZONE 'UTC');
    name  text := 'charges_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass(format('%I.%I', current_schema(), name)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE charges INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format(
            'ALTER TABLE charges ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
            name,
            extract(epoch FROM month)::bigint * 1000000,
            extract(epoch FROM month + interval '1 month')::bigint * 1000000);
    END IF;
END $$;

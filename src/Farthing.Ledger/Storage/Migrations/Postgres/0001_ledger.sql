-- The ledger on PostgreSQL 15 and later. Amounts are integers of 10^-12 USD, instants are microseconds since 1970 UTC.
-- The owner of the tables migrates. Who posts is in the role farthing_writer, who only reads in farthing_reader: neither may update or
-- delete, and triggers refuse it to the owner too. Every row is chained: its link, and four bytes of its own digest.

CREATE TABLE links (
    number   bigint NOT NULL PRIMARY KEY,
    contents text   NOT NULL,
    hash     bytea  NOT NULL UNIQUE CHECK (octet_length(hash) = 32)
);

CREATE TABLE price_versions (
    seq        bigint NOT NULL PRIMARY KEY,
    id         text   NOT NULL UNIQUE,
    resource   text   NOT NULL,
    meter      text   NOT NULL,
    unit       text   NOT NULL,
    usd        text   NOT NULL,
    valid_from bigint NOT NULL,
    source     text   NOT NULL,
    link       bigint NOT NULL,
    chk        bigint NOT NULL
);

CREATE TABLE fx_rates (
    seq          bigint NOT NULL PRIMARY KEY,
    id           text   NOT NULL UNIQUE,
    currency     text   NOT NULL,
    day          bigint NOT NULL,
    usd_per_unit text   NOT NULL,
    source       text   NOT NULL,
    link         bigint NOT NULL,
    chk          bigint NOT NULL
);

CREATE TABLE fx_fixings (
    currency text   NOT NULL,
    day      bigint NOT NULL,
    rate_seq bigint NOT NULL REFERENCES fx_rates (seq),
    link     bigint NOT NULL,
    chk      bigint NOT NULL,
    PRIMARY KEY (currency, day)
);

CREATE TABLE accounts (
    seq  bigint NOT NULL PRIMARY KEY,
    name text   NOT NULL UNIQUE,
    link bigint NOT NULL,
    chk  bigint NOT NULL
);

CREATE TABLE leases (
    id         text   NOT NULL PRIMARY KEY,
    run_id     text   NOT NULL,
    device     text   NOT NULL,
    resource   text   NOT NULL,
    cores      bigint NOT NULL CHECK (cores > 0),
    started_at bigint NOT NULL,
    link       bigint NOT NULL,
    chk        bigint NOT NULL
);

CREATE TABLE heartbeats (
    lease_id   text   NOT NULL REFERENCES leases (id),
    elapsed_us bigint NOT NULL CHECK (elapsed_us >= 0),
    idle_us    bigint NOT NULL CHECK (idle_us BETWEEN 0 AND elapsed_us),
    at         bigint NOT NULL,
    link       bigint NOT NULL,
    chk        bigint NOT NULL,
    PRIMARY KEY (lease_id, elapsed_us)
);

CREATE TABLE settlements (
    lease_id   text   NOT NULL REFERENCES leases (id),
    number     bigint NOT NULL,
    kind       text   NOT NULL CHECK (kind IN ('closed', 'reaped')),
    elapsed_us bigint NOT NULL CHECK (elapsed_us >= 0),
    idle_us    bigint NOT NULL CHECK (idle_us BETWEEN 0 AND elapsed_us),
    at         bigint NOT NULL,
    link       bigint NOT NULL,
    chk        bigint NOT NULL,
    PRIMARY KEY (lease_id, number)
);

CREATE TABLE attempts (
    run_id     text   NOT NULL,
    render_id  text   NOT NULL,
    attempt    bigint NOT NULL CHECK (attempt > 0),
    lease_id   text   REFERENCES leases (id),
    tags       text   NOT NULL,
    started_at bigint NOT NULL,
    precision  text   NOT NULL,
    model      text,
    width      bigint CHECK (width > 0),
    height     bigint CHECK (height > 0),
    steps      bigint CHECK (steps > 0),
    passes     bigint CHECK (passes > 0),
    forced     bigint NOT NULL CHECK (forced IN (0, 1)),
    link       bigint NOT NULL,
    chk        bigint NOT NULL,
    PRIMARY KEY (run_id, render_id, attempt)
);

CREATE INDEX attempts_by_lease ON attempts (lease_id) WHERE lease_id IS NOT NULL;
CREATE INDEX attempts_by_form ON attempts (model, precision, width, height, steps, passes, started_at) WHERE model IS NOT NULL;

CREATE TABLE attempt_outcomes (
    run_id    text   NOT NULL,
    render_id text   NOT NULL,
    attempt   bigint NOT NULL,
    outcome   text   NOT NULL CHECK (outcome IN ('delivered', 'failed', 'lost', 'duplicate', 'cancelled')),
    reason    text   NOT NULL,
    at        bigint NOT NULL,
    link      bigint NOT NULL,
    chk       bigint NOT NULL,
    PRIMARY KEY (run_id, render_id, attempt),
    FOREIGN KEY (run_id, render_id, attempt) REFERENCES attempts (run_id, render_id, attempt)
);

-- Usage: one row a fact. A charge without a transfer is unpriced. A partition a month (UTC), made when its first charge comes.
CREATE TABLE charges (
    seq          bigint NOT NULL,
    id           text   NOT NULL,
    at           bigint NOT NULL CHECK (at >= 0),
    run_id       text   NOT NULL,
    render_id    text,
    attempt      bigint NOT NULL CHECK (attempt >= 0),
    stage        text   NOT NULL,
    resource     text   NOT NULL,
    meter        text   NOT NULL,
    quantity     bigint NOT NULL,
    device_us    bigint,
    lease_id     text,
    batch_id     text,
    split_method text,
    weight       bigint,
    tags         text   NOT NULL,
    estimated    bigint NOT NULL CHECK (estimated IN (0, 1)),
    precision    text   NOT NULL,
    link         bigint NOT NULL,
    chk          bigint NOT NULL,
    PRIMARY KEY (seq, at)
) PARTITION BY RANGE (at);

CREATE INDEX charges_by_id ON charges (id);
CREATE INDEX charges_by_run ON charges (run_id, at);
CREATE INDEX charges_by_lease ON charges (lease_id) WHERE lease_id IS NOT NULL;
CREATE INDEX charges_of_denoising ON charges (run_id, render_id, attempt) WHERE stage = 'unet';

-- A permanent id is unique over all months, which no index over partitions can say.
CREATE TABLE charge_keys (
    id  text   NOT NULL PRIMARY KEY,
    seq bigint NOT NULL
);

-- No foreign keys on charges and transfers: they are posted in one transaction with what they name, a check a row would halve the
-- speed, and `farthing ledger verify` holds them against each other.
CREATE TABLE transfers (
    charge_seq    bigint NOT NULL PRIMARY KEY,
    debit         bigint NOT NULL,
    credit        bigint NOT NULL CHECK (credit <> debit),
    amount        bigint NOT NULL CHECK (amount >= 0),
    price_version bigint NOT NULL,
    link          bigint NOT NULL,
    chk           bigint NOT NULL
);

CREATE TABLE memos (
    seq           bigint NOT NULL PRIMARY KEY,
    id            text   NOT NULL UNIQUE,
    at            bigint NOT NULL CHECK (at >= 0),
    run_id        text   NOT NULL,
    render_id     text,
    attempt       bigint NOT NULL CHECK (attempt >= 0),
    kind          text   NOT NULL,
    stage         text   NOT NULL,
    resource      text   NOT NULL,
    meter         text   NOT NULL,
    quantity      bigint NOT NULL CHECK (quantity >= 0),
    evidence      text   NOT NULL,
    amount        bigint CHECK (amount >= 0),
    price_version bigint REFERENCES price_versions (seq),
    link          bigint NOT NULL,
    chk           bigint NOT NULL,
    CHECK ((amount IS NULL) = (price_version IS NULL))
);

CREATE INDEX memos_by_run ON memos (run_id, at);

-- The same money as two lines a posting.
CREATE VIEW entries AS
SELECT t.charge_seq AS charge_seq, a.name AS account, t.amount AS amount, p.id AS price_version, f.id AS fx_rate
FROM (
    SELECT charge_seq, debit AS account, amount, price_version FROM transfers
    UNION ALL
    SELECT charge_seq, credit, -amount, price_version FROM transfers
) AS t
JOIN accounts AS a ON a.seq = t.account
JOIN price_versions AS p ON p.seq = t.price_version
JOIN charges AS c ON c.seq = t.charge_seq
LEFT JOIN fx_fixings AS x ON x.currency = 'EUR' AND x.day = c.at / 86400000000
LEFT JOIN fx_rates AS f ON f.seq = x.rate_seq;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: post a correction instead of changing or removing a row', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON links FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON links FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON price_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON price_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON fx_rates FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON fx_rates FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON fx_fixings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON fx_fixings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON leases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON leases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON heartbeats FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON heartbeats FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON settlements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON settlements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON attempts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON attempt_outcomes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON attempt_outcomes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON charges FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON charges FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON charge_keys FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON charge_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON memos FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON memos FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Makes the partition of a month as the owner, so that who posts need not own anything. The advisory lock of the ledger is held.
CREATE FUNCTION ensure_month(instant bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    month timestamp := date_trunc('month', to_timestamp(instant / 1000000) AT TIME ZONE 'UTC');
    name  text := 'charges_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass(format('%I.%I', current_schema(), name)) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF charges FOR VALUES FROM (%s) TO (%s)',
            name,
            extract(epoch FROM month)::bigint * 1000000,
            extract(epoch FROM month + interval '1 month')::bigint * 1000000);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END IF;
END $$;

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['farthing_writer', 'farthing_reader'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'the role % is missing and may not be made: have an administrator run CREATE ROLE % NOLOGIN', wanted, wanted;
            END;
        END IF;
    END LOOP;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO farthing_writer, farthing_reader', current_schema());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO farthing_writer, farthing_reader', current_schema());
    EXECUTE format('GRANT INSERT ON ALL TABLES IN SCHEMA %I TO farthing_writer', current_schema());
    EXECUTE format('REVOKE ALL ON FUNCTION %I.ensure_month(bigint) FROM PUBLIC', current_schema());
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.ensure_month(bigint) TO farthing_writer', current_schema());
END $$;

-- What charges have in common that reports cut by; a kind is numbered once and never changed.
CREATE TABLE charge_kinds (
    seq          bigint NOT NULL PRIMARY KEY,
    run_id       text   NOT NULL,
    stage        text   NOT NULL,
    resource     text   NOT NULL,
    meter        text   NOT NULL,
    lease_id     text,
    split_method text,
    tags         text   NOT NULL,
    precision    text   NOT NULL,
    estimated    bigint NOT NULL CHECK (estimated IN (0, 1))
);

CREATE INDEX charge_kinds_by_run ON charge_kinds (run_id, stage, meter);

-- The sums of charges by day and kind, written in the transaction that adds the charges. They are no entries but made of them, so who
-- posts may change them: `farthing ledger verify` makes them again. Sums have 128 bits and are text.
CREATE TABLE charge_rollups (
    day               bigint NOT NULL,
    kind              bigint NOT NULL REFERENCES charge_kinds (seq),
    charges           bigint NOT NULL,
    quantity          text   NOT NULL,
    time_us           text   NOT NULL,
    unpriced          bigint NOT NULL,
    unpriced_quantity text   NOT NULL,
    amount            text   NOT NULL,
    eur               text   NOT NULL,
    unconverted       bigint NOT NULL,
    PRIMARY KEY (day, kind)
);

CREATE INDEX charge_rollups_by_kind ON charge_rollups (kind);

-- How many attempts ended how on a day, or started on it and are open (outcome empty).
CREATE TABLE attempt_rollups (
    day       bigint NOT NULL,
    run_id    text   NOT NULL,
    tags      text   NOT NULL,
    precision text   NOT NULL,
    outcome   text   NOT NULL,
    attempts  bigint NOT NULL,
    PRIMARY KEY (day, run_id, tags, precision, outcome)
);

CREATE INDEX attempt_rollups_by_run ON attempt_rollups (run_id);

-- Reports of a period read the memos of the period alone.
CREATE INDEX memos_by_time ON memos (at);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON charge_kinds FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON charge_kinds FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON charge_kinds, charge_rollups, attempt_rollups TO farthing_writer, farthing_reader;
GRANT INSERT ON charge_kinds, charge_rollups, attempt_rollups TO farthing_writer;
GRANT UPDATE ON charge_rollups, attempt_rollups TO farthing_writer;

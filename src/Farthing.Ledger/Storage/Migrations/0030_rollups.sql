-- What charges have in common that reports cut by; a kind is numbered once and never changed.
CREATE TABLE charge_kinds (
    seq          INTEGER PRIMARY KEY,
    run_id       TEXT    NOT NULL,
    stage        TEXT    NOT NULL,
    resource     TEXT    NOT NULL,
    meter        TEXT    NOT NULL,
    lease_id     TEXT,
    split_method TEXT,
    tags         TEXT    NOT NULL,
    precision    TEXT    NOT NULL,
    estimated    INTEGER NOT NULL CHECK (estimated IN (0, 1))
) STRICT;

CREATE INDEX charge_kinds_by_run ON charge_kinds (run_id, stage, meter, tags);
CREATE INDEX charge_kinds_by_lease ON charge_kinds (lease_id) WHERE lease_id IS NOT NULL;

-- The sums of charges by day and kind, written in the transaction that adds the charges. They are no entries but made of them:
-- `farthing ledger verify` makes them again. Sums have 128 bits and are text.
CREATE TABLE charge_rollups (
    day               INTEGER NOT NULL,
    kind              INTEGER NOT NULL REFERENCES charge_kinds (seq),
    charges           INTEGER NOT NULL,
    quantity          TEXT    NOT NULL,
    time_us           TEXT    NOT NULL,
    unpriced          INTEGER NOT NULL,
    unpriced_quantity TEXT    NOT NULL,
    amount            TEXT    NOT NULL,
    eur               TEXT    NOT NULL,
    unconverted       INTEGER NOT NULL,
    PRIMARY KEY (day, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX charge_rollups_by_kind ON charge_rollups (kind);

-- How many attempts ended how on a day, or started on it and are open (outcome empty).
CREATE TABLE attempt_rollups (
    day       INTEGER NOT NULL,
    run_id    TEXT    NOT NULL,
    tags      TEXT    NOT NULL,
    precision TEXT    NOT NULL,
    outcome   TEXT    NOT NULL,
    attempts  INTEGER NOT NULL,
    PRIMARY KEY (day, run_id, tags, precision, outcome)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_rollups_by_run ON attempt_rollups (run_id);

-- Reports of a period read the memos of the period alone.
CREATE INDEX memos_by_time ON memos (at);

CREATE TRIGGER charge_kinds_refuse_update BEFORE UPDATE ON charge_kinds
BEGIN SELECT RAISE(ABORT, 'charge_kinds is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER charge_kinds_refuse_delete BEFORE DELETE ON charge_kinds
BEGIN SELECT RAISE(ABORT, 'charge_kinds is append-only: post a correction instead of removing a row'); END;

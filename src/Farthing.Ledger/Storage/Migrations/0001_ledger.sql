-- The ledger. Amounts are integers of 10^-12 USD, instants are microseconds since 1970 UTC.
-- Never SUM() amounts here: SQLite's sum overflows near $9.2M. Farthing sums in 128 bits.

CREATE TABLE price_versions (
    seq        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    resource   TEXT    NOT NULL,
    meter      TEXT    NOT NULL,
    unit       TEXT    NOT NULL,
    usd        TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    source     TEXT    NOT NULL
) STRICT;

CREATE TABLE fx_rates (
    seq          INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    currency     TEXT    NOT NULL,
    day          INTEGER NOT NULL,
    usd_per_unit TEXT    NOT NULL,
    source       TEXT    NOT NULL
) STRICT;

-- The rate that a day's entries are converted by, fixed with the first entry that finds one.
CREATE TABLE fx_fixings (
    currency TEXT    NOT NULL,
    day      INTEGER NOT NULL,
    rate_seq INTEGER NOT NULL REFERENCES fx_rates (seq),
    PRIMARY KEY (currency, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    seq  INTEGER PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE leases (
    id         TEXT    NOT NULL PRIMARY KEY,
    run_id     TEXT    NOT NULL,
    device     TEXT    NOT NULL,
    resource   TEXT    NOT NULL,
    cores      INTEGER NOT NULL CHECK (cores > 0),
    started_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeats (
    lease_id   TEXT    NOT NULL REFERENCES leases (id),
    elapsed_us INTEGER NOT NULL CHECK (elapsed_us >= 0),
    idle_us    INTEGER NOT NULL CHECK (idle_us BETWEEN 0 AND elapsed_us),
    at         INTEGER NOT NULL,
    PRIMARY KEY (lease_id, elapsed_us)
) STRICT, WITHOUT ROWID;

-- A lease that a reaper settled by estimate may be settled again, when its worker turns out to live.
CREATE TABLE settlements (
    lease_id   TEXT    NOT NULL REFERENCES leases (id),
    number     INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('closed', 'reaped')),
    elapsed_us INTEGER NOT NULL CHECK (elapsed_us >= 0),
    idle_us    INTEGER NOT NULL CHECK (idle_us BETWEEN 0 AND elapsed_us),
    at         INTEGER NOT NULL,
    PRIMARY KEY (lease_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    run_id     TEXT    NOT NULL,
    render_id  TEXT    NOT NULL,
    attempt    INTEGER NOT NULL CHECK (attempt > 0),
    lease_id   TEXT    REFERENCES leases (id),
    tags       TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, render_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_by_lease ON attempts (lease_id) WHERE lease_id IS NOT NULL;

CREATE TABLE attempt_outcomes (
    run_id    TEXT    NOT NULL,
    render_id TEXT    NOT NULL,
    attempt   INTEGER NOT NULL,
    outcome   TEXT    NOT NULL CHECK (outcome IN ('delivered', 'failed', 'lost', 'duplicate', 'cancelled')),
    reason    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (run_id, render_id, attempt),
    FOREIGN KEY (run_id, render_id, attempt) REFERENCES attempts (run_id, render_id, attempt)
) STRICT, WITHOUT ROWID;

-- Usage: one row a fact. A charge without a transfer is unpriced.
CREATE TABLE charges (
    seq          INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    at           INTEGER NOT NULL CHECK (at >= 0),
    run_id       TEXT    NOT NULL,
    render_id    TEXT,
    attempt      INTEGER NOT NULL CHECK (attempt >= 0),
    stage        TEXT    NOT NULL,
    resource     TEXT    NOT NULL,
    meter        TEXT    NOT NULL,
    quantity     INTEGER NOT NULL,
    device_us    INTEGER,
    lease_id     TEXT    REFERENCES leases (id),
    batch_id     TEXT,
    split_method TEXT,
    weight       INTEGER,
    tags         TEXT    NOT NULL,
    estimated    INTEGER NOT NULL CHECK (estimated IN (0, 1))
) STRICT;

CREATE INDEX charges_by_run ON charges (run_id, at);
CREATE INDEX charges_by_lease ON charges (lease_id) WHERE lease_id IS NOT NULL;

-- Money: a transfer debits one account and credits another by one amount, so every posting sums to zero by its form.
CREATE TABLE transfers (
    charge_seq    INTEGER PRIMARY KEY REFERENCES charges (seq),
    debit         INTEGER NOT NULL REFERENCES accounts (seq),
    credit        INTEGER NOT NULL REFERENCES accounts (seq) CHECK (credit <> debit),
    amount        INTEGER NOT NULL CHECK (amount >= 0),
    price_version INTEGER NOT NULL REFERENCES price_versions (seq)
) STRICT;

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

CREATE TRIGGER price_versions_refuse_update BEFORE UPDATE ON price_versions
BEGIN SELECT RAISE(ABORT, 'price_versions is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER price_versions_refuse_delete BEFORE DELETE ON price_versions
BEGIN SELECT RAISE(ABORT, 'price_versions is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER fx_rates_refuse_update BEFORE UPDATE ON fx_rates
BEGIN SELECT RAISE(ABORT, 'fx_rates is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER fx_rates_refuse_delete BEFORE DELETE ON fx_rates
BEGIN SELECT RAISE(ABORT, 'fx_rates is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER fx_fixings_refuse_update BEFORE UPDATE ON fx_fixings
BEGIN SELECT RAISE(ABORT, 'fx_fixings is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER fx_fixings_refuse_delete BEFORE DELETE ON fx_fixings
BEGIN SELECT RAISE(ABORT, 'fx_fixings is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER accounts_refuse_update BEFORE UPDATE ON accounts
BEGIN SELECT RAISE(ABORT, 'accounts is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER accounts_refuse_delete BEFORE DELETE ON accounts
BEGIN SELECT RAISE(ABORT, 'accounts is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER leases_refuse_update BEFORE UPDATE ON leases
BEGIN SELECT RAISE(ABORT, 'leases is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER leases_refuse_delete BEFORE DELETE ON leases
BEGIN SELECT RAISE(ABORT, 'leases is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER heartbeats_refuse_update BEFORE UPDATE ON heartbeats
BEGIN SELECT RAISE(ABORT, 'heartbeats is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER heartbeats_refuse_delete BEFORE DELETE ON heartbeats
BEGIN SELECT RAISE(ABORT, 'heartbeats is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER settlements_refuse_update BEFORE UPDATE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlements is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER settlements_refuse_delete BEFORE DELETE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlements is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER attempts_refuse_update BEFORE UPDATE ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER attempts_refuse_delete BEFORE DELETE ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER attempt_outcomes_refuse_update BEFORE UPDATE ON attempt_outcomes
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER attempt_outcomes_refuse_delete BEFORE DELETE ON attempt_outcomes
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER charges_refuse_update BEFORE UPDATE ON charges
BEGIN SELECT RAISE(ABORT, 'charges is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER charges_refuse_delete BEFORE DELETE ON charges
BEGIN SELECT RAISE(ABORT, 'charges is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER transfers_refuse_update BEFORE UPDATE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER transfers_refuse_delete BEFORE DELETE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers is append-only: post a correction instead of removing a row'); END;

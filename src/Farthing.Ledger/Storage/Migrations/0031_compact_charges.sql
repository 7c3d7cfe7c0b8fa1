-- Charges, kept compactly: what many of them share is a kind; an id that follows from the rest is not kept (null) and given back by the view.
-- `charges` is a view from here on, and the chain hashes its rows as before. The rows of the table before are moved by Farthing, which
-- alone can make their keys, when this script has run.
DROP VIEW entries;
DROP TRIGGER charges_refuse_update;
DROP TRIGGER charges_refuse_delete;
DROP TRIGGER charges_refuse_unchained;
DROP INDEX charges_by_run;
DROP INDEX charges_by_lease;
DROP INDEX charges_of_denoising;
ALTER TABLE charges RENAME TO charges_before;

CREATE TABLE charge_rows (
    seq       INTEGER PRIMARY KEY,
    id        TEXT,
    key       INTEGER NOT NULL,
    at        INTEGER NOT NULL CHECK (at >= 0),
    kind      INTEGER NOT NULL,
    render_id TEXT,
    attempt   INTEGER NOT NULL CHECK (attempt >= 0),
    quantity  INTEGER NOT NULL,
    device_us INTEGER,
    batch_id  TEXT,
    weight    INTEGER,
    link      INTEGER NOT NULL,
    chk       INTEGER
) STRICT;

CREATE INDEX charges_by_key ON charge_rows (key);
CREATE INDEX charges_by_kind ON charge_rows (kind);
CREATE INDEX charges_by_render ON charge_rows (render_id, kind) WHERE id IS NOT NULL AND render_id IS NOT NULL;

CREATE VIEW charges AS
SELECT r.seq AS seq,
    CASE WHEN r.id IS NULL THEN k.run_id || '/' || r.render_id || '/' || r.attempt || '/' || k.stage || '/' || coalesce(r.batch_id, k.meter) ELSE r.id END AS id,
    r.at AS at, k.run_id AS run_id, r.render_id AS render_id, r.attempt AS attempt, k.stage AS stage, k.resource AS resource, k.meter AS meter,
    r.quantity AS quantity, r.device_us AS device_us, k.lease_id AS lease_id, r.batch_id AS batch_id, k.split_method AS split_method,
    r.weight AS weight, k.tags AS tags, k.estimated AS estimated, k.precision AS precision, r.link AS link, r.chk AS chk,
    r.key AS key, r.kind AS kind, r.id IS NULL AS is_derived
FROM charge_rows AS r LEFT JOIN charge_kinds AS k ON k.seq = r.kind;

CREATE TRIGGER charge_rows_refuse_update BEFORE UPDATE ON charge_rows
BEGIN SELECT RAISE(ABORT, 'charges is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER charge_rows_refuse_delete BEFORE DELETE ON charge_rows
BEGIN SELECT RAISE(ABORT, 'charges is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER charges_refuse_update INSTEAD OF UPDATE ON charges
BEGIN SELECT RAISE(ABORT, 'charges is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER charges_refuse_delete INSTEAD OF DELETE ON charges
BEGIN SELECT RAISE(ABORT, 'charges is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER charges_refuse_insert INSTEAD OF INSERT ON charges
BEGIN SELECT RAISE(ABORT, 'charges is append-only and chained: rows come through Farthing alone'); END;

-- No foreign keys on charges: a view has none. `farthing ledger verify` holds transfers and corrections against them.
CREATE TABLE transfers_next (
    charge_seq    INTEGER PRIMARY KEY,
    debit         INTEGER NOT NULL REFERENCES accounts (seq),
    credit        INTEGER NOT NULL REFERENCES accounts (seq) CHECK (credit <> debit),
    amount        INTEGER NOT NULL CHECK (amount >= 0),
    price_version INTEGER NOT NULL REFERENCES price_versions (seq),
    link          INTEGER NOT NULL,
    chk           INTEGER
) STRICT;
INSERT INTO transfers_next SELECT charge_seq, debit, credit, amount, price_version, link, chk FROM transfers;
DROP TABLE transfers;
ALTER TABLE transfers_next RENAME TO transfers;
CREATE TRIGGER transfers_refuse_update BEFORE UPDATE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER transfers_refuse_delete BEFORE DELETE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER transfers_refuse_unchained BEFORE INSERT ON transfers WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'transfers is append-only and chained: rows come through Farthing alone'); END;

-- A charge may be corrected by several re-ratings: the one that an undone re-rating left without a price is priced again by the next.
CREATE TABLE corrections_next (
    charge_seq INTEGER NOT NULL,
    original   INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('reversal', 'replacement', 'priced')),
    rerating   INTEGER NOT NULL REFERENCES reratings (seq),
    link       INTEGER NOT NULL,
    chk        INTEGER NOT NULL,
    PRIMARY KEY (charge_seq, rerating)
) STRICT, WITHOUT ROWID;
INSERT INTO corrections_next SELECT charge_seq, original, kind, rerating, link, chk FROM corrections;
DROP TABLE corrections;
ALTER TABLE corrections_next RENAME TO corrections;
CREATE INDEX corrections_by_original ON corrections (original);
CREATE INDEX corrections_by_rerating ON corrections (rerating);
CREATE TRIGGER corrections_refuse_update BEFORE UPDATE ON corrections
BEGIN SELECT RAISE(ABORT, 'corrections is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER corrections_refuse_delete BEFORE DELETE ON corrections
BEGIN SELECT RAISE(ABORT, 'corrections is append-only: post a correction instead of removing a row'); END;

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

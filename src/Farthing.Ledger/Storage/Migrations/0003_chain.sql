-- The chain. Each transaction that adds rows to the ledger adds one link, which holds the hash of those rows and of the link before.
-- A row says which link holds it, and keeps four bytes of its own digest, to be found by when it was changed.
-- What was there before is held by the first link as it stands (link 1, no digest of its own).
CREATE TABLE links (
    number   INTEGER PRIMARY KEY,
    contents TEXT NOT NULL,
    hash     BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER links_refuse_update BEFORE UPDATE ON links
BEGIN SELECT RAISE(ABORT, 'links is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER links_refuse_delete BEFORE DELETE ON links
BEGIN SELECT RAISE(ABORT, 'links is append-only: post a correction instead of removing a row'); END;

ALTER TABLE accounts ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN chk INTEGER;
CREATE TRIGGER accounts_refuse_unchained BEFORE INSERT ON accounts WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'accounts is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE price_versions ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE price_versions ADD COLUMN chk INTEGER;
CREATE TRIGGER price_versions_refuse_unchained BEFORE INSERT ON price_versions WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'price_versions is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE fx_rates ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fx_rates ADD COLUMN chk INTEGER;
CREATE TRIGGER fx_rates_refuse_unchained BEFORE INSERT ON fx_rates WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'fx_rates is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE fx_fixings ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fx_fixings ADD COLUMN chk INTEGER;
CREATE TRIGGER fx_fixings_refuse_unchained BEFORE INSERT ON fx_fixings WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'fx_fixings is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE leases ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE leases ADD COLUMN chk INTEGER;
CREATE TRIGGER leases_refuse_unchained BEFORE INSERT ON leases WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'leases is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE heartbeats ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE heartbeats ADD COLUMN chk INTEGER;
CREATE TRIGGER heartbeats_refuse_unchained BEFORE INSERT ON heartbeats WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'heartbeats is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE settlements ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE settlements ADD COLUMN chk INTEGER;
CREATE TRIGGER settlements_refuse_unchained BEFORE INSERT ON settlements WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'settlements is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE attempts ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE attempts ADD COLUMN chk INTEGER;
CREATE TRIGGER attempts_refuse_unchained BEFORE INSERT ON attempts WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'attempts is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE attempt_outcomes ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE attempt_outcomes ADD COLUMN chk INTEGER;
CREATE TRIGGER attempt_outcomes_refuse_unchained BEFORE INSERT ON attempt_outcomes WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE charges ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE charges ADD COLUMN chk INTEGER;
CREATE TRIGGER charges_refuse_unchained BEFORE INSERT ON charges WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'charges is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE transfers ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE transfers ADD COLUMN chk INTEGER;
CREATE TRIGGER transfers_refuse_unchained BEFORE INSERT ON transfers WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'transfers is append-only and chained: rows come through Farthing alone'); END;

ALTER TABLE memos ADD COLUMN link INTEGER NOT NULL DEFAULT 1;
ALTER TABLE memos ADD COLUMN chk INTEGER;
CREATE TRIGGER memos_refuse_unchained BEFORE INSERT ON memos WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'memos is append-only and chained: rows come through Farthing alone'); END;

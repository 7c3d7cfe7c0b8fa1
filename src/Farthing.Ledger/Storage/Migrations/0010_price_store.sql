-- The price store in two times: when a price holds (valid_from, valid_to) and since when the ledger knows it (recordings.at).
-- Of two recordings that speak of one instant, the later one holds. Nothing is ever changed.
CREATE TABLE price_recordings (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL CHECK (at >= 0),
    kind   TEXT    NOT NULL CHECK (kind IN ('import', 'set')),
    source TEXT    NOT NULL,
    link   INTEGER NOT NULL,
    chk    INTEGER NOT NULL
) STRICT;

CREATE TABLE price_assertions (
    recording     INTEGER NOT NULL REFERENCES price_recordings (seq),
    price_version INTEGER NOT NULL REFERENCES price_versions (seq),
    valid_from    INTEGER NOT NULL,
    valid_to      INTEGER CHECK (valid_to > valid_from),
    link          INTEGER NOT NULL,
    chk           INTEGER NOT NULL,
    PRIMARY KEY (recording, price_version)
) STRICT, WITHOUT ROWID;

-- What a price has besides dollars per unit; prices without a row here have none of it.
CREATE TABLE price_terms (
    price_version INTEGER NOT NULL PRIMARY KEY REFERENCES price_versions (seq),
    currency      TEXT    NOT NULL,
    price         TEXT    NOT NULL,
    fx_rate       TEXT    NOT NULL,
    increment_s   INTEGER NOT NULL CHECK (increment_s >= 0),
    minimum_s     INTEGER NOT NULL CHECK (minimum_s >= 0),
    link          INTEGER NOT NULL,
    chk           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rate_recordings (
    rate      INTEGER NOT NULL PRIMARY KEY REFERENCES fx_rates (seq),
    recording INTEGER NOT NULL REFERENCES price_recordings (seq),
    link      INTEGER NOT NULL,
    chk       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER price_recordings_refuse_update BEFORE UPDATE ON price_recordings
BEGIN SELECT RAISE(ABORT, 'price_recordings is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER price_recordings_refuse_delete BEFORE DELETE ON price_recordings
BEGIN SELECT RAISE(ABORT, 'price_recordings is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER price_assertions_refuse_update BEFORE UPDATE ON price_assertions
BEGIN SELECT RAISE(ABORT, 'price_assertions is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER price_assertions_refuse_delete BEFORE DELETE ON price_assertions
BEGIN SELECT RAISE(ABORT, 'price_assertions is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER price_terms_refuse_update BEFORE UPDATE ON price_terms
BEGIN SELECT RAISE(ABORT, 'price_terms is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER price_terms_refuse_delete BEFORE DELETE ON price_terms
BEGIN SELECT RAISE(ABORT, 'price_terms is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER rate_recordings_refuse_update BEFORE UPDATE ON rate_recordings
BEGIN SELECT RAISE(ABORT, 'rate_recordings is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER rate_recordings_refuse_delete BEFORE DELETE ON rate_recordings
BEGIN SELECT RAISE(ABORT, 'rate_recordings is append-only: post a correction instead of removing a row'); END;

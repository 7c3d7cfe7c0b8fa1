-- Re-rating: a charge is corrected by a reversal and a replacement, both of them charges, linked to the first one.
CREATE TABLE reratings (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL CHECK (at >= 0),
    from_at INTEGER NOT NULL,
    to_at   INTEGER NOT NULL CHECK (to_at > from_at),
    undoes  INTEGER UNIQUE REFERENCES reratings (seq),
    reason  TEXT    NOT NULL,
    link    INTEGER NOT NULL,
    chk     INTEGER NOT NULL
) STRICT;

CREATE TABLE corrections (
    charge_seq INTEGER NOT NULL PRIMARY KEY REFERENCES charges (seq),
    original   INTEGER NOT NULL REFERENCES charges (seq),
    kind       TEXT    NOT NULL CHECK (kind IN ('reversal', 'replacement', 'priced')),
    rerating   INTEGER NOT NULL REFERENCES reratings (seq),
    link       INTEGER NOT NULL,
    chk        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX corrections_by_original ON corrections (original);
CREATE INDEX corrections_by_rerating ON corrections (rerating);

-- Nothing is posted at an instant before the latest of these.
CREATE TABLE period_closings (
    seq     INTEGER PRIMARY KEY,
    through INTEGER NOT NULL,
    at      INTEGER NOT NULL CHECK (at >= 0),
    reason  TEXT    NOT NULL,
    link    INTEGER NOT NULL,
    chk     INTEGER NOT NULL
) STRICT;

CREATE TRIGGER reratings_refuse_update BEFORE UPDATE ON reratings
BEGIN SELECT RAISE(ABORT, 'reratings is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER reratings_refuse_delete BEFORE DELETE ON reratings
BEGIN SELECT RAISE(ABORT, 'reratings is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER corrections_refuse_update BEFORE UPDATE ON corrections
BEGIN SELECT RAISE(ABORT, 'corrections is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER corrections_refuse_delete BEFORE DELETE ON corrections
BEGIN SELECT RAISE(ABORT, 'corrections is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER period_closings_refuse_update BEFORE UPDATE ON period_closings
BEGIN SELECT RAISE(ABORT, 'period_closings is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER period_closings_refuse_delete BEFORE DELETE ON period_closings
BEGIN SELECT RAISE(ABORT, 'period_closings is append-only: post a correction instead of removing a row'); END;

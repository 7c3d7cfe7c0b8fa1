-- What a render was drawn with: the numeric precision of its denoising, and what decides how much that takes.
-- Rows from before have no precision ('') and no form (null).
ALTER TABLE charges ADD COLUMN precision TEXT NOT NULL DEFAULT '';

ALTER TABLE attempts ADD COLUMN precision TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN model TEXT;
ALTER TABLE attempts ADD COLUMN width INTEGER CHECK (width > 0);
ALTER TABLE attempts ADD COLUMN height INTEGER CHECK (height > 0);
ALTER TABLE attempts ADD COLUMN steps INTEGER CHECK (steps > 0);
ALTER TABLE attempts ADD COLUMN passes INTEGER CHECK (passes > 0);
ALTER TABLE attempts ADD COLUMN forced INTEGER NOT NULL DEFAULT 0 CHECK (forced IN (0, 1));

-- To find what renders of one form took for their denoising.
CREATE INDEX attempts_by_form ON attempts (model, precision, width, height, steps, passes, started_at) WHERE model IS NOT NULL;
CREATE INDEX charges_of_denoising ON charges (run_id, render_id, attempt) WHERE stage = 'unet';

-- What was not used because something saved it, at the price in force then. No transfer belongs to it: a memo is money
-- that never moved. A memo without an amount is unpriced.
CREATE TABLE memos (
    seq           INTEGER PRIMARY KEY,
    id            TEXT    NOT NULL UNIQUE,
    at            INTEGER NOT NULL CHECK (at >= 0),
    run_id        TEXT    NOT NULL,
    render_id     TEXT,
    attempt       INTEGER NOT NULL CHECK (attempt >= 0),
    kind          TEXT    NOT NULL,
    stage         TEXT    NOT NULL,
    resource      TEXT    NOT NULL,
    meter         TEXT    NOT NULL,
    quantity      INTEGER NOT NULL CHECK (quantity >= 0),
    evidence      TEXT    NOT NULL,
    amount        INTEGER CHECK (amount >= 0),
    price_version INTEGER REFERENCES price_versions (seq),
    CHECK ((amount IS NULL) = (price_version IS NULL))
) STRICT;

CREATE INDEX memos_by_run ON memos (run_id, at);

CREATE TRIGGER memos_refuse_update BEFORE UPDATE ON memos
BEGIN SELECT RAISE(ABORT, 'memos is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER memos_refuse_delete BEFORE DELETE ON memos
BEGIN SELECT RAISE(ABORT, 'memos is append-only: post a correction instead of removing a row'); END;

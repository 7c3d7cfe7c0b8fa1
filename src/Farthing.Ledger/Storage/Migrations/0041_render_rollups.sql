-- What renders cost, one by one: the sums of the priced charges of an attempt by day and tags. Money is whole millions and the rest, since the sum of a render of
-- many lots may be beyond 64 bits. Like all rollups they are no entries: `farthing ledger verify` makes them again.
CREATE TABLE render_rollups (
    render       INTEGER NOT NULL REFERENCES renders (seq),
    attempt      INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    tags         TEXT    NOT NULL,
    delivered    INTEGER NOT NULL CHECK (delivered IN (0, 1)),
    millions     INTEGER NOT NULL,
    amount       INTEGER NOT NULL,
    eur_millions INTEGER NOT NULL,
    eur          INTEGER NOT NULL,
    unconverted  INTEGER NOT NULL,
    PRIMARY KEY (render, attempt, day, tags)
) STRICT, WITHOUT ROWID;

-- Work behind the priced charges, for the waterfall. The sums are made again when the file is opened.
DELETE FROM charge_rollups;
ALTER TABLE charge_rollups ADD COLUMN weight TEXT NOT NULL DEFAULT '0';
ALTER TABLE charge_rollups ADD COLUMN weighted INTEGER NOT NULL DEFAULT 0;

-- Sums of renders name their tags by a number: a set of tags is that of many renders. The sums are made again when the file is opened.
CREATE TABLE tag_sets (
    seq  INTEGER PRIMARY KEY,
    tags TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TRIGGER tag_sets_refuse_update BEFORE UPDATE ON tag_sets
BEGIN SELECT RAISE(ABORT, 'tag_sets is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER tag_sets_refuse_delete BEFORE DELETE ON tag_sets
BEGIN SELECT RAISE(ABORT, 'tag_sets is append-only: post a correction instead of removing a row'); END;

DROP TABLE render_rollups;
CREATE TABLE render_rollups (
    render       INTEGER NOT NULL REFERENCES renders (seq),
    attempt      INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    tags         INTEGER NOT NULL REFERENCES tag_sets (seq),
    delivered    INTEGER NOT NULL CHECK (delivered IN (0, 1)),
    millions     INTEGER NOT NULL,
    amount       INTEGER NOT NULL,
    eur_millions INTEGER NOT NULL,
    eur          INTEGER NOT NULL,
    unconverted  INTEGER NOT NULL,
    PRIMARY KEY (render, attempt, day, tags)
) STRICT, WITHOUT ROWID;

UPDATE rollup_state SET made = 0;

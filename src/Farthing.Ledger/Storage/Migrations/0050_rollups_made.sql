-- Whether the rollups are those of all entries. A script that changes them sets it to 0, and whoever opens the ledger next makes them again, under the write lock.
CREATE TABLE rollup_state (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    made INTEGER NOT NULL CHECK (made IN (0, 1))
) STRICT;

INSERT INTO rollup_state (one, made) VALUES (1, 0);

-- Whether the rollups are those of all entries. A script that changes them sets it to 0, and the owner's next command makes them again, under the ledger's lock.
CREATE TABLE rollup_state (
    one  bigint NOT NULL PRIMARY KEY CHECK (one = 1),
    made bigint NOT NULL CHECK (made IN (0, 1))
);

INSERT INTO rollup_state (one, made) VALUES (1, 0);

GRANT SELECT ON rollup_state TO farthing_writer, farthing_reader;

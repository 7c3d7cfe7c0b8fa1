-- Where each render of a run stands. Unlike the ledger this table is changed in place; what was charged is in the ledger.
CREATE TABLE render_jobs (
    run_id     TEXT    NOT NULL,
    render_id  TEXT    NOT NULL,
    row_id     TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('running', 'delivered', 'failed', 'cancelled')),
    attempt    INTEGER NOT NULL CHECK (attempt > 0),
    object_key TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    PRIMARY KEY (run_id, render_id)
) STRICT, WITHOUT ROWID;

-- Every attempt of the gateway at a provider, whatever became of it. Its tokens are charges too, where it has any; their ids
-- are llm/REQUEST/ATTEMPT/CLASS.
CREATE TABLE gateway_attempts (
    request_id       TEXT    NOT NULL,
    attempt          INTEGER NOT NULL CHECK (attempt > 0),
    started_at       INTEGER NOT NULL CHECK (started_at >= 0),
    ended_at         INTEGER NOT NULL,
    shape            TEXT    NOT NULL,
    streamed         INTEGER NOT NULL CHECK (streamed IN (0, 1)),
    provider         TEXT    NOT NULL,
    model            TEXT    NOT NULL,
    resource         TEXT    NOT NULL,
    key_id           TEXT    NOT NULL,
    client           TEXT    NOT NULL,
    tags             TEXT    NOT NULL,
    outcome          TEXT    NOT NULL CHECK (outcome IN ('answered', 'rejected', 'failed', 'cancelled', 'lost')),
    fault            TEXT    NOT NULL,
    status           INTEGER NOT NULL,
    input            INTEGER NOT NULL,
    cached_input     INTEGER NOT NULL,
    cache_write      INTEGER NOT NULL,
    cache_write_hour INTEGER NOT NULL,
    output           INTEGER NOT NULL,
    reasoning        INTEGER NOT NULL,
    estimated        INTEGER NOT NULL CHECK (estimated IN (0, 1)),
    PRIMARY KEY (request_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX gateway_attempts_by_time ON gateway_attempts (started_at);

CREATE TRIGGER gateway_attempts_refuse_update BEFORE UPDATE ON gateway_attempts
BEGIN SELECT RAISE(ABORT, 'gateway_attempts is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER gateway_attempts_refuse_delete BEFORE DELETE ON gateway_attempts
BEGIN SELECT RAISE(ABORT, 'gateway_attempts is append-only: post a correction instead of removing a row'); END;

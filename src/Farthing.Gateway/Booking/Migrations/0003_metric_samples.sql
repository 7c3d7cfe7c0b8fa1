-- Which process made an attempt; empty for attempts from before. What metrics counted is held against the ledger by process.
ALTER TABLE gateway_attempts ADD COLUMN session TEXT NOT NULL DEFAULT '';

CREATE INDEX gateway_attempts_by_session ON gateway_attempts (session, ended_at);

-- What the metrics of a process had counted at an instant since it began to count: attempts, tokens, and cost in 1e-12 USD.
CREATE TABLE gateway_metric_samples (
    session  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    tokens   INTEGER NOT NULL,
    cost     INTEGER NOT NULL,
    PRIMARY KEY (session, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX gateway_metric_samples_by_time ON gateway_metric_samples (at);

CREATE TRIGGER gateway_metric_samples_refuse_update BEFORE UPDATE ON gateway_metric_samples
BEGIN SELECT RAISE(ABORT, 'gateway_metric_samples is append-only: a sample is what was counted'); END;
CREATE TRIGGER gateway_metric_samples_refuse_delete BEFORE DELETE ON gateway_metric_samples
BEGIN SELECT RAISE(ABORT, 'gateway_metric_samples is append-only: a sample is what was counted'); END;

-- Which process made an attempt; empty for attempts from before. What metrics counted is held against the ledger by process.
ALTER TABLE gateway_attempts ADD COLUMN session text NOT NULL DEFAULT '';

CREATE INDEX gateway_attempts_by_session ON gateway_attempts (session, ended_at);

-- What the metrics of a process had counted at an instant since it began to count: attempts, tokens, and cost in 1e-12 USD.
CREATE TABLE gateway_metric_samples (
    session  text   NOT NULL,
    at       bigint NOT NULL,
    attempts bigint NOT NULL,
    tokens   bigint NOT NULL,
    cost     bigint NOT NULL,
    PRIMARY KEY (session, at)
);

CREATE INDEX gateway_metric_samples_by_time ON gateway_metric_samples (at);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON gateway_metric_samples FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON gateway_metric_samples FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON gateway_metric_samples TO farthing_writer, farthing_reader;
GRANT INSERT ON gateway_metric_samples TO farthing_writer;

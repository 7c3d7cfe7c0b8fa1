-- Every attempt of the gateway at a provider, whatever became of it. Its tokens are charges too, where it has any; their ids
-- are llm/REQUEST/ATTEMPT/CLASS. budgets: the keys of those that paid, with commas between.
CREATE TABLE gateway_attempts (
    request_id       text   NOT NULL,
    attempt          bigint NOT NULL CHECK (attempt > 0),
    started_at       bigint NOT NULL CHECK (started_at >= 0),
    ended_at         bigint NOT NULL,
    shape            text   NOT NULL,
    streamed         bigint NOT NULL CHECK (streamed IN (0, 1)),
    provider         text   NOT NULL,
    model            text   NOT NULL,
    resource         text   NOT NULL,
    key_id           text   NOT NULL,
    client           text   NOT NULL,
    tags             text   NOT NULL,
    outcome          text   NOT NULL CHECK (outcome IN ('answered', 'rejected', 'failed', 'cancelled', 'lost')),
    fault            text   NOT NULL,
    status           bigint NOT NULL,
    input            bigint NOT NULL,
    cached_input     bigint NOT NULL,
    cache_write      bigint NOT NULL,
    cache_write_hour bigint NOT NULL,
    output           bigint NOT NULL,
    reasoning        bigint NOT NULL,
    estimated        bigint NOT NULL CHECK (estimated IN (0, 1)),
    budgets          text   NOT NULL DEFAULT '',
    PRIMARY KEY (request_id, attempt)
);

CREATE INDEX gateway_attempts_by_time ON gateway_attempts (started_at);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON gateway_attempts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON gateway_attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What budgets have spent and what processes hold of them: counters beside the ledger, not rows of it. A key is NAME@PERIOD; amounts
-- are in 1e-12 USD. What was spent is the sum of the charges of the attempts that name the budget.
CREATE TABLE gateway_budget_spent (
    budget   text   NOT NULL PRIMARY KEY,
    spent    bigint NOT NULL,
    unpriced bigint NOT NULL
);

-- Held: taken by a process and not yet spent by an attempt that is posted. Below 0 where an attempt cost more than was held for it.
CREATE TABLE gateway_budget_slices (
    budget  text   NOT NULL,
    process text   NOT NULL,
    held    bigint NOT NULL,
    PRIMARY KEY (budget, process)
);

GRANT SELECT ON gateway_attempts, gateway_budget_spent, gateway_budget_slices, schema_farthing_gateway TO farthing_writer, farthing_reader;
GRANT INSERT ON gateway_attempts, gateway_budget_spent, gateway_budget_slices TO farthing_writer;
GRANT UPDATE ON gateway_budget_spent, gateway_budget_slices TO farthing_writer;
GRANT DELETE ON gateway_budget_slices TO farthing_writer;

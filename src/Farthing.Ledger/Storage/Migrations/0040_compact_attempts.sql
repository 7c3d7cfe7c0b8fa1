-- Attempts, kept compactly as charges are: a render has a number, what many attempts share is a kind, and an outcome's time is kept as the time since the
-- start. `attempts` and `attempt_outcomes` are views from here on, and the chain hashes their rows as before.
DROP TRIGGER attempts_refuse_update;
DROP TRIGGER attempts_refuse_delete;
DROP TRIGGER attempts_refuse_unchained;
DROP TRIGGER attempt_outcomes_refuse_update;
DROP TRIGGER attempt_outcomes_refuse_delete;
DROP TRIGGER attempt_outcomes_refuse_unchained;
DROP INDEX attempts_by_lease;
DROP INDEX attempts_by_form;
ALTER TABLE attempts RENAME TO attempts_before;
ALTER TABLE attempt_outcomes RENAME TO attempt_outcomes_before;

CREATE TABLE runs (
    seq    INTEGER PRIMARY KEY,
    run_id TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE renders (
    seq       INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL REFERENCES runs (seq),
    render_id TEXT    NOT NULL,
    UNIQUE (run, render_id)
) STRICT;

CREATE TABLE attempt_kinds (
    seq       INTEGER PRIMARY KEY,
    lease_id  TEXT    REFERENCES leases (id),
    tags      TEXT    NOT NULL,
    precision TEXT    NOT NULL,
    model     TEXT,
    width     INTEGER CHECK (width > 0),
    height    INTEGER CHECK (height > 0),
    steps     INTEGER CHECK (steps > 0),
    passes    INTEGER CHECK (passes > 0),
    forced    INTEGER NOT NULL CHECK (forced IN (0, 1))
) STRICT;

CREATE INDEX attempt_kinds_by_lease ON attempt_kinds (lease_id, tags) WHERE lease_id IS NOT NULL;
CREATE INDEX attempt_kinds_by_form ON attempt_kinds (model, precision, width, height, steps, passes);

CREATE TABLE attempt_rows (
    render     INTEGER NOT NULL REFERENCES renders (seq),
    attempt    INTEGER NOT NULL CHECK (attempt > 0),
    kind       INTEGER NOT NULL REFERENCES attempt_kinds (seq),
    started_at INTEGER NOT NULL,
    link       INTEGER NOT NULL,
    chk        INTEGER,
    PRIMARY KEY (render, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_by_kind ON attempt_rows (kind);

-- Kind 1 is the delivery of which there is nothing to say: nearly all of them, and in no index.
CREATE TABLE outcome_kinds (
    seq     INTEGER PRIMARY KEY,
    outcome TEXT    NOT NULL CHECK (outcome IN ('delivered', 'failed', 'lost', 'duplicate', 'cancelled')),
    reason  TEXT    NOT NULL,
    UNIQUE (outcome, reason)
) STRICT;

INSERT INTO outcome_kinds (seq, outcome, reason) VALUES (1, 'delivered', '');

CREATE TABLE outcome_rows (
    render  INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    kind    INTEGER NOT NULL REFERENCES outcome_kinds (seq),
    after   INTEGER NOT NULL,
    link    INTEGER NOT NULL,
    chk     INTEGER,
    PRIMARY KEY (render, attempt),
    FOREIGN KEY (render, attempt) REFERENCES attempt_rows (render, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX outcomes_told ON outcome_rows (kind) WHERE kind > 1;

INSERT INTO runs (run_id) SELECT DISTINCT run_id FROM attempts_before ORDER BY run_id;
INSERT INTO renders (run, render_id)
SELECT u.seq, a.render_id FROM (SELECT DISTINCT run_id, render_id FROM attempts_before) AS a JOIN runs AS u ON u.run_id = a.run_id ORDER BY u.seq, a.render_id;
INSERT INTO attempt_kinds (lease_id, tags, precision, model, width, height, steps, passes, forced)
SELECT DISTINCT lease_id, tags, precision, model, width, height, steps, passes, forced FROM attempts_before;
-- With a lease and without one by themselves, so that each finds its kind by an index: of a form there may be a kind a lease.
INSERT INTO attempt_rows (render, attempt, kind, started_at, link, chk)
SELECT r.seq, a.attempt, k.seq, a.started_at, a.link, a.chk
FROM attempts_before AS a
JOIN runs AS u ON u.run_id = a.run_id
JOIN renders AS r ON r.run = u.seq AND r.render_id = a.render_id
JOIN attempt_kinds AS k ON k.lease_id = a.lease_id AND k.lease_id IS NOT NULL AND k.tags = a.tags AND +k.precision = a.precision AND +k.model IS a.model AND k.width IS a.width
    AND k.height IS a.height AND k.steps IS a.steps AND k.passes IS a.passes AND k.forced = a.forced
WHERE a.lease_id IS NOT NULL;
INSERT INTO attempt_rows (render, attempt, kind, started_at, link, chk)
SELECT r.seq, a.attempt, k.seq, a.started_at, a.link, a.chk
FROM attempts_before AS a
JOIN runs AS u ON u.run_id = a.run_id
JOIN renders AS r ON r.run = u.seq AND r.render_id = a.render_id
JOIN attempt_kinds AS k ON k.lease_id IS NULL AND k.tags = a.tags AND k.precision = a.precision AND k.model IS a.model AND k.width IS a.width
    AND k.height IS a.height AND k.steps IS a.steps AND k.passes IS a.passes AND k.forced = a.forced
WHERE a.lease_id IS NULL;
INSERT OR IGNORE INTO outcome_kinds (outcome, reason) SELECT DISTINCT outcome, reason FROM attempt_outcomes_before;
INSERT INTO outcome_rows (render, attempt, kind, after, link, chk)
SELECT r.seq, o.attempt, k.seq, o.at - a.started_at, o.link, o.chk
FROM attempt_outcomes_before AS o
JOIN attempts_before AS a ON a.run_id = o.run_id AND a.render_id = o.render_id AND a.attempt = o.attempt
JOIN runs AS u ON u.run_id = o.run_id
JOIN renders AS r ON r.run = u.seq AND r.render_id = o.render_id
JOIN outcome_kinds AS k ON k.outcome = o.outcome AND k.reason = o.reason;
DROP TABLE attempt_outcomes_before;
DROP TABLE attempts_before;

-- A number that somebody removed leaves its row without a name, and the check of the chain says so.
CREATE VIEW attempts AS
SELECT u.run_id AS run_id, r.render_id AS render_id, a.attempt AS attempt, k.lease_id AS lease_id, k.tags AS tags, a.started_at AS started_at,
    k.precision AS precision, k.model AS model, k.width AS width, k.height AS height, k.steps AS steps, k.passes AS passes, k.forced AS forced,
    a.link AS link, a.chk AS chk
FROM attempt_rows AS a
LEFT JOIN renders AS r ON r.seq = a.render
LEFT JOIN runs AS u ON u.seq = r.run
LEFT JOIN attempt_kinds AS k ON k.seq = a.kind;

CREATE VIEW attempt_outcomes AS
SELECT u.run_id AS run_id, r.render_id AS render_id, o.attempt AS attempt, k.outcome AS outcome, k.reason AS reason, a.started_at + o.after AS at,
    o.link AS link, o.chk AS chk
FROM outcome_rows AS o
LEFT JOIN attempt_rows AS a ON a.render = o.render AND a.attempt = o.attempt
LEFT JOIN renders AS r ON r.seq = o.render
LEFT JOIN runs AS u ON u.seq = r.run
LEFT JOIN outcome_kinds AS k ON k.seq = o.kind;

-- What ended without a picture, found without a look at what did not.
CREATE VIEW undelivered AS
SELECT u.run_id AS run_id, r.render_id AS render_id, o.attempt AS attempt, k.outcome AS outcome, k.reason AS reason, a.started_at + o.after AS at, s.tags AS tags
FROM outcome_rows AS o
JOIN outcome_kinds AS k ON k.seq = o.kind AND k.outcome <> 'delivered'
JOIN attempt_rows AS a ON a.render = o.render AND a.attempt = o.attempt
JOIN attempt_kinds AS s ON s.seq = a.kind
JOIN renders AS r ON r.seq = o.render
JOIN runs AS u ON u.seq = r.run
WHERE o.kind > 1;

CREATE TRIGGER attempt_rows_refuse_update BEFORE UPDATE ON attempt_rows
BEGIN SELECT RAISE(ABORT, 'attempts is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER attempt_rows_refuse_delete BEFORE DELETE ON attempt_rows
BEGIN SELECT RAISE(ABORT, 'attempts is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER attempt_rows_refuse_unchained BEFORE INSERT ON attempt_rows WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'attempts is append-only and chained: rows come through Farthing alone'); END;
CREATE TRIGGER attempts_refuse_update INSTEAD OF UPDATE ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER attempts_refuse_delete INSTEAD OF DELETE ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER attempts_refuse_insert INSTEAD OF INSERT ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts is append-only and chained: rows come through Farthing alone'); END;

CREATE TRIGGER outcome_rows_refuse_update BEFORE UPDATE ON outcome_rows
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER outcome_rows_refuse_delete BEFORE DELETE ON outcome_rows
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER outcome_rows_refuse_unchained BEFORE INSERT ON outcome_rows WHEN NEW.chk IS NULL
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only and chained: rows come through Farthing alone'); END;
CREATE TRIGGER attempt_outcomes_refuse_update INSTEAD OF UPDATE ON attempt_outcomes
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER attempt_outcomes_refuse_delete INSTEAD OF DELETE ON attempt_outcomes
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER attempt_outcomes_refuse_insert INSTEAD OF INSERT ON attempt_outcomes
BEGIN SELECT RAISE(ABORT, 'attempt_outcomes is append-only and chained: rows come through Farthing alone'); END;

CREATE TRIGGER runs_refuse_update BEFORE UPDATE ON runs
BEGIN SELECT RAISE(ABORT, 'runs is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER runs_refuse_delete BEFORE DELETE ON runs
BEGIN SELECT RAISE(ABORT, 'runs is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER renders_refuse_update BEFORE UPDATE ON renders
BEGIN SELECT RAISE(ABORT, 'renders is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER renders_refuse_delete BEFORE DELETE ON renders
BEGIN SELECT RAISE(ABORT, 'renders is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER attempt_kinds_refuse_update BEFORE UPDATE ON attempt_kinds
BEGIN SELECT RAISE(ABORT, 'attempt_kinds is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER attempt_kinds_refuse_delete BEFORE DELETE ON attempt_kinds
BEGIN SELECT RAISE(ABORT, 'attempt_kinds is append-only: post a correction instead of removing a row'); END;
CREATE TRIGGER outcome_kinds_refuse_update BEFORE UPDATE ON outcome_kinds
BEGIN SELECT RAISE(ABORT, 'outcome_kinds is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER outcome_kinds_refuse_delete BEFORE DELETE ON outcome_kinds
BEGIN SELECT RAISE(ABORT, 'outcome_kinds is append-only: post a correction instead of removing a row'); END;

-- Alarms: each change of an alarm's state is a row for ever; the last row of an alarm and its subject is how it is now.
CREATE TABLE alarm_changes (
    seq         INTEGER PRIMARY KEY,
    alarm       TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('firing', 'reminded', 'resolved')),
    at          INTEGER NOT NULL CHECK (at >= 0),
    since       INTEGER NOT NULL CHECK (since >= 0),
    observed    TEXT    NOT NULL,
    threshold   TEXT    NOT NULL,
    unit        TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    window_from INTEGER,
    window_to   INTEGER,
    link        INTEGER NOT NULL,
    chk         INTEGER NOT NULL
) STRICT;

CREATE INDEX alarm_changes_by_alarm ON alarm_changes (alarm, subject, seq);

-- What is to be sent of them, written in the transaction of the change. A message is sent with its id and its body as they are here, however often.
CREATE TABLE outbox (
    seq        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    change_seq INTEGER NOT NULL REFERENCES alarm_changes (seq),
    at         INTEGER NOT NULL CHECK (at >= 0),
    body       TEXT    NOT NULL,
    link       INTEGER NOT NULL,
    chk        INTEGER NOT NULL
) STRICT;

-- Who is about to send a message, and until when nobody else is: number counts the tries. Whoever comes after that instant takes the next number.
CREATE TABLE outbox_claims (
    message     INTEGER NOT NULL REFERENCES outbox (seq),
    number      INTEGER NOT NULL CHECK (number > 0),
    owner       TEXT    NOT NULL,
    at          INTEGER NOT NULL CHECK (at >= 0),
    lease_until INTEGER NOT NULL,
    link        INTEGER NOT NULL,
    chk         INTEGER NOT NULL,
    PRIMARY KEY (message, number)
) STRICT, WITHOUT ROWID;

-- What came of a try. A message with a try that delivered it, or after which it is dead, is over; another one is sent again at next_at.
CREATE TABLE outbox_results (
    message INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL CHECK (at >= 0),
    outcome TEXT    NOT NULL CHECK (outcome IN ('delivered', 'failed', 'dead')),
    status  INTEGER NOT NULL,
    detail  TEXT    NOT NULL,
    next_at INTEGER,
    link    INTEGER NOT NULL,
    chk     INTEGER NOT NULL,
    PRIMARY KEY (message, number),
    FOREIGN KEY (message, number) REFERENCES outbox_claims (message, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER alarm_changes_refuse_update BEFORE UPDATE ON alarm_changes
BEGIN SELECT RAISE(ABORT, 'alarm_changes is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER alarm_changes_refuse_delete BEFORE DELETE ON alarm_changes
BEGIN SELECT RAISE(ABORT, 'alarm_changes is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER outbox_refuse_update BEFORE UPDATE ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER outbox_refuse_delete BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER outbox_claims_refuse_update BEFORE UPDATE ON outbox_claims
BEGIN SELECT RAISE(ABORT, 'outbox_claims is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER outbox_claims_refuse_delete BEFORE DELETE ON outbox_claims
BEGIN SELECT RAISE(ABORT, 'outbox_claims is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER outbox_results_refuse_update BEFORE UPDATE ON outbox_results
BEGIN SELECT RAISE(ABORT, 'outbox_results is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER outbox_results_refuse_delete BEFORE DELETE ON outbox_results
BEGIN SELECT RAISE(ABORT, 'outbox_results is append-only: post a correction instead of removing a row'); END;

-- Alarms: each change of an alarm's state is a row for ever; the last row of an alarm and its subject is how it is now.
CREATE TABLE alarm_changes (
    seq         bigint NOT NULL PRIMARY KEY,
    alarm       text   NOT NULL,
    subject     text   NOT NULL,
    kind        text   NOT NULL,
    state       text   NOT NULL CHECK (state IN ('firing', 'reminded', 'resolved')),
    at          bigint NOT NULL CHECK (at >= 0),
    since       bigint NOT NULL CHECK (since >= 0),
    observed    text   NOT NULL,
    threshold   text   NOT NULL,
    unit        text   NOT NULL,
    summary     text   NOT NULL,
    window_from bigint,
    window_to   bigint,
    link        bigint NOT NULL,
    chk         bigint NOT NULL
);

CREATE INDEX alarm_changes_by_alarm ON alarm_changes (alarm, subject, seq);

-- What is to be sent of them, written in the transaction of the change. A message is sent with its id and its body as they are here, however often.
CREATE TABLE outbox (
    seq        bigint NOT NULL PRIMARY KEY,
    id         text   NOT NULL UNIQUE,
    change_seq bigint NOT NULL REFERENCES alarm_changes (seq),
    at         bigint NOT NULL CHECK (at >= 0),
    body       text   NOT NULL,
    link       bigint NOT NULL,
    chk        bigint NOT NULL
);

-- Who is about to send a message, and until when nobody else is: number counts the tries. Whoever comes after that instant takes the next number.
CREATE TABLE outbox_claims (
    message     bigint NOT NULL REFERENCES outbox (seq),
    number      bigint NOT NULL CHECK (number > 0),
    owner       text   NOT NULL,
    at          bigint NOT NULL CHECK (at >= 0),
    lease_until bigint NOT NULL,
    link        bigint NOT NULL,
    chk         bigint NOT NULL,
    PRIMARY KEY (message, number)
);

-- What came of a try. A message with a try that delivered it, or after which it is dead, is over; another one is sent again at next_at.
CREATE TABLE outbox_results (
    message bigint NOT NULL,
    number  bigint NOT NULL,
    at      bigint NOT NULL CHECK (at >= 0),
    outcome text   NOT NULL CHECK (outcome IN ('delivered', 'failed', 'dead')),
    status  bigint NOT NULL,
    detail  text   NOT NULL,
    next_at bigint,
    link    bigint NOT NULL,
    chk     bigint NOT NULL,
    PRIMARY KEY (message, number),
    FOREIGN KEY (message, number) REFERENCES outbox_claims (message, number)
);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON alarm_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON alarm_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON outbox_claims FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON outbox_claims FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON outbox_results FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON outbox_results FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON alarm_changes, outbox, outbox_claims, outbox_results TO farthing_writer, farthing_reader;
GRANT INSERT ON alarm_changes, outbox, outbox_claims, outbox_results TO farthing_writer;

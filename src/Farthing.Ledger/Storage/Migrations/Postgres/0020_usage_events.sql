-- Events that came in from outside, each once for ever: source and id are its key. What it says is kept, so that another event of the
-- same key can be shown beside it. The charges of event N have ids that begin with usage-event/N/.
CREATE TABLE usage_events (
    seq         bigint NOT NULL PRIMARY KEY,
    source      text   NOT NULL,
    id          text   NOT NULL,
    type        text   NOT NULL,
    at          bigint NOT NULL CHECK (at >= 0),
    content     text   NOT NULL,
    client      text   NOT NULL,
    received_at bigint NOT NULL CHECK (received_at >= 0),
    lease_id    text,
    link        bigint NOT NULL,
    chk         bigint NOT NULL,
    UNIQUE (source, id)
);

CREATE INDEX usage_events_by_lease ON usage_events (lease_id, received_at) WHERE lease_id IS NOT NULL;

-- What a meter of the user's own is counted in, fixed by its first event.
CREATE TABLE meter_units (
    meter text   NOT NULL PRIMARY KEY,
    unit  text   NOT NULL,
    link  bigint NOT NULL,
    chk   bigint NOT NULL
);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON usage_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON usage_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON meter_units FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON meter_units FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON usage_events, meter_units TO farthing_writer, farthing_reader;
GRANT INSERT ON usage_events, meter_units TO farthing_writer;

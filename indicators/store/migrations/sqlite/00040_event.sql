-- +goose Up
-- What the programme gives to the public log of events: acts of both trails by place
-- and hash, with their leaf; the days on which leaves were given; and how far each
-- trail was looked at.

CREATE TABLE event (
    half   TEXT    NOT NULL,
    entry  INTEGER NOT NULL,
    action TEXT    NOT NULL,
    hash   TEXT    NOT NULL,
    leaf   TEXT    NOT NULL,
    day    INTEGER NOT NULL, -- days since 1970-01-01; 0: it waits
    PRIMARY KEY (half, entry, action)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_day ON event (day);

CREATE TABLE event_batch (
    day   INTEGER PRIMARY KEY,
    given INTEGER NOT NULL
) STRICT;

CREATE TABLE event_read (
    half  TEXT    NOT NULL PRIMARY KEY,
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
    WHEN OLD.day <> 0 OR NEW.half <> OLD.half OR NEW.entry <> OLD.entry OR NEW.action <> OLD.action OR NEW.hash <> OLD.hash OR NEW.leaf <> OLD.leaf
BEGIN
    SELECT RAISE(ABORT, 'an event never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER event_never_goes BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never deleted');
END;
-- +goose StatementEnd

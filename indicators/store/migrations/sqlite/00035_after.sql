-- +goose Up
-- What follows a naming: practices, the way to the national name, the reports
-- forwarded to the centre, feedback to applicants, and records of support.

CREATE TABLE practices (
    id       TEXT    PRIMARY KEY,
    naming   TEXT    NOT NULL REFERENCES named (id),
    unit     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE TABLE recommendations (
    year     INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE TABLE forwardings (
    naming   TEXT    NOT NULL REFERENCES named (id),
    year     INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (naming, year)
) STRICT;

CREATE TABLE feedbacks (
    round    INTEGER NOT NULL REFERENCES rounds (year),
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, version)
) STRICT;

CREATE TABLE supports (
    id       TEXT    PRIMARY KEY,
    naming   TEXT    NOT NULL REFERENCES named (id),
    day      TEXT    NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE INDEX feedbacks_unit ON feedbacks (unit);
CREATE INDEX supports_naming ON supports (naming);

-- +goose StatementBegin
CREATE TRIGGER practices_never_go BEFORE DELETE ON practices
BEGIN
    SELECT RAISE(ABORT, 'a practice is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER recommendations_never_go BEFORE DELETE ON recommendations
BEGIN
    SELECT RAISE(ABORT, 'a recommendation is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forwardings_never_change BEFORE UPDATE ON forwardings
BEGIN
    SELECT RAISE(ABORT, 'a forwarding never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER forwardings_never_go BEFORE DELETE ON forwardings
BEGIN
    SELECT RAISE(ABORT, 'a forwarding is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER feedbacks_never_change BEFORE UPDATE ON feedbacks
BEGIN
    SELECT RAISE(ABORT, 'released feedback never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER feedbacks_never_go BEFORE DELETE ON feedbacks
BEGIN
    SELECT RAISE(ABORT, 'released feedback is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER supports_never_go BEFORE DELETE ON supports
BEGIN
    SELECT RAISE(ABORT, 'a record of support is never deleted');
END;
-- +goose StatementEnd

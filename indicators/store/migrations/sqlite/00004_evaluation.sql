-- +goose Up
-- Evaluators, who reads which dossier, the sheets as they were submitted, the
-- result of each dossier, and the register of problems.

CREATE TABLE institutions (
    round    INTEGER NOT NULL REFERENCES rounds (year),
    name     TEXT    NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, name)
) STRICT;

CREATE TABLE assignments (
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    assessor TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, assessor),
    FOREIGN KEY (round, unit, track) REFERENCES dossiers (round, unit, track)
) STRICT;

CREATE INDEX assignments_assessor ON assignments (assessor);

CREATE TABLE sheets (
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    assessor TEXT    NOT NULL,
    digest   TEXT    NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, assessor),
    FOREIGN KEY (round, unit, track, assessor) REFERENCES assignments (round, unit, track, assessor)
) STRICT;

CREATE TABLE results (
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track),
    FOREIGN KEY (round, unit, track) REFERENCES dossiers (round, unit, track)
) STRICT;

CREATE TABLE problems (
    id       TEXT    PRIMARY KEY,
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    text     TEXT    NOT NULL,
    found_at INTEGER NOT NULL,
    found_by TEXT    NOT NULL,
    FOREIGN KEY (round, unit, track) REFERENCES dossiers (round, unit, track)
) STRICT;

CREATE INDEX problems_round ON problems (round, found_at);

CREATE TABLE outcomes (
    problem TEXT    NOT NULL REFERENCES problems (id),
    n       INTEGER NOT NULL,
    text    TEXT    NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT    NOT NULL,
    PRIMARY KEY (problem, n)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER sheets_never_change BEFORE UPDATE ON sheets
BEGIN
    SELECT RAISE(ABORT, 'a submitted sheet never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER sheets_never_go BEFORE DELETE ON sheets
BEGIN
    SELECT RAISE(ABORT, 'a submitted sheet is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER results_never_change BEFORE UPDATE ON results
BEGIN
    SELECT RAISE(ABORT, 'a result never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER results_never_go BEFORE DELETE ON results
BEGIN
    SELECT RAISE(ABORT, 'a result is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER problems_never_change BEFORE UPDATE ON problems
BEGIN
    SELECT RAISE(ABORT, 'a problem is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER problems_never_go BEFORE DELETE ON problems
BEGIN
    SELECT RAISE(ABORT, 'a problem is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outcomes_never_change BEFORE UPDATE ON outcomes
BEGIN
    SELECT RAISE(ABORT, 'an outcome is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outcomes_never_go BEFORE DELETE ON outcomes
BEGIN
    SELECT RAISE(ABORT, 'an outcome is never deleted');
END;
-- +goose StatementEnd

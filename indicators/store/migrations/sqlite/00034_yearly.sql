-- +goose Up
-- Yearly reports: what a unit is writing, and all that was done about it, which is
-- only added to. A year's list of units for spot checks, frozen before the draw; the
-- draw; and the checks, which do not change once they are closed.

CREATE TABLE yearly_reports (
    unit     TEXT    NOT NULL,
    year     INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (unit, year)
) STRICT;

CREATE TABLE yearly_acts (
    unit     TEXT    NOT NULL,
    year     INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (unit, year, n),
    FOREIGN KEY (unit, year) REFERENCES yearly_reports (unit, year)
) STRICT;

CREATE TABLE spot_lists (
    year     INTEGER PRIMARY KEY,
    document TEXT    NOT NULL
) STRICT;

CREATE TABLE spot_draws (
    year     INTEGER PRIMARY KEY REFERENCES spot_lists (year),
    document TEXT    NOT NULL
) STRICT;

CREATE TABLE spot_checks (
    id       TEXT    PRIMARY KEY,
    year     INTEGER NOT NULL REFERENCES spot_draws (year),
    unit     TEXT    NOT NULL,
    closed   INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX spot_checks_unit ON spot_checks (year, unit);

-- +goose StatementBegin
CREATE TRIGGER yearly_acts_never_change BEFORE UPDATE ON yearly_acts
BEGIN
    SELECT RAISE(ABORT, 'what was done about a report never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER yearly_acts_never_go BEFORE DELETE ON yearly_acts
BEGIN
    SELECT RAISE(ABORT, 'what was done about a report is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER yearly_acts_never_replaced BEFORE INSERT ON yearly_acts WHEN EXISTS (SELECT 1 FROM yearly_acts WHERE unit = NEW.unit AND year = NEW.year AND n = NEW.n)
BEGIN
    SELECT RAISE(ABORT, 'what was done about a report is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spot_lists_never_change BEFORE UPDATE ON spot_lists
BEGIN
    SELECT RAISE(ABORT, 'a frozen list never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spot_lists_never_go BEFORE DELETE ON spot_lists
BEGIN
    SELECT RAISE(ABORT, 'a frozen list is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spot_lists_never_replaced BEFORE INSERT ON spot_lists WHEN EXISTS (SELECT 1 FROM spot_lists WHERE year = NEW.year)
BEGIN
    SELECT RAISE(ABORT, 'a frozen list is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spot_draws_never_change BEFORE UPDATE ON spot_draws
BEGIN
    SELECT RAISE(ABORT, 'a draw never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spot_draws_never_go BEFORE DELETE ON spot_draws
BEGIN
    SELECT RAISE(ABORT, 'a draw is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spot_draws_never_replaced BEFORE INSERT ON spot_draws WHEN EXISTS (SELECT 1 FROM spot_draws WHERE year = NEW.year)
BEGIN
    SELECT RAISE(ABORT, 'a draw is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spot_checks_closed_never_change BEFORE UPDATE ON spot_checks WHEN OLD.closed = 1
BEGIN
    SELECT RAISE(ABORT, 'a spot check that is closed never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spot_checks_never_go BEFORE DELETE ON spot_checks
BEGIN
    SELECT RAISE(ABORT, 'a spot check is never deleted');
END;
-- +goose StatementEnd

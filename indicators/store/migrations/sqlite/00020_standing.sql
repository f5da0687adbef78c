-- +goose Up
-- The steps of the standing of a name. None is changed, replaced or deleted.

CREATE TABLE standings (
    naming   TEXT    NOT NULL REFERENCES named (id),
    n        INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (naming, n)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER standings_never_change BEFORE UPDATE ON standings
BEGIN
    SELECT RAISE(ABORT, 'a step of a standing never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER standings_never_go BEFORE DELETE ON standings
BEGIN
    SELECT RAISE(ABORT, 'a step of a standing is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER standings_never_replaced BEFORE INSERT ON standings WHEN EXISTS (SELECT 1 FROM standings WHERE naming = NEW.naming AND n = NEW.n)
BEGIN
    SELECT RAISE(ABORT, 'a step of a standing is never replaced');
END;
-- +goose StatementEnd

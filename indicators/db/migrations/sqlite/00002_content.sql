-- +goose Up
-- What every table holds, as one figure: the exclusive-or of the SHA-256 digests of
-- its rows, in four numbers, and how many rows there are. The program keeps it with
-- every change; whoever changes a row by hand does not.
CREATE TABLE content (
	name TEXT    NOT NULL PRIMARY KEY,
	rows INTEGER NOT NULL,
	a    INTEGER NOT NULL,
	b    INTEGER NOT NULL,
	c    INTEGER NOT NULL,
	d    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- SQLite replaces a row without firing a trigger of deletion.
-- +goose StatementBegin
CREATE TRIGGER trail_is_append_only_insert BEFORE INSERT ON trail
	WHEN EXISTS (SELECT 1 FROM trail WHERE half = NEW.half AND seq = NEW.seq)
BEGIN
	SELECT RAISE(ABORT, 'the trail is append-only');
END;
-- +goose StatementEnd

-- +goose Up
-- The agency's questionnaires: the draft and who published what.
CREATE TABLE paper (
	id      TEXT    NOT NULL PRIMARY KEY,
	version INTEGER NOT NULL,
	name    TEXT    NOT NULL,
	doc     TEXT    NOT NULL
) STRICT;

-- Published versions. They are never changed and never deleted.
CREATE TABLE edition (
	paper  TEXT    NOT NULL REFERENCES paper (id),
	number INTEGER NOT NULL,
	hash   TEXT    NOT NULL,
	form   TEXT    NOT NULL,
	PRIMARY KEY (paper, number)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER edition_frozen BEFORE UPDATE ON edition BEGIN
	SELECT raise(ABORT, 'a published version is frozen');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER edition_kept BEFORE DELETE ON edition BEGIN
	SELECT raise(ABORT, 'a published version is kept');
END;
-- +goose StatementEnd

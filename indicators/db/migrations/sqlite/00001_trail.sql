-- +goose Up
CREATE TABLE trail (
	half    TEXT    NOT NULL,
	seq     INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	actor   TEXT    NOT NULL,
	role    TEXT    NOT NULL,
	action  TEXT    NOT NULL,
	object  TEXT    NOT NULL,
	outcome TEXT    NOT NULL,
	reason  TEXT    NOT NULL,
	before  TEXT    NOT NULL,
	after   TEXT    NOT NULL,
	prev    TEXT    NOT NULL,
	hash    TEXT    NOT NULL,
	PRIMARY KEY (half, seq)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER trail_is_append_only_update BEFORE UPDATE ON trail
BEGIN
	SELECT RAISE(ABORT, 'the trail is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER trail_is_append_only_delete BEFORE DELETE ON trail
BEGIN
	SELECT RAISE(ABORT, 'the trail is append-only');
END;
-- +goose StatementEnd

-- +goose Up
CREATE TABLE survey (
	id      TEXT    NOT NULL PRIMARY KEY,
	number  INTEGER NOT NULL UNIQUE,
	round   INTEGER NOT NULL,
	unit    TEXT    NOT NULL,
	version INTEGER NOT NULL,
	state   TEXT    NOT NULL,
	doc     TEXT    NOT NULL,
	UNIQUE (round, unit)
) STRICT;

CREATE TABLE sampling_frame (
	survey TEXT NOT NULL PRIMARY KEY REFERENCES survey (id),
	doc    TEXT NOT NULL
) STRICT;

-- Answers as they came in. They stay here until they are re-filed under
-- response in a shuffled group; neither table names a link.
CREATE TABLE intake (
	seq     INTEGER PRIMARY KEY,
	survey  INTEGER NOT NULL,
	batch   INTEGER NOT NULL,
	outcome INTEGER NOT NULL,
	english INTEGER NOT NULL,
	day     INTEGER NOT NULL,
	answers BLOB    NOT NULL,
	comment TEXT    NOT NULL
) STRICT;

CREATE TABLE response (
	id      INTEGER PRIMARY KEY,
	survey  INTEGER NOT NULL,
	batch   INTEGER NOT NULL,
	outcome INTEGER NOT NULL,
	english INTEGER NOT NULL,
	day     INTEGER NOT NULL,
	answers BLOB    NOT NULL,
	comment TEXT    NOT NULL
) STRICT;

-- One bit a one-time link, 8,192 links a row.
CREATE TABLE spent (
	survey INTEGER NOT NULL,
	chunk  INTEGER NOT NULL,
	bits   BLOB    NOT NULL,
	PRIMARY KEY (survey, chunk)
) STRICT, WITHOUT ROWID;

-- HMACs of a form's own key and content, so that a resend is known as one.
CREATE TABLE resend (
	seq     INTEGER PRIMARY KEY,
	survey  INTEGER NOT NULL,
	form    BLOB    NOT NULL,
	content BLOB    NOT NULL
) STRICT;

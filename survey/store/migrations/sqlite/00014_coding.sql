-- +goose Up

-- The code book of a survey's open questions.
CREATE TABLE code_book (
	survey  TEXT    NOT NULL PRIMARY KEY REFERENCES survey (id),
	version INTEGER NOT NULL,
	doc     TEXT    NOT NULL
) STRICT;

-- The code that a person gave a text, or that settled a difference. A text is named
-- by a digest of its words: nothing here says what it says.
CREATE TABLE code_given (
	survey  TEXT    NOT NULL REFERENCES survey (id),
	text    TEXT    NOT NULL,
	coder   TEXT    NOT NULL,
	settled INTEGER NOT NULL,
	code    TEXT    NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (survey, text, coder, settled)
) STRICT, WITHOUT ROWID;

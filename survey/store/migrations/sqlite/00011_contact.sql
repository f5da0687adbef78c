-- +goose Up

-- How the sample of a survey is followed up: rules of the calls, the message, the
-- waves of reminders, and after the end what became of the calls, in numbers. Names
-- nobody.
CREATE TABLE contact_plan (
	survey  TEXT    NOT NULL PRIMARY KEY REFERENCES survey (id),
	version INTEGER NOT NULL,
	doc     TEXT    NOT NULL
) STRICT;

-- One link with its telephone number, its calls and their times, sealed as one
-- under the key of the frame, which is not in this file and dies with the frame.
CREATE TABLE contact_case (
	survey  INTEGER NOT NULL,
	serial  INTEGER NOT NULL,
	version INTEGER NOT NULL,
	sealed  BLOB    NOT NULL,
	PRIMARY KEY (survey, serial)
) STRICT, WITHOUT ROWID;

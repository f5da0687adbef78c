-- +goose Up
-- Work in the background. The document holds no answer and no personal data; what
-- a job reads and makes are files of a folder of its own.
CREATE TABLE job (
	id   TEXT    NOT NULL PRIMARY KEY,
	made INTEGER NOT NULL,
	open INTEGER NOT NULL,
	doc  TEXT    NOT NULL
) STRICT;
CREATE INDEX job_open ON job (open);

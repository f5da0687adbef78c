-- +goose Up
CREATE TABLE verification (
	round     INTEGER NOT NULL,
	unit      TEXT    NOT NULL,
	track     TEXT    NOT NULL,
	opened_at INTEGER NOT NULL,
	version   INTEGER NOT NULL,
	document  TEXT    NOT NULL,
	PRIMARY KEY (round, unit, track)
) STRICT;

-- Visits stood in their round's proceeding before.
INSERT INTO verification (round, unit, track, opened_at, version, document)
SELECT p.round, json_extract(v.value, '$.unit'), json_extract(v.value, '$.track'),
	CAST(unixepoch(json_extract(v.value, '$.opened_at')) AS INTEGER) * 1000, 1,
	json_set(v.value, '$.round', p.round, '$.version', 1)
FROM proceedings AS p, json_each(p.document, '$.verifications') AS v
WHERE json_type(p.document, '$.verifications') = 'array';

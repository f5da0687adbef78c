-- +goose Up
-- Exhibits in a table of their own: a dossier of 600 files is then saved without
-- writing them all again. Those of older documents move over. Beside them the
-- files that come in parts.

CREATE TABLE exhibits (
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    place    INTEGER NOT NULL,
    binned   INTEGER NOT NULL, -- taken out of the draft, can be put back
    digest   TEXT    NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, id),
    FOREIGN KEY (round, unit, track) REFERENCES dossiers (round, unit, track)
) STRICT;

CREATE INDEX exhibits_digest ON exhibits (digest);

INSERT INTO exhibits (round, unit, track, id, place, binned, digest, document)
SELECT d.round, d.unit, d.track, json_extract(e.value, '$.id'), e.key, 0, json_extract(e.value, '$.file.digest'), e.value
FROM dossiers d, json_each(d.document, '$.exhibits') e;

UPDATE dossiers SET document = json_remove(document, '$.exhibits');

CREATE TABLE uploads (
    id       TEXT    PRIMARY KEY,
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    expires  INTEGER NOT NULL, -- wall clock
    done     INTEGER NOT NULL,
    document TEXT    NOT NULL,
    FOREIGN KEY (round, unit, track) REFERENCES dossiers (round, unit, track)
) STRICT;

CREATE INDEX uploads_dossier ON uploads (round, unit, track);
CREATE INDEX uploads_expires ON uploads (expires);

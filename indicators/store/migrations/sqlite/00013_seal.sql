-- +goose Up
-- Anybody who holds a manifest may ask whether it was filed: by its digest alone.

CREATE INDEX manifests_digest ON manifests (digest);

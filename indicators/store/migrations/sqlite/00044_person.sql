-- +goose Up
ALTER TABLE account ADD COLUMN person TEXT NOT NULL DEFAULT ''; -- keyed digest of whose account it is; empty: nobody has said

package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// A folder of an older version holds the exhibits inside the dossiers' documents:
// they move over once, in their order.
func TestExhibitsOfOlderFoldersMoveOver(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.db")
	ctx, k := t.Context(), application.Key{Round: 2020, Unit: "640105", Track: roster.Single}
	entry := &audit.Entry{Actor: "test", Action: "test"}
	s, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.AddRound(ctx, &roster.Round{Year: 2020, Version: 1}, *entry, func([]roster.Round) error { return nil }))
	d := application.New(k, "x", time.Unix(0, 0))
	must(s.AddDossier(ctx, &d, entry, func([]application.Dossier) error { return nil }))
	must(s.Close())
	raw, err := sql.Open("sqlite", path)
	must(err)
	for _, statement := range []string{
		`DROP TABLE exhibits`, `DROP TABLE uploads`, `DELETE FROM programme_schema WHERE version_id = 12`,
		`UPDATE dossiers SET document = json_set(document, '$.exhibits', json('[
			{"id":"b","file":{"digest":"22","name":"二.pdf","kind":"pdf","size":2},"dated":"2020-05-01","added_at":"2020-07-01T00:00:00Z"},
			{"id":"a","file":{"digest":"11","name":"一.pdf","kind":"pdf","size":1},"attachment":"media","added_at":"2020-07-01T00:00:00Z"}]'))`,
	} {
		_, err := raw.ExecContext(ctx, statement)
		must(err)
	}
	must(raw.Close())
	s, err = store.Open(ctx, path)
	must(err)
	defer s.Close()
	got, err := s.Dossier(ctx, k)
	must(err)
	if len(got.Exhibits) != 2 || got.Exhibits[0].File.Name != "二.pdf" || got.Exhibits[0].Dated != roster.On(2020, time.May, 1) ||
		got.Exhibits[1].ID != "a" || got.Exhibits[1].Attachment != application.Media {
		t.Fatalf("got %+v", got.Exhibits)
	}
	must(s.UpdateDossier(ctx, k, entry, func(d *application.Dossier) error {
		d.Exhibits, d.Bin = d.Exhibits[:1], d.Exhibits[1:]
		return nil
	}))
	all, err := s.Dossiers(ctx, 2020)
	must(err)
	if len(all) != 1 || len(all[0].Exhibits) != 1 || all[0].Exhibits[0].ID != "b" || len(all[0].Bin) != 1 || all[0].Bin[0].ID != "a" {
		t.Errorf("got %+v", all)
	}
}

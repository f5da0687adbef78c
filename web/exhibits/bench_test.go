package exhibits_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/roster"
)

const (
	dossiers = 27
	perUnit  = 111 // 27 dossiers of it are 2,997 files
	megabyte = 1 << 20
)

// crowd adds so many dossiers of other units, and gives each and the applicant's
// own so many files under 100 indicators. Few have real bytes: 1 MB, one 50 MB.
func (h *house) crowd(units int) {
	h.t.Helper()
	entry := &audit.Entry{Actor: "test", Action: "test"}
	for n := range units {
		k := application.Key{Round: 2020, Unit: "640105", Track: roster.Comprehensive}
		if n > 0 {
			k.Unit = roster.UnitCode(fmt.Sprintf("99%04d", n))
			d := application.New(k, "x", h.now())
			if err := h.store.AddDossier(h.t.Context(), &d, entry, func([]application.Dossier) error { return nil }); err != nil {
				h.t.Fatal(err)
			}
		}
		all := h.files(n)
		err := h.store.UpdateDossier(h.t.Context(), k, entry, func(d *application.Dossier) error { d.Exhibits = all; return nil })
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) files(unit int) (out []application.Exhibit) {
	h.t.Helper()
	for i := range perUnit {
		size := 1000
		switch i {
		case 0:
			size = megabyte
		case 1:
			size = 50 * megabyte / dossiers // 50 MB of all units together
		}
		body := append(fmt.Appendf(nil, "%%PDF-1.4\n%% %d %d ", unit, i), bytes.Repeat([]byte("x"), size)...)
		sum := sha256.Sum256(body)
		digest := hex.EncodeToString(sum[:])
		place := filepath.Join(h.dir, "evidence", digest[:2], digest[2:])
		if err := errors.Join(os.MkdirAll(filepath.Dir(place), 0o700), os.WriteFile(place, body, 0o600)); err != nil {
			h.t.Fatal(err)
		}
		out = append(out, application.Exhibit{
			ID: application.ExhibitID(fmt.Sprintf("f-%d-%d", unit, i)), Indicators: []indicators.Number{indicators.Number(fmt.Sprint(i%100 + 1))},
			File:    evidence.File{Digest: evidence.Digest(digest), Name: fmt.Sprintf("%d.pdf", i), Kind: evidence.PDF, Size: int64(len(body))},
			AddedAt: h.now(), AddedBy: "x", Dated: roster.On(2020, time.May, 1),
		})
	}
	return out
}

// BenchmarkOneAmongTwentySeven does the same work for one applicant alone and for
// one among 27 with 3,000 files, in turn, and reports the middle times and their
// ratio: near 1 says that nobody waits for the others' files.
func BenchmarkOneAmongTwentySeven(b *testing.B) {
	alone, among := newHouse(b), newHouse(b)
	alone.crowd(1)
	among.crowd(dossiers)
	one, many := alone.client("xixia"), among.client("xixia")
	number := 0
	for _, work := range []struct {
		name string
		do   func(c *client)
	}{
		{"page", func(c *client) { c.get(desk+"/exhibits").want(b, http.StatusOK) }},
		{"preview", func(c *client) { c.get(desk+"/exhibits/f-0-0/preview").want(b, http.StatusOK) }},
		{"content of 1 MB", func(c *client) { c.get(desk+"/exhibits/f-0-0/preview/content").want(b, http.StatusOK) }},
		{"attach", func(c *client) {
			number++
			c.upload(map[string]string{"indicator": "7"}, sentFile{"new.pdf", pdf(fmt.Sprint(number))}).want(b, http.StatusSeeOther)
		}},
	} {
		b.Run(work.name, func(b *testing.B) {
			var times [2][]time.Duration
			for b.Loop() {
				for i, c := range []*client{one, many} {
					start := time.Now()
					work.do(c)
					times[i] = append(times[i], time.Since(start))
				}
			}
			var middle [2]float64
			for i := range times {
				slices.Sort(times[i])
				middle[i] = float64(times[i][len(times[i])/2])
			}
			b.ReportMetric(middle[0]/1e6, "ms-alone")
			b.ReportMetric(middle[1]/1e6, "ms-among")
			b.ReportMetric(middle[1]/middle[0], "ratio")
		})
	}
}

package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// TestMetricsCountWhatWasAskedAndNameNobody asks a house for some pages and reads
// the metrics as Prometheus does. S42: nothing of a person, token or survey is in.
func TestMetricsCountWhatWasAskedAndNameNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := staff(t, h)["office"]
	for range 3 {
		b.get("/office")
	}
	b.get("/office/units/640100")
	b.get("/q/0123456789ABCDEFGHJKMNPQRS")
	s := httptest.NewServer(promhttp.HandlerFor(h.meters.registry, promhttp.HandlerOpts{}))
	defer s.Close()
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for _, want := range []string{
		`minyi_requests_total{route="/office",status="200"} 3`, `minyi_requests_total{route="/office/units/:code",status="200"} 1`,
		"minyi_jobs_since_timestamp_seconds 0", `minyi_log_waiting_since_timestamp_seconds{log="answers"} 0`,
		"minyi_intake_waiting 0", "minyi_intake_stored_total 0", "go_goroutines ", "process_open_fds ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if !regexp.MustCompile(`minyi_file_bytes\{file="survey\.db"\} [1-9]`).MatchString(text) {
		t.Error("no size of the survey's database")
	}
	if !regexp.MustCompile(`minyi_trail_last_timestamp_seconds\{half="programme"\} [1-9]`).MatchString(text) {
		t.Error("no moment of the programme's trail, into which accounts were written")
	}
	if regexp.MustCompile(`minyi_[a-z_]+(\{[^}]*\})? -1\n`).MatchString(text) {
		t.Error("a meter could not be read")
	}
	for _, name := range alarmed(t) {
		if !strings.Contains(text, "\n"+name+" ") && !strings.Contains(text, "\n"+name+"{") && name != "minyi_certificate_expiry_timestamp_seconds" {
			t.Errorf("an alert reads %s, which is not there", name)
		}
	}
	for _, secret := range []string{"640100", "0123456789ABCDEFGHJKMNPQRS", "a-office", testPassword, "/q/"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the metrics", secret)
		}
	}
}

// alarmed are the service's meters that the alert rules read.
func alarmed(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("../../.deploy/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\b(minyi|process)_[a-z_]+`).FindAllString(string(raw), -1)
	slices.Sort(names)
	const least = 12
	if names = slices.Compact(names); len(names) < least {
		t.Fatalf("got %d meters in the alert rules, want %d at least", len(names), least)
	}
	return names
}

// An operator hears of a certificate before browsers refuse it.
func TestTheEndOfTheCertificateIsMetered(t *testing.T) {
	t.Parallel()
	cert, key := pair(t)
	if got, want := certificateEnds(cert), float64(1<<33); got != want {
		t.Errorf("got %.0f, want %.0f", got, want)
	}
	for _, none := range []string{key, filepath.Join(t.TempDir(), "none.pem")} {
		if got := certificateEnds(none); got != 0 {
			t.Errorf("no certificate: got %.0f, want 0", got)
		}
	}
}

func TestMetricsHaveAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	m := newMeters()
	var log strings.Builder
	stop := m.serve(t.Context(), "127.0.0.1:0", slog.New(slog.NewTextHandler(&log, nil)))
	defer stop()
	_, address, found := strings.Cut(strings.TrimSpace(log.String()), "address=")
	if !found {
		t.Fatalf("the log does not say where: %s", &log)
	}
	for path, want := range map[string]int{"/metrics": http.StatusOK, "/": http.StatusNotFound} {
		res, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, res.StatusCode, want)
		}
	}
	m.serve(context.Background(), address, slog.New(slog.NewTextHandler(&log, nil)))() // taken: told, not fatal
	if !strings.Contains(log.String(), "no metrics") {
		t.Errorf("an address that is taken: got %s", &log)
	}
}

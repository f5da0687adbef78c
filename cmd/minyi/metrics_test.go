package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
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
		"minyi_intake_waiting 0", "minyi_intake_stored_total 0", "go_goroutines ", "process_open_fds ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if !regexp.MustCompile(`minyi_file_bytes\{file="survey\.db"\} [1-9]`).MatchString(text) {
		t.Error("no size of the survey's database")
	}
	for _, secret := range []string{"640100", "0123456789ABCDEFGHJKMNPQRS", "a-office", testPassword, "/q/"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the metrics", secret)
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

package web

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Residents' requests leave no line of their own in the log, where its time would
// say when somebody answered; they are counted, and an error still has its line.
func TestTheLogNeverSaysWhenAResidentCame(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	a := &App{cfg: Config{Log: slog.New(slog.NewTextHandler(&log, nil)), NewID: func() string { return "id" }, Count: func(string, int, int) {}}, residents: map[string]bool{"/q/:token": true}}
	a.visits.now = func() time.Time { return time.Date(2020, 8, 15, 1, 2, 3, 4, time.UTC) }
	told := map[visit]int{}
	a.visits.tell = func(route string, status, n int) { told[visit{route, status}] += n }
	f := fiber.New()
	f.Use(a.watch)
	f.Get("/q/:token", func(c *fiber.Ctx) error { return c.SendStatus(len(c.Params("token")) * 100) })
	f.Get("/office", func(c *fiber.Ctx) error { return c.SendString("") })
	for _, path := range []string{"/q/ab", "/q/ab", "/q/abcd", "/q/abcde", "/office"} {
		res, err := f.Test(httptest.NewRequestWithContext(t.Context(), fiber.MethodGet, path, nil))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	if got := strings.Count(log.String(), "msg=request"); got != 2 || !strings.Contains(log.String(), "status=500") || !strings.Contains(log.String(), "/office") {
		t.Errorf("got %d lines, want those of the error and of the office:\n%s", got, log.String())
	}
	a.visits.report()
	if want := (map[visit]int{{"/q/:token", 200}: 2, {"/q/:token", 400}: 1}); len(told) != 2 || told[visit{"/q/:token", 200}] != 2 || told[visit{"/q/:token", 400}] != 1 {
		t.Errorf("got %v, want %v", told, want)
	}
}

// A line comes on the full five minutes, whenever the first request came.
func TestTheLineOfVisitsComesOnFullMinutes(t *testing.T) {
	t.Parallel()
	day := time.Date(2020, 8, 15, 0, 0, 0, 0, time.UTC)
	for _, after := range []time.Duration{0, time.Nanosecond, 3 * time.Minute, 5*time.Minute - 1, 47*time.Minute + 11*time.Second} {
		at := day.Add(after)
		if told := at.Add(untilFull(at)); !told.Equal(told.Truncate(visitsEvery)) || !told.After(at) || told.Sub(at) > visitsEvery {
			t.Errorf("%v: told at %v", at, told)
		}
	}
}

package view_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/web/view"
)

// stream answers with what write writes and returns what a client reads.
func stream(t *testing.T, write func(w io.Writer) error) (*http.Response, string, error) {
	t.Helper()
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error { return view.Stream(c, "sheets.pdf", "application/pdf", write) })
	res, err := app.Test(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), -1)
	if err != nil {
		return nil, "", err // the server broke the connection off
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return res, string(body), err
}

func TestAFileIsSentWhileItIsMade(t *testing.T) {
	t.Parallel()
	piece := strings.Repeat("x", 10_000)
	res, got, err := stream(t, func(w io.Writer) error {
		for range 30 {
			if _, err := io.WriteString(w, piece); err != nil {
				return err
			}
		}
		return nil
	})
	if want := strings.Repeat(piece, 30); err != nil || got != want {
		t.Errorf("got %d bytes, %v; want %d", len(got), err, len(want))
	}
	if res == nil {
		return
	}
	if got, want := res.Header.Get("Content-Disposition"), `attachment; filename=sheets.pdf`; got != want {
		t.Errorf("disposition: got %q, want %q", got, want)
	}
}

func TestAPartNeverPassesForTheWhole(t *testing.T) {
	t.Parallel()
	_, got, err := stream(t, func(w io.Writer) error {
		_, err := io.WriteString(w, "the first half")
		return errors.Join(err, errors.New("broken"))
	})
	if err == nil {
		t.Errorf("a file that broke off reads as whole: %q", got)
	}
}

// TestASlowLineGetsTheWholeFile reads more than the network holds on its way, for
// longer than the server gives a whole answer.
func TestASlowLineGetsTheWholeFile(t *testing.T) {
	t.Parallel()
	const pieces, size, allowed = 40, 1 << 20, 150 * time.Millisecond
	app := fiber.New(fiber.Config{WriteTimeout: allowed, DisableStartupMessage: true})
	piece := strings.Repeat("x", size)
	app.Get("/", func(c *fiber.Ctx) error {
		return view.Stream(c, "sheets.pdf", "application/pdf", func(w io.Writer) error {
			for range pieces {
				if _, err := io.WriteString(w, piece); err != nil {
					return err
				}
			}
			return nil
		})
	})
	var listening net.ListenConfig
	l, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(l) }()
	t.Cleanup(func() {
		if err := errors.Join(app.ShutdownWithTimeout(time.Minute), <-served); err != nil {
			t.Error(err)
		}
	})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	time.Sleep(4 * allowed)
	if n, err := io.Copy(io.Discard, res.Body); err != nil || n != pieces*size {
		t.Errorf("got %d bytes, %v; want %d", n, err, pieces*size)
	}
}

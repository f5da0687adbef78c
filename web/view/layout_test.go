package view_test

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gofiber/fiber/v2"

	"minyi/web/view"
)

// A page's own field of the same name is no message of the layout's.
func TestTheLayoutShowsWhatTheFrameSaysNotWhatThePageNamesAlike(t *testing.T) {
	t.Parallel()
	pages, err := view.NewPages(texts(t), fstest.MapFS{"pages/one.html": {Data: []byte(`{{define "title"}}T{{end}}{{define "main"}}<p>{{.Done}}</p>{{end}}`)}})
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error {
		return pages.Render(c, "one", &struct {
			view.Frame
			Done, Made int
		}{Done: 4711, Made: 1})
	})
	res, err := app.Test(httptest.NewRequestWithContext(t.Context(), "GET", "/", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(body); strings.Count(got, "4711") != 1 || strings.Contains(got, `class="made"`) {
		t.Errorf("got %s", got)
	}
}

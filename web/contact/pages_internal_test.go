package contact

import (
	"io"
	"math"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/contact"
	"minyi/survey/tabulate"
	"minyi/web/view"
)

func number(v float64) tabulate.Number { return tabulate.Number(v) }

// shown is the modes' page of a survey that is over, in a language.
func shown(t *testing.T, lang view.Lang) string {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(Config{Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	of := func(v float64) contact.Estimate {
		return contact.Estimate{Est: number(v), SE: number(.0123), Low: number(v - .02), High: number(v + .02), P: number(.0401), N: 30}
	}
	none := contact.Estimate{Est: number(math.NaN()), SE: number(math.NaN()), Low: number(math.NaN()), High: number(math.NaN()), P: number(math.NaN())}
	row := contact.ModeRow{Name: "q01", Alone: of(.5), Other: of(.75), Difference: of(.25), Adjusted: of(.2)}
	paper := contact.ModeRow{Name: "q03", Alone: of(.5), Other: of(.625), Difference: of(.125), Adjusted: of(.1)}
	page := &ModesPage{
		Head:   Head{Contacting: &survey.Contacting{Survey: &survey.Survey{ID: "s1", State: survey.Closed}}, Name: "银川市", Tab: "modes"},
		Effect: &contact.ModeEffect{Alone: 30, Phone: 31, Paper: 17, Adjusted: []string{"sex", "age", "residence"}},
		Tables: []ModeTable{{"phone", []ModeLine{
			{ModeRow: row, Label: "第一题", Scale: 100},
			{ModeRow: contact.ModeRow{Name: "q02", Alone: none, Other: none, Difference: none, Adjusted: none}, Label: "第二题", Scale: 100},
		}}, {"paper", []ModeLine{{ModeRow: paper, Label: "第三题", Scale: 100}}}},
	}
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error {
		view.SetLang(c, lang)
		return d.pages.Render(c, "modes", page)
	})
	res, err := app.Test(httptest.NewRequestWithContext(t.Context(), fiber.MethodGet, "/", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != fiber.StatusOK {
		t.Fatalf("%d, %v: %s", res.StatusCode, err, body)
	}
	return string(body)
}

func TestTheModesStandSideBySideWithTheirErrors(t *testing.T) {
	t.Parallel()
	for _, lang := range view.Langs() {
		page := shown(t, lang)
		for _, want := range []string{"第一题", ">50.0<", ">75.0<", ">25.0<", ">1.23<", "23.0 – 27.0", ">20.0<", "0.040", ">—<", ">17<", "第三题", ">62.5<"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q on the page", lang, want)
			}
		}
		if strings.Contains(page, "⟦") {
			t.Errorf("%s: a text is missing", lang)
		}
	}
}

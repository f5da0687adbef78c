package review

import (
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/quality"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// called is a board on which two interviewers differ: one gives fives and tens only.
func called() *survey.Board {
	data := &quality.Survey{Items: []quality.Item{{ID: "q01"}}}
	var endings []quality.Ending
	for i := range 60 {
		hand, point, digit := []string{"7KQ2M", "H4XZP"}[i%2], int8(3+i%3-i%2), i%10
		if i%2 == 0 {
			digit = i % 4 / 2 * 5
		}
		data.Responses = append(data.Responses, quality.Response{ID: strconv.Itoa(i), Unit: "own", Interviewer: hand, Answers: []int8{point}})
		endings = append(endings, quality.Ending{Digit: digit, Group: hand})
	}
	return &survey.Board{
		Unit: "B66RK", Paper: &questionnaire.Questionnaire{}, Traced: true,
		Hands: quality.EffectsOf(data, "own", func(x *quality.Response) string { return x.Interviewer }),
		Heaps: []quality.Heaping{quality.HeapOf("s3", endings)},
	}
}

// listed is the page of a review in a language.
func listed(t *testing.T, lang view.Lang) string {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(Config{Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error {
		view.SetLang(c, lang)
		board := called()
		return d.pages.Render(c, "list", &ListPage{
			Bench: Bench{ID: "s1", Survey: &survey.Survey{ID: "s1", State: survey.Closed}, Board: board, Decided: &survey.Decided{}},
			Page:  1, Pages: 1, HandEffects: effects(board.Hands), HeapLines: heaps(c, board),
		})
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

func TestInterviewersAndLastDigitsStandOnThePage(t *testing.T) {
	t.Parallel()
	for _, lang := range view.Langs() {
		page := listed(t, lang)
		for _, want := range []string{`id="hands"`, `?hand=7KQ2M#answers`, `id="heaps"`, ">100%<", "χ²", "&lt; 0.0001", "z = "} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q on the page", lang, want)
			}
		}
		if strings.Contains(page, "⟦") {
			t.Errorf("%s: a text is missing", lang)
		}
	}
}

package rules_test

import (
	"io"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/store"
	"minyi/indicators/workday"
	"minyi/web/rules"
	"minyi/web/view"
)

// desk is the door over a real store, for a visitor of the public: pages are read
// here, and the roads through them are walked by the office's tests and a browser.
type desk struct {
	app *fiber.App
	at  time.Time
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{at: roster.On(2020, time.July, 1).Start()}
	now := func() time.Time { return d.at }
	path := filepath.Join(t.TempDir(), "programme.db")
	dbtest.Place(t, "programme", path, store.Open)
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	rounds, err := roster.NewService(s, now)
	if err != nil {
		t.Fatal(err)
	}
	office := access.Actor{Name: "wang", Role: access.Office}
	_, err = rounds.OpenRound(t.Context(), office, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "宁法办发〔2019〕39号"},
	})
	if err != nil {
		t.Fatal(err)
	}
	scheme, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: indicators.Whole})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rounds.Reweigh(t.Context(), office, 2020, 0, scheme, ""); err != nil {
		t.Fatal(err)
	}
	scheme.Systems[indicators.Department].Items["1"] = indicators.Item{Full: 200, Method: indicators.OnSite}
	if _, err := rounds.Reweigh(t.Context(), office, 2020, 1, scheme, "第1项"); err != nil {
		t.Fatal(err)
	}
	d.mount(t, rounds)
	return d
}

func (d *desk) mount(t *testing.T, rounds *roster.Service) {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	days, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	door, err := rules.New(rules.Config{Texts: texts, Roster: rounds, Calendar: days, Now: func() time.Time { return d.at }})
	if err != nil {
		t.Fatal(err)
	}
	d.app = fiber.New(fiber.Config{Immutable: true, ErrorHandler: func(c *fiber.Ctx, err error) error {
		return c.Status(view.Status(fault.KindOf(err))).SendString(err.Error())
	}})
	d.app.Use(func(c *fiber.Ctx) error {
		if lang, ok := view.ParseLang(c.Query("lang")); ok {
			view.SetLang(c, lang)
		}
		view.SetRound(c, d.at, false)
		return c.Next()
	})
	for path, do := range map[string]fiber.Handler{
		"/office/indicators": door.Book, "/office/indicators/compare": door.Compare, "/office/indicators/export.xlsx": door.Export,
		"/office/units": door.Units, "/office/units/:code": door.Unit, "/office/documents": door.Documents, door.ScriptPath(): door.Script,
	} {
		d.app.Get(path, do)
	}
	d.app.Get("/office/indicators/:system/:number", door.One)
}

func (d *desk) get(t *testing.T, path string) (int, string) {
	t.Helper()
	res, err := d.app.Test(httptest.NewRequestWithContext(t.Context(), fiber.MethodGet, path, nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil || res.Body.Close() != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestPagesSpeakBothLanguages(t *testing.T) {
	t.Parallel()
	d := open(t)
	for path, want := range map[string][2]string{
		"/office/indicators":                                      {"工作簿", "Workbook"},
		"/office/indicators/compare":                              {"实地查看", "On site"},
		"/office/indicators/city-county/31":                       {"通知原文的数值要求", "Thresholds of the notice"},
		"/office/indicators/city-county/23":                       {"适用于有立法权的市", "units with rule-making power"},
		"/office/indicators/department/5?try=0&figure=6":          {"未达到", "not met"},
		"/office/indicators/city-county/28?try=0&part=0&whole=0":  {"分母为零", "nothing of nothing"},
		"/office/indicators/city-county/5?try=0&figure=viel":      {"“viel”不是有效的数值", "“viel” is not a figure"},
		"/office/indicators/city-county/73?try=1&part=1&whole=10": {"外部数据尚未录入", "the outside figure is missing"},
		"/office/units":                    {"依法治县委员会办公室", "Contact office"},
		"/office/units/640122":             {"联系办公室", "Contact office"},
		"/office/documents?key=basis-2019": {"修改文件", "Change the document"},
	} {
		for n, lang := range []string{"zh-CN", "en"} {
			join := "?"
			if strings.Contains(path, "?") {
				join = "&"
			}
			status, body := d.get(t, path+join+"lang="+lang)
			if status != fiber.StatusOK || !strings.Contains(body, want[n]) || strings.Contains(body, "⟦") {
				t.Errorf("%s %s: got %d, %q is not on it or words are missing", path, lang, status, want[n])
			}
		}
	}
}

func TestWorkingDaysOfAnUnknownYearAreSaidSo(t *testing.T) {
	t.Parallel()
	_, body := open(t).get(t, "/office/indicators/city-county/5?try=0&from=2018-09-28&to=2018-10-08")
	if !strings.Contains(body, "只按周末计算") || !strings.Contains(body, "未达到") {
		t.Error("2018 has no notice in the table: the page does not say so")
	}
}

func TestC64TheLockIsSaidOnThePage(t *testing.T) {
	t.Parallel()
	d := open(t)
	for date, want := range map[string]bool{"2020-08-31": false, "2020-09-01": true} {
		at, err := roster.ParseDate(date)
		if err != nil {
			t.Fatal(err)
		}
		d.at = at.Start()
		for _, path := range []string{"/office/indicators", "/office/indicators/city-county/5"} {
			_, body := d.get(t, path)
			if strings.Contains(body, "评估已于 2020-09-01 开始") != want || strings.Contains(body, "<button>保存为新版本") == want {
				t.Errorf("%s on %s: the lock is not said as it is", path, date)
			}
		}
	}
}

func TestRestoredTextsAreShownAsSuch(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, path := range []string{"/office/indicators", "/office/indicators/city-county/84"} {
		if _, body := d.get(t, path); !strings.Contains(body, "文字已补正") || !strings.Contains(body, "department 84") {
			t.Errorf("%s: the restored text is not shown as such", path)
		}
	}
}

func TestC65AnOverdueUpdateIsWarned(t *testing.T) {
	t.Parallel()
	d := open(t)
	for year, want := range map[int]bool{2022: true, 2021: false} {
		d.at = roster.On(year, time.July, 2).Start()
		if _, body := d.get(t, "/office/indicators?round=2020"); strings.Contains(body, "更新已逾期") != want {
			t.Errorf("%d: overdue is not %v", year, want)
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, path := range []string{
		"/office/indicators/city-county/500", "/office/indicators/village/1", "/office/units/999999", "/office/documents?key=x",
		"/office/indicators?round=1999", "/office/indicators/compare?from=x", "/office/indicators/export.xlsx?version=9",
	} {
		if status, _ := d.get(t, path); status != fiber.StatusNotFound {
			t.Errorf("%s: got %d", path, status)
		}
	}
}

package contact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/contact"
)

func refuses(t *testing.T, what string, err error, code string) {
	t.Helper()
	for _, r := range fault.All(err) {
		if r.Code == code {
			return
		}
	}
	t.Errorf("%s: got %v, want %s", what, err, code)
}

// The file is what outcomerate 1.0.1 (rOpenSci, R 4.2.2) gives; its first case is
// the table printed in that package's README, to three decimals there.
func TestRatesAreThoseOfOutcomerate(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/outcomerate.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Name   string
			Counts contact.Counts
			Rates  map[string]float64
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 3 {
		t.Fatalf("only %d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		rates := c.Counts.Rates().List()
		if len(rates) != len(c.Rates) {
			t.Errorf("%s: %d rates, want %d", c.Name, len(rates), len(c.Rates))
		}
		for _, got := range rates {
			want, ok := c.Rates[got.Name]
			if !ok || math.Abs(float64(got.Value)-want) > 1e-12 {
				t.Errorf("%s: %s is %v, want %v", c.Name, got.Name, got.Value, want)
			}
		}
	}
}

func TestRatesWithNothingBelowTheLineAreNotKnown(t *testing.T) {
	t.Parallel()
	for _, r := range (contact.Counts{}).Rates().List() {
		if r.Name != "e" && !math.IsNaN(float64(r.Value)) {
			t.Errorf("%s of nothing is %v", r.Name, r.Value)
		}
	}
	if got := (contact.Counts{UH: 5}).Rates(); got.RR3 != 0 || got.E != 1 {
		t.Errorf("five unknown cases: RR3 %v, e %v; want 0 and 1", got.RR3, got.E)
	}
}

func TestEveryCodeOfAAPORHasAClassAndStandsOnce(t *testing.T) {
	t.Parallel()
	seen := map[contact.Code]bool{}
	for _, d := range contact.Dispositions() {
		if seen[d.Code] {
			t.Errorf("%s stands twice", d.Code)
		}
		seen[d.Code] = true
		// The first figure of a code is its group; the class must be of that group.
		group := map[byte]string{'1': "I P", '2': "R NC O", '3': "UH UO", '4': "NE"}[d.Code[0]]
		if !strings.Contains(group, string(d.Class)) {
			t.Errorf("%s has class %s", d.Code, d.Class)
		}
		if found, err := contact.Find(d.Code); err != nil || found != d {
			t.Errorf("%s is not found: %v", d.Code, err)
		}
	}
	_, err := contact.Find("5.0")
	refuses(t, "a code that is none", err, "contact.code")
}

func TestADeadNumberSaysNothingOfAPerson(t *testing.T) {
	t.Parallel()
	d, err := contact.Find("4.32")
	if err != nil {
		t.Fatal(err)
	}
	if d.In(true) != contact.Ineligible || d.In(false) != contact.UnknownOther {
		t.Errorf("disconnected: %s in a sample of numbers, %s in one of people", d.In(true), d.In(false))
	}
}

// The limits are those of 3GPP TS 23.038 and 23.040: 160 septets or 70 units in
// one message, 153 or 67 in a part.
func TestMessagesAreMeasuredAsTheyAreSent(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text string
		want contact.Size
	}{
		"nothing":               {"", contact.Size{}},
		"plain, full":           {strings.Repeat("a", 160), contact.Size{Units: 160, Parts: 1}},
		"plain, one more":       {strings.Repeat("a", 161), contact.Size{Units: 161, Parts: 2}},
		"plain, two full":       {strings.Repeat("a", 306), contact.Size{Units: 306, Parts: 2}},
		"plain, three":          {strings.Repeat("a", 307), contact.Size{Units: 307, Parts: 3}},
		"braces count twice":    {strings.Repeat("{", 80), contact.Size{Units: 160, Parts: 1}},
		"a brace is not cut":    {strings.Repeat("a", 152) + "{" + strings.Repeat("a", 152), contact.Size{Units: 306, Parts: 3}},
		"Chinese, full":         {strings.Repeat("民", 70), contact.Size{Wide: true, Units: 70, Parts: 1}},
		"Chinese, one more":     {strings.Repeat("民", 71), contact.Size{Wide: true, Units: 71, Parts: 2}},
		"Chinese, two full":     {strings.Repeat("民", 134), contact.Size{Wide: true, Units: 134, Parts: 2}},
		"Chinese, three":        {strings.Repeat("民", 135), contact.Size{Wide: true, Units: 135, Parts: 3}},
		"one Chinese among all": {strings.Repeat("a", 69) + "民", contact.Size{Wide: true, Units: 70, Parts: 1}},
		"beyond the plane":      {strings.Repeat("𠮷", 35), contact.Size{Wide: true, Units: 70, Parts: 1}},
		"a pair is not cut":     {strings.Repeat("民", 66) + "𠮷" + strings.Repeat("民", 66), contact.Size{Wide: true, Units: 134, Parts: 3}},
	}
	for name, c := range cases {
		if got := contact.Weigh(c.text); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestMessagesThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]string{
		"":                                  "contact.message",
		strings.Repeat("民", 501) + "{link}": "contact.message",
		"您好{naem}，请点{link}":                 "contact.blank",
		"您好{link，请点":                        "contact.blank",
		"您好{name}":                          "contact.nolink",
	} {
		refuses(t, text, contact.CheckMessage(text), code)
	}
	if err := contact.CheckMessage("{name}您好：{link}"); err != nil {
		t.Error(err)
	}
	got := contact.Fill("{name}您好：{link}", map[string]string{"name": "{link}", "link": "x"})
	if got != "{link}您好：x" {
		t.Errorf("a name that looks like a placeholder: got %s", got)
	}
}

func TestNumbersOfAFile(t *testing.T) {
	t.Parallel()
	got, err := contact.ReadNumbers(strings.NewReader("\ufeff序号,手机号,姓名,地址,身份证\n3,138 0013-8000,马某,西夏区,640\n4,（0951）6021234,,,\n"))
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	if want := (contact.Number{Row: 2, Serial: 3, Phone: "13800138000", Name: "马某", Place: "西夏区"}); got[0] != want {
		t.Errorf("got %+v, want %+v", got[0], want)
	}
	if got[1].Phone != "09516021234" {
		t.Errorf("a number in wide brackets: got %s", got[1].Phone)
	}
	gb := "psu,phone\n\xd0\xc2\xb3\xc7,13800138001\n" // 新城 in GB 18030
	if got, err = contact.ReadNumbers(strings.NewReader(gb)); err != nil || got[0].PSU != "新城" {
		t.Errorf("GB 18030: got %v, %v", got, err)
	}
	for name, c := range map[string]struct{ file, code string }{
		"no number column":  {"serial,name\n1,a\n", "numbers.header"},
		"no link column":    {"phone\n13800138000\n", "numbers.header"},
		"letters":           {"serial,phone\n1,abc\n", "numbers.phone"},
		"too short":         {"serial,phone\n1,110\n", "numbers.phone"},
		"a serial of nil":   {"serial,phone\n0,13800138000\n", "numbers.serial"},
		"nobody's":          {"serial,phone\n,13800138000\n", "numbers.serial"},
		"the same twice":    {"serial,phone\n1,13800138000\n2,138-0013-8000\n", "numbers.twice"},
		"nothing":           {"serial,phone\n", "numbers.empty"},
		"a sign of control": {"serial,phone,name\n1,13800138000,\"a\x01\"\n", "numbers.row"},
	} {
		_, err := contact.ReadNumbers(strings.NewReader(c.file))
		refuses(t, name, err, c.code)
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	t.Parallel()
	if err := contact.DefaultRules().Check(); err != nil {
		t.Error(err)
	}
	for code, change := range map[string]func(*contact.Rules){
		"contact.attempts": func(r *contact.Rules) { r.Attempts = 0 },
		"contact.pause":    func(r *contact.Rules) { r.Pause = 73 },
		"contact.wait":     func(r *contact.Rules) { r.Wait = -1 },
		"contact.share":    func(r *contact.Rules) { r.Share = 4 }, // a random 5 % is the least
		"contact.between":  func(r *contact.Rules) { r.To = 21*60 + 1 },
	} {
		r := contact.DefaultRules()
		change(&r)
		refuses(t, code, r.Check(), code)
	}
}

func TestNotesHoldNoNumberThatNamesSomebody(t *testing.T) {
	t.Parallel()
	for note, code := range map[string]string{
		"13800138000 是他儿子":             "contact.personal",
		"改打 0951-602 1234":             "contact.personal",
		strings.Repeat("长", 201):       "contact.note",
		"身份证 640102 1990 0101 001X 那位": "contact.personal",
	} {
		refuses(t, note, contact.CheckNote(note), code)
	}
	if err := contact.CheckNote("晚上 7 点以后打，12月3日"); err != nil {
		t.Error(err)
	}
}

var errNone = errors.New("no case")

func tell(c *contact.Case) string {
	if c == nil {
		return errNone.Error()
	}
	return fmt.Sprint(c.Serial)
}

// at is a time of Asia/Shanghai in September 2020: the 1st was a Tuesday.
func at(day, hour int) time.Time {
	return time.Date(2020, time.September, day, hour, 0, 0, 0, contact.Shanghai())
}

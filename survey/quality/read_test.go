package quality_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/quality"
)

func read(text string, options quality.Options) (*quality.Survey, error) {
	return quality.Read(strings.NewReader(text), options)
}

func TestReadFindsColumnsByNameWhateverTheFile(t *testing.T) {
	t.Parallel()
	const plain = "unit,resp_id,q2,q10,att,p1_s,p02_s,started_at,text,shoe_size\n" +
		"A,r1,5,9,2,1.5,,2026-05-11T08:30:00+08:00,\"one, \"\"two\"\"\nthree\",43\n" +
		"B,r2,,98,,0,12,2026/5/11 8:30,,\n"
	for name, text := range map[string]string{
		"plain": plain, "byte order mark": "\uFEFF" + plain, "CRLF": strings.ReplaceAll(plain, "\n", "\r\n"),
		"capitals and spaces": strings.Replace(plain, "unit,resp_id,q2", "Unit, RESP_ID ,Q2", 1),
		"no end of line":      strings.TrimSuffix(plain, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := read(text, quality.Options{Right: quality.NoAnswer, Reversed: []string{"q10"}, NameReverse: true})
			if err != nil {
				t.Fatal(err)
			}
			if want := []quality.Item{{ID: "q2"}, {ID: "q10", Reversed: true}}; !slices.Equal(s.Items, want) {
				t.Errorf("items: got %v, want %v", s.Items, want)
			}
			a, b := s.Responses[0], s.Responses[1]
			if a.ID != "r1" || a.Unit != "A" || strings.ReplaceAll(a.Text, "\r", "") != "one, \"two\"\nthree" || a.Attention != 2 {
				t.Errorf("first response: got %+v", a)
			}
			if want := []int8{5, quality.NoAnswer}; !slices.Equal(a.Answers, want) {
				t.Errorf("answers: got %v, want %v", a.Answers, want)
			}
			if want := []int8{quality.NoAnswer, quality.NoAnswer}; !slices.Equal(b.Answers, want) || b.Attention != quality.NoAnswer {
				t.Errorf("no opinions: got %v and %d", b.Answers, b.Attention)
			}
			if a.Pages[0] != 1.5 || !math.IsNaN(a.Pages[1]) || b.Pages[1] != 12 {
				t.Errorf("pages: got %v and %v", a.Pages, b.Pages)
			}
			if want := time.Date(2026, 5, 11, 0, 30, 0, 0, time.UTC); !a.Start.Equal(want) || !b.Start.Equal(want) || !b.Submit.IsZero() {
				t.Errorf("times: got %v and %v, want %v", a.Start, b.Start, want)
			}
		})
	}
}

func TestUnusableFilesAreRefusedByLineAndColumn(t *testing.T) {
	t.Parallel()
	const head = "resp_id,unit,q1,p1_s,started_at\n"
	const row = "a,U,5,3.5,2026-05-11T08:30:00+08:00\n"
	cases := map[string]struct {
		text, code, line, column string
		options                  quality.Options
	}{
		"nothing":              {"", "quality.csv_empty", "", "", quality.Options{}},
		"names only":           {head, "quality.no_responses", "", "", quality.Options{}},
		"no id column":         {"unit,q1\nU,1\n", "quality.csv_column", "1", "resp_id", quality.Options{}},
		"no unit column":       {"resp_id,q1\nU,1\n", "quality.csv_column", "1", "unit", quality.Options{}},
		"no item":              {"resp_id,unit,question\na,U,1\n", "quality.csv_items", "1", "", quality.Options{}},
		"a column twice":       {"resp_id,unit,q1,Q1\na,U,1,1\n", "quality.csv_column_twice", "1", "q1", quality.Options{}},
		"no id":                {head + strings.Replace(row, "a", "", 1), "quality.csv_id", "2", "", quality.Options{}},
		"an id twice":          {head + row + row, "quality.csv_id_twice", "3", "", quality.Options{}},
		"a field too many":     {head + row + "b,U,5,1,,x\n", "quality.csv_fields", "3", "", quality.Options{}},
		"a word for an answer": {head + strings.Replace(row, "5", "good", 1), "quality.csv_value", "2", "q1", quality.Options{}},
		"a fraction":           {head + strings.Replace(row, "5", "4.5", 1), "quality.csv_value", "2", "q1", quality.Options{}},
		"an answer below 0":    {head + strings.Replace(row, "5", "-1", 1), "quality.csv_value", "2", "q1", quality.Options{}},
		"an answer beyond 99":  {head + strings.Replace(row, "5", "100", 1), "quality.csv_value", "2", "q1", quality.Options{}},
		"a time below 0":       {head + strings.Replace(row, "3.5", "-3", 1), "quality.csv_value", "2", "p1_s", quality.Options{}},
		"a time without end":   {head + strings.Replace(row, "3.5", "inf", 1), "quality.csv_value", "2", "p1_s", quality.Options{}},
		"a moment of no form":  {head + strings.Replace(row, "2026-05-11T", "yesterday ", 1), "quality.csv_time", "2", "started_at", quality.Options{}},
		"an open quote":        {head + "\"a,U,5,3.5,\n", "quality.csv_syntax", "2", "", quality.Options{}},
		"another encoding":     {head + strings.Replace(row, "U", "\xd2\xf8\xb4\xa8", 1), "quality.csv_encoding", "2", "", quality.Options{}},
		"an unknown reversed":  {head + row, "quality.reversed_unknown", "", "", quality.Options{Reversed: []string{"q7"}, NameReverse: true}},
		"lines inside a field": {head + "\"a\n\",U,5,1,\nb,U,x,1,\n", "quality.csv_value", "4", "q1", quality.Options{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read(c.text, c.options)
			refusals := fault.All(err)
			if len(refusals) != 1 {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			got := refusals[0]
			if got.Code != c.code || got.Params["line"] != c.line || c.column != "" && got.Params["column"] != c.column {
				t.Errorf("got %s %v, want %s at line %q column %q", got.Code, got.Params, c.code, c.line, c.column)
			}
		})
	}
}

func TestReadPassesOnWhatTheFileSystemSays(t *testing.T) {
	t.Parallel()
	_, err := quality.Read(io.MultiReader(strings.NewReader("resp_id,unit,q1\n"), iotest.ErrReader(os.ErrDeadlineExceeded)), quality.Options{})
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want the file's error", err)
	}
}

func TestSurveysThatCannotBeReviewedAreRefused(t *testing.T) {
	t.Parallel()
	item := []quality.Item{{ID: "q1"}}
	one := quality.Response{ID: "a", Unit: "U", Answers: []int8{1}}
	many := &quality.Survey{Items: item, RightAnswer: quality.NoAnswer}
	for k := range int8(20) {
		many.Responses = append(many.Responses, quality.Response{ID: string(rune('a' + k)), Unit: "U", Answers: []int8{k}})
	}
	for name, c := range map[string]struct {
		survey *quality.Survey
		want   string
	}{
		"no item":          {&quality.Survey{Responses: []quality.Response{one}}, "quality.no_items"},
		"no response":      {&quality.Survey{Items: item}, "quality.no_responses"},
		"answers missing":  {&quality.Survey{Items: append(item, item...), Responses: []quality.Response{one}}, "quality.shape"},
		"too many answers": {many, "quality.many_answers"},
	} {
		_, err := quality.Review(c.survey)
		if refusals := fault.All(err); len(refusals) != 1 || refusals[0].Code != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestS24ResultsAreCSVThatNoSpreadsheetRuns(t *testing.T) {
	t.Parallel()
	r := &quality.Report{
		Findings: []quality.Finding{
			{ID: "r,1", Score: 4.25, Flag: true, Rules: []quality.Code{quality.Speed, quality.Duplicate}},
			{ID: "=HYPERLINK(1)", Score: -.5},
			{ID: "-7"},
			{ID: "@x"},
		},
		Units: []quality.UnitFinding{{Unit: "+银川", Score: 1.5}, {Unit: "640100"}},
	}
	var flags, units bytes.Buffer
	if err := r.WriteFlags(&flags); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteUnits(&units); err != nil {
		t.Fatal(err)
	}
	wantFlags := "resp_id,score,flag,rules\n\"r,1\",4.250000,1,speed;duplicate\n'=HYPERLINK(1),-0.500000,0,\n-7,0.000000,0,\n'@x,0.000000,0,\n"
	if got := flags.String(); got != wantFlags {
		t.Errorf("flags: got\n%swant\n%s", got, wantFlags)
	}
	if got, want := units.String(), "unit,score\n'+银川,1.500000\n640100,0.000000\n"; got != want {
		t.Errorf("units: got\n%swant\n%s", got, want)
	}
	for _, write := range []func(io.Writer) error{r.WriteFlags, r.WriteUnits} {
		if err := write(failing{}); !errors.Is(err, os.ErrClosed) {
			t.Errorf("a full disk: got %v, want its error", err)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

// FuzzRead: whatever a file holds is a refusal or a survey whose every response
// gets a finite score.
func FuzzRead(f *testing.F) {
	f.Add("resp_id,unit,q1,q2,p1_s,att,started_at\na,U,5,1,3.5,2,2026-05-11T08:30:00+08:00\nb,U,4,9,,,\n")
	f.Add("\uFEFFresp_id,unit,q01\r\n\"x\ny\",\"\"\"\",98\r\n")
	f.Add("resp_id,unit,q1\n,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := read(text, quality.Options{Right: quality.NoAnswer})
		if err != nil {
			if len(fault.All(err)) != 1 {
				t.Errorf("got %v, want a refusal", err)
			}
			return
		}
		report, err := quality.Review(s)
		if err != nil {
			if len(fault.All(err)) != 1 {
				t.Errorf("got %v, want a refusal", err)
			}
			return
		}
		for i, x := range report.Findings {
			if x.ID != s.Responses[i].ID || math.IsNaN(x.Score) || math.IsInf(x.Score, 0) {
				t.Errorf("response %q: got %+v", s.Responses[i].ID, x)
			}
		}
		for _, u := range report.Units {
			if math.IsNaN(u.Score) || math.IsInf(u.Score, 0) {
				t.Errorf("unit %q: got %+v", u.Unit, u)
			}
		}
	})
}

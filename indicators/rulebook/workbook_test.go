package rulebook_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"reflect"
	"testing"

	"github.com/xuri/excelize/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/rulebook"
)

func words() rulebook.Words {
	return rulebook.Words{
		Write: map[string]string{
			"sheet.general": "总则", "sheet.city-county": "市县", "sheet.department": "部门", "method.documents": "查阅材料",
			"method.on-site": "实地查看", "applies.city": "设区的市", "applies.department": "部门", "applies.rule-making": "有立法权",
		},
		Read: map[string]string{
			"sheet.总则": "sheet.general", "sheet.市县": "sheet.city-county", "sheet.部门": "sheet.department",
			"method.查阅材料": "method.documents", "method.实地查看": "method.on-site",
			"applies.设区的市": "applies.city", "applies.部门": "applies.department", "applies.有立法权": "applies.rule-making",
		},
	}
}

func written(t *testing.T, s indicators.Scheme) []byte {
	t.Helper()
	var out bytes.Buffer
	label := rulebook.Label{Round: 2020, Version: 3, Edition: s.Edition}
	if err := rulebook.Write(&out, label, form(t, s), words()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// edited is the workbook after somebody worked on it.
func edited(t *testing.T, data []byte, work func(*excelize.File) error) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := work(f); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRoundTripOfDrawnSchemes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		want := drawn(t, seed)
		book, err := rulebook.Read(written(t, want), words())
		if err != nil {
			t.Fatal(err)
		}
		if bad := book.Mistakes(nil); len(bad) > 0 || book.Round != 2020 || book.Version != 3 || book.Edition != want.Edition {
			t.Errorf("seed %d: got %+v, %+v", seed, book.Label, bad)
		}
		got, err := book.Form.Scheme(want.Edition)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: %v, the scheme is another", seed, err)
		}
	}
}

func TestMistakesAreNamedBySheetRowAndCell(t *testing.T) {
	t.Parallel()
	data := edited(t, written(t, scheme(t)), func(f *excelize.File) error {
		set := func(sheet, cell, text string) {
			if err := f.SetCellStr(sheet, cell, text); err != nil {
				t.Error(err)
			}
		}
		set("市县", "G6", "viel")                    // indicator 5
		set("市县", "H7", "Raten")                   // indicator 6
		set("市县", "I8", "keine Grenze")            // indicator 7
		set("部门", "J9", "Dorf")                    // indicator 8
		set("部门", "A105", "200")                   // A4 is gone, 200 unknown
		set("总则", "A6", "parts.weather")           // parts.survey is gone
		set("部门", "A20", "2")                      // 19 is gone, 2 twice
		return f.SetCellFormula("部门", "G3", "1+1") // indicator 2
	})
	book, err := rulebook.Read(data, words())
	if err != nil {
		t.Fatal(err)
	}
	s, err := book.Form.Scheme(indicators.Edition2019)
	got := map[string]string{}
	for _, m := range book.Mistakes(append(fault.List{}, append(all(err), all(s.Check())...)...)) {
		if key := m.Refusal.Code + " " + m.Refusal.Params["key"]; m.Cell == "" {
			got[m.Sheet+" "+key] = ""
		} else {
			got[m.Sheet+" "+m.Cell] = m.Refusal.Code
		}
	}
	want := map[string]string{
		"市县 G6": "mark.form", "市县 H7": "scheme.method_unknown", "市县 I8": "threshold.form", "部门 J9": "rule.applies",
		"部门 A105": "book.unknown", "总则 C6": "book.unknown", "部门 A20": "book.twice", "部门 G3": "book.formula",
		"部门 book.missing A4": "", "部门 book.missing 19": "", "总则 book.missing parts.survey": "", "总则 scheme.part_sum ": "",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func all(err error) fault.List { return fault.All(err) }

func TestNumbersOfSpreadsheetsAreRead(t *testing.T) {
	t.Parallel()
	data := edited(t, written(t, scheme(t)), func(f *excelize.File) error {
		for cell, v := range map[string]any{"G6": 2, "G7": 0.30000000000000004, "G8": 1.005} {
			if err := f.SetCellValue("市县", cell, v); err != nil {
				return err
			}
		}
		return nil
	})
	book, err := rulebook.Read(data, words())
	if err != nil {
		t.Fatal(err)
	}
	if f := book.Form; f["city-county.5"] != "2" || f["city-county.6"] != "0.30" || f["city-county.7"] != "1.005" {
		t.Errorf("got %q, %q, %q", f["city-county.5"], f["city-county.6"], f["city-county.7"])
	}
}

func TestWhatIsNoWorkbookIsRefused(t *testing.T) {
	t.Parallel()
	whole := written(t, scheme(t))
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"nothing":     {nil, "book.form"},
		"a text":      {[]byte("number;full"), "book.form"},
		"cut off":     {whole[:len(whole)/2], "book.form"},
		"too large":   {make([]byte, rulebook.MaxBytes+1), "book.large"},
		"no sheet":    {edited(t, whole, func(f *excelize.File) error { return f.DeleteSheet("部门") }), "book.sheet"},
		"no edition":  {edited(t, whole, func(f *excelize.File) error { return f.SetCellStr("总则", "C4", "1999") }), "book.edition"},
		"many rows":   {edited(t, whole, func(f *excelize.File) error { return f.SetCellStr("市县", "A3000", "x") }), "book.rows"},
		"other sheet": {edited(t, whole, func(f *excelize.File) error { return f.SetSheetName("总则", "x") }), "book.sheet"},
	} {
		_, err := rulebook.Read(c.data, words())
		if all := fault.All(err); len(all) != 1 || all[0].Code != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}

// TestTheWorkbookIsReadByAnotherProgram asks Python's zipfile and XML reader how
// many formulas and which texts the file has.
func TestTheWorkbookIsReadByAnotherProgram(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 on this machine")
	}
	const script = `
import sys,zipfile,re,json,io
z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
import xml.etree.ElementTree as E
n='{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
strings=[''.join(t.text or '' for t in s.iter(n+'t')) for s in E.fromstring(z.read('xl/sharedStrings.xml'))]
formulas=0;rows=[];cells={}
for name in sorted(x for x in z.namelist() if x.startswith('xl/worksheets/sheet')):
    t=E.fromstring(z.read(name));formulas+=len(list(t.iter(n+'f')));rows.append(len(list(t.iter(n+'row'))))
    for c in t.iter(n+'c'):
        v=c.find(n+'v')
        if v is not None and c.get('t')=='s': cells[name[-5]+c.get('r')]=strings[int(v.text)]
print(json.dumps(dict(formulas=formulas,rows=rows,own=cells['1C5'],text=cells['2D2'],limits=cells['2I6'],why=cells.get('2K2'))))`
	cmd := exec.CommandContext(t.Context(), python, "-c", script)
	s := drawn(t, 0)
	w := s.Systems[indicators.CityCounty]
	w.Rules["1"] = indicators.Rule{Reason: "=HYPERLINK(1)"}
	cmd.Stdin = bytes.NewReader(written(t, s))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Formulas          int
		Rows              []int
		Own, Text, Limits string
		Why               string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	first := mustFind(t, "1")
	if got.Formulas != 0 || !reflect.DeepEqual(got.Rows, []int{36, 105, 105}) || got.Own != "50.00" || got.Text != first.Text {
		t.Errorf("got %+v", got)
	}
}

func mustFind(t *testing.T, n indicators.Number) indicators.Indicator {
	t.Helper()
	c, err := indicators.Load(indicators.Edition2019, indicators.CityCounty)
	if err != nil {
		t.Fatal(err)
	}
	i, ok := c.Find(n)
	if !ok {
		t.Fatalf("no %s", n)
	}
	return i
}

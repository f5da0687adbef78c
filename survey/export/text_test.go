package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"minyi/survey/export"
)

// S24: what a spreadsheet would calculate is inert, numbers stay numbers; Excel
// needs the byte order mark to read UTF-8.
func TestS24CSVIsUTF8ThatSpreadsheetsNeitherMisreadNorCalculate(t *testing.T) {
	t.Parallel()
	text := written(t, func(b *strings.Builder) error { return export.CSV(b, made()) })
	if !strings.HasPrefix(text, "\ufeffstratum,") || strings.Count(text, "\r\n") < 5 {
		t.Errorf("got %q, want a byte order mark and CRLF", text[:40])
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := slices.Concat(rows[2], rows[3])
	want := []string{
		"'=1+2", "1.25", "98", "0", "female", "silent", "1969-12-29", "-0.5", "'+86 \"好\", 是\n换行", "",
		"'-x", "0.75", "-1", "99", "unclear", "", "", "", "", "'@短",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestXLSXKeepsTypesAndSaysForWhom(t *testing.T) {
	t.Parallel()
	text := written(t, func(b *strings.Builder) error { return export.XLSX(b, made()) })
	f, err := excelize.OpenReader(bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("data")
	if err != nil || len(rows) != 5 {
		t.Fatalf("got %d rows, %v, want 5", len(rows), err)
	}
	for cell, want := range map[string]string{"A3": "=1+2", "B3": "1.25", "C4": "-1", "G2": "2020-08-26", "J4": "@短", "D5": ""} {
		if got, err := f.GetCellValue("data", cell); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", cell, got, err, want)
		}
	}
	if formula, err := f.GetCellFormula("data", "A3"); err != nil || formula != "" {
		t.Errorf("A3 became the formula %q, %v", formula, err)
	}
	for cell, want := range map[string]excelize.CellType{"B3": excelize.CellTypeUnset, "A3": excelize.CellTypeInlineString} {
		if got, err := f.GetCellType("data", cell); err != nil || got != want {
			t.Errorf("%s: got type %v, %v, want %v", cell, got, err, want)
		}
	}
	props, err := f.GetDocProps()
	if err != nil || props.Creator != "li" || !strings.Contains(props.Description, "核对") {
		t.Errorf("properties: got %+v, %v, want reader and purpose", props, err)
	}
	book, err := f.GetRows("codebook")
	if err != nil || !slices.ContainsFunc(book, func(r []string) bool {
		return slices.Equal(r[:min(6, len(r))], []string{"sex", "", "", "silent", "missing", "不想回答"})
	}) {
		t.Errorf("codebook: got %q, %v, want the user-missing value of sex", book, err)
	}
}

// elements walks a document and returns the paths of its elements, each once in
// the order of their first appearance, and the texts below a path.
func elements(t *testing.T, document string) (paths []string, texts map[string][]string) {
	t.Helper()
	texts = map[string][]string{}
	var stack []string
	for d := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return paths, texts
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			stack = append(stack, token.Name.Local)
			if path := strings.Join(stack, "/"); !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			path := strings.Join(stack, "/")
			texts[path] = append(texts[path], string(token))
		}
	}
}

// The order of elements is that of the schema codebook.xsd of DDI-Codebook 2.5.
func TestDDIHasItsElementsInTheOrderOfTheSchema(t *testing.T) {
	t.Parallel()
	text := written(t, func(b *strings.Builder) error { return export.DDI(b, made(), "data.csv") })
	if !strings.Contains(text, `<codeBook xmlns="ddi:codebook:2_5" version="2.5"`) {
		t.Errorf("got %q, want the namespace and version 2.5", text[:120])
	}
	got, _ := elements(t, text)
	for parent, order := range map[string]string{
		"codeBook":                            "docDscr stdyDscr fileDscr dataDscr",
		"codeBook/stdyDscr":                   "citation stdyInfo method dataAccs",
		"codeBook/stdyDscr/citation":          "titlStmt rspStmt prodStmt",
		"codeBook/stdyDscr/citation/titlStmt": "titl parTitl IDNo",
		"codeBook/stdyDscr/stdyInfo/sumDscr":  "collDate nation geogCover anlyUnit universe dataKind",
		"codeBook/stdyDscr/method/dataColl":   "sampProc collMode resInstru weight",
		"codeBook/fileDscr/fileTxt":           "fileName dimensns fileType",
		"codeBook/dataDscr/var/catgry":        "catValu labl catStat",
	} {
		var children []string
		for _, path := range got {
			if child, ok := strings.CutPrefix(path, parent+"/"); ok && !strings.Contains(child, "/") {
				children = append(children, child)
			}
		}
		if strings.Join(children, " ") != order {
			t.Errorf("%s: got %v, want %s", parent, children, order)
		}
	}
	if n := strings.Count(text, "<conditions"); n != 1 {
		t.Errorf("got %d conditions of use, and the schema allows one", n)
	}
	one := text[strings.Index(text, `name="overall_satisfaction"`):]
	last := -1
	for _, part := range []string{"<labl", "<qstn>", "<valrng>", "<sumStat", "<catgry", "<varFormat"} {
		at := strings.Index(one, part)
		if at <= last {
			t.Errorf("%s stands at %d, want behind %d", part, at, last)
		}
		last = at
	}
}

func TestDDICountsEachCategoryWithAndWithoutWeights(t *testing.T) {
	t.Parallel()
	text := written(t, func(b *strings.Builder) error { return export.DDI(b, made(), "data.csv") })
	for _, want := range []string{
		`<catgry missing="Y">
    <catValu>98</catValu>
    <labl xml:lang="zh-CN">不清楚</labl>
    <labl xml:lang="en">don&#39;t know</labl>
    <catStat type="freq">1</catStat>
    <catStat type="freq" wgtd="wgtd">1.25</catStat>`,
		`<qstnLit xml:lang="zh-CN">您对“依法行政”总体满意吗？&lt;&amp;&gt;</qstnLit>`,
		`<caseQnty>4</caseQnty>`, `<sumStat type="vald">2</sumStat>`, `<sumStat type="invd">2</sumStat>`,
		`wgt="wgt"`, `wgt-var="V2"`, `li · 2020-11-01T04:05:06Z · 核对 &lt;权重&gt; &amp; 结果`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the codebook does not hold %s", want)
		}
	}
}

// Triple-S names the field of a variable by its place in the record.
func TestTripleSDescribesItsRecord(t *testing.T) {
	t.Parallel()
	text := written(t, func(b *strings.Builder) error { return export.TripleS(b, made(), "data.csv") })
	data := written(t, func(b *strings.Builder) error { return export.TripleSData(b, made()) })
	rows, err := csv.NewReader(strings.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<record ident="A" href="data.csv" format="csv" skip="1">`, `type="quantity" use="weight"`, `<position start="10">`,
		`type="single" format="literal"`, `<value code="public_institution">`, `<range from="0.75" to="2.5">`, `type="date"`, `<size>2700</size>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the definition does not hold %s", want)
		}
	}
	if got, want := strings.Count(text, "<variable "), len(rows[0]); got != want {
		t.Errorf("got %d variables for %d fields", got, want)
	}
	if got, want := rows[1][6], "20200826"; got != want {
		t.Errorf("date: got %s, want %s", got, want)
	}
}

func TestNamesAreTakenByEveryFormat(t *testing.T) {
	t.Parallel()
	var names export.Names
	for _, c := range []struct{ id, want string }{
		{"a1", "a1"},
		{"A1", "A1_2"},
		{"1", "v1"},
		{"if", "if_"},
		{"满意度", "v___"},
		{"q.1-2", "q_1_2"},
		{strings.Repeat("x", 50), strings.Repeat("x", 31)},
		{strings.Repeat("x", 40), strings.Repeat("x", 30) + "_2"},
	} {
		if got := names.Name(c.id); got != c.want {
			t.Errorf("%s: got %s, want %s", c.id, got, c.want)
		}
	}
}

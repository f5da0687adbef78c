package survey

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// Limits of a distribution from a file.
const (
	MaxMarginFile = 1 << 20
	maxMarginRows = 500
	maxMarginCols = 8
	maxMarginName = 60
	maxMarginText = 60
	partDigits    = 4              // decimals that are read of a number of people or a per cent
	maxParts      = int64(1) << 52 // of one row, with those decimals
)

// TotalColumn is what the column with the people of a distribution stands for; other
// columns stand for a variable, or for nothing where that is empty.
const TotalColumn = "total"

// Import is a distribution from a file: a row a category, or a combination of several.
type Import struct {
	Name   string     `json:"name"`
	Header []string   `json:"header"`
	Rows   [][]string `json:"rows"`
	Mapping
}

// Mapping says what a distribution stands for: by column a variable, TotalColumn or
// nothing; by column the category of each value, empty for people whom the survey does
// not ask; by column which category of the survey counts as which other.
type Mapping struct {
	Columns []string            `json:"columns"`
	Values  []map[string]string `json:"values"`
	Join    []map[string]string `json:"join"`
}

// Variable is what a margin may be about, with its categories.
type Variable struct {
	ID      string
	Text    Text       // of a question; empty for the census variables and the strata
	Choices []Category // in order
}

// Category is one category of a variable.
type Category struct {
	Code string
	Text Text // empty where the code says it
}

// variables lists what margins may be about: the census variables that the paper asks
// for, the strata, and the questions with one answer that ask for no opinion.
func (l *live) variables() []Variable {
	out, taken := l.census()
	if l.survey.Sample != nil {
		v := Variable{ID: tabulate.Stratum}
		for _, h := range l.survey.Sample.Strata {
			v.Choices = append(v.Choices, Category{Code: h.Name})
		}
		out = append(out, v)
	}
	for _, one := range Strata(l.paper) {
		if slices.Contains(taken, one.ID) {
			continue
		}
		v := Variable{ID: one.ID, Text: Text(one.Text)}
		for _, c := range one.Choices {
			if !c.Ends && c.Reason == "" {
				v.Choices = append(v.Choices, Category{Code: c.Code, Text: Text(c.Text)})
			}
		}
		out = append(out, v)
	}
	return out
}

// census lists the census variables, and the questions that are no more than one of
// them.
func (l *live) census() (out []Variable, taken []string) {
	roles := map[string]questionnaire.Role{"sex": questionnaire.RoleSex, "residence": questionnaire.RoleResidence, "age": questionnaire.RoleAge}
	for _, name := range margins() {
		one, ok := l.paper.WithRole(roles[name])
		if !ok {
			continue
		}
		v := Variable{ID: name, Text: Text(one.Text)}
		if name != "age" {
			taken = append(taken, one.ID)
		}
		for _, c := range one.Choices {
			category := Category{Code: c.Code, Text: Text(c.Text)}
			if name == "age" {
				category = Category{Code: c.Margin}
			}
			if category.Code != "" && c.Reason == "" && !slices.Contains(v.Choices, category) {
				v.Choices = append(v.Choices, category)
			}
		}
		out = append(out, v)
	}
	return out, taken
}

func find(known []Variable, id string) (Variable, bool) {
	at := slices.IndexFunc(known, func(v Variable) bool { return v.ID == id })
	if at < 0 {
		return Variable{}, false
	}
	return known[at], true
}

// ReadImport reads a CSV file in UTF-8: a line of names, then a row a category with its
// people or per cent. It refuses with weigh.file what is none, with weigh.file_rows
// too many rows or columns and with weigh.file_text a cell that is too long.
func ReadImport(name string, text []byte) (Import, error) {
	bad := func(code string, pairs ...string) (Import, error) {
		return Import{}, fault.New(fault.Invalid, code, pairs...).At("file")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return bad("weigh.file")
	}
	in := csv.NewReader(bytes.NewReader(text))
	in.TrimLeadingSpace = true
	out := Import{Name: fileName(name)}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(row) < 2 {
			return bad("weigh.file")
		}
		if len(row) > maxMarginCols || len(out.Rows) >= maxMarginRows {
			return bad("weigh.file_rows", "rows", number(maxMarginRows), "columns", number(maxMarginCols))
		}
		for k := range row {
			row[k] = strings.Join(strings.Fields(row[k]), " ")
			if utf8.RuneCountInString(row[k]) > maxMarginText {
				return bad("weigh.file_text", "row", number(len(out.Rows)+1), "max", number(maxMarginText))
			}
		}
		if out.Header == nil {
			out.Header = row
		} else {
			out.Rows = append(out.Rows, row)
		}
	}
	if len(out.Rows) < 2 {
		return bad("weigh.file")
	}
	return out, nil
}

// fileName keeps the name of a file short and without a folder.
func fileName(name string) string {
	name = strings.Join(strings.Fields(name[strings.LastIndexAny(name, `/\`)+1:]), " ")
	runes := []rune(strings.ToValidUTF8(name, ""))
	if len(runes) == 0 {
		return "csv"
	}
	return string(runes[:min(len(runes), maxMarginName)])
}

// freeName is the name, with a number where another margin has it.
func (d *WeightingDraft) freeName(name string) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(d.Imports, func(i Import) bool { return i.Name == name }) ||
			slices.ContainsFunc(d.Plan.Targets, func(t tabulate.Target) bool { return t.Name == name })
	}
	out := name
	for n := 2; taken(out); n++ {
		out = name + " " + number(n)
	}
	return out
}

// settle puts the margin of an import into the plan once its mapping is complete, and
// takes it out while it is not.
func (d *WeightingDraft) settle(at int) error {
	name := d.Imports[at].Name
	d.Plan.Targets = slices.DeleteFunc(d.Plan.Targets, func(t tabulate.Target) bool { return t.Name == name })
	t, err := d.Imports[at].Target()
	if err != nil {
		return nil //nolint:nilerr // shown by the page: the mapping goes on
	}
	d.Plan.Targets = append(d.Plan.Targets, t)
	return nil
}

// variables are those of the columns.
func (i *Import) variables() (out []string) {
	for _, c := range i.Columns {
		if c != "" && c != TotalColumn {
			out = append(out, c)
		}
	}
	return out
}

// Distinct lists the values of a column in the order of the file.
func (i *Import) Distinct(column int) (out []string) {
	for _, row := range i.Rows {
		if !slices.Contains(out, row[column]) {
			out = append(out, row[column])
		}
	}
	return out
}

// guess reads the header and the values by name: a column of a variable's id or words,
// the last column of numbers as the people.
func (i *Import) guess(known []Variable) {
	n := len(i.Header)
	i.Columns, i.Values, i.Join = make([]string, n), make([]map[string]string, n), make([]map[string]string, n)
	for k := n - 1; k >= 0; k-- {
		numbers := !slices.ContainsFunc(i.Rows, func(row []string) bool { _, ok := parts(row[k]); return !ok })
		if numbers && !slices.Contains(i.Columns, TotalColumn) {
			i.Columns[k] = TotalColumn
			continue
		}
		best := 0
		for _, v := range known {
			if score := v.score(i.Header[k], i.Distinct(k)); score > best && !slices.Contains(i.Columns, v.ID) {
				best, i.Columns[k] = score, v.ID
			}
		}
		if v, ok := find(known, i.Columns[k]); ok {
			i.guessValues(k, v)
		}
	}
}

// score says how well a column looks like the variable.
func (v *Variable) score(header string, values []string) (n int) {
	if header != "" && (strings.EqualFold(header, v.ID) || header == v.Text.Zh || strings.EqualFold(header, v.Text.En)) {
		n += len(values) + 1
	}
	for _, value := range values {
		if v.like(value) != "" {
			n++
		}
	}
	return n
}

// like is the category that a value names, empty for none.
func (v *Variable) like(value string) string {
	for _, c := range v.Choices {
		if strings.EqualFold(value, c.Code) || value == c.Text.Zh || c.Text.En != "" && strings.EqualFold(value, c.Text.En) {
			return c.Code
		}
	}
	return ""
}

func (i *Import) guessValues(k int, v Variable) {
	i.Values[k] = map[string]string{}
	for _, value := range i.Distinct(k) {
		i.Values[k][value] = v.like(value)
	}
}

// take settles a mapping. A column that has become another variable is guessed anew.
// It is refused with weigh.column and weigh.category.
func (i *Import) take(m Mapping, known []Variable) error {
	n := len(i.Header)
	if len(m.Columns) != n || len(m.Values) != n || len(m.Join) != n {
		return fault.New(fault.Invalid, "weigh.column").At("column_0")
	}
	before := i.Columns
	for k, id := range m.Columns {
		if id != "" && slices.Contains(m.Columns[:k], id) {
			return fault.New(fault.Invalid, "weigh.column").At("column_" + strconv.Itoa(k))
		}
	}
	i.Mapping = Mapping{Columns: slices.Clone(m.Columns), Values: slices.Clone(m.Values), Join: slices.Clone(m.Join)}
	for k, id := range i.Columns {
		if err := i.takeColumn(k, before[k] != id, known); err != nil {
			return err
		}
	}
	return nil
}

// takeColumn settles a column; anew says that it stands for another variable now.
func (i *Import) takeColumn(k int, anew bool, known []Variable) error {
	id, field := i.Columns[k], "column_"+strconv.Itoa(k)
	if id == "" || id == TotalColumn {
		i.Values[k], i.Join[k] = nil, nil
		return nil
	}
	v, ok := find(known, id)
	if !ok {
		return fault.New(fault.Invalid, "weigh.column").At(field)
	}
	if anew {
		i.guessValues(k, v)
		i.Join[k] = nil
	} else if !v.allows(i.Values[k]) || !v.allows(i.Join[k]) {
		return fault.New(fault.Invalid, "weigh.category").At(field)
	}
	return nil
}

// allows reports whether all categories are of the variable.
func (v *Variable) allows(categories map[string]string) bool {
	for _, code := range categories {
		if code != "" && !slices.ContainsFunc(v.Choices, func(c Category) bool { return c.Code == code }) {
			return false
		}
	}
	return true
}

// Target is the margin that the distribution makes. It is refused with
// weigh.map_columns without people or a variable, with weigh.map_number for a row whose
// people are no number and with weigh.map_few for fewer than two categories.
func (i *Import) Target() (tabulate.Target, error) {
	t := tabulate.Target{Name: i.Name, Source: i.Name}
	total := slices.Index(i.Columns, TotalColumn)
	var columns []int
	for k, id := range i.Columns {
		if id != "" && k != total {
			columns, t.Variables = append(columns, k), append(t.Variables, id)
			t.Join = append(t.Join, i.Join[k])
		}
	}
	if total < 0 || len(columns) == 0 {
		return t, fault.New(fault.Invalid, "weigh.map_columns")
	}
	place := map[string]int{}
	for n, row := range i.Rows {
		people, ok := parts(row[total])
		if !ok {
			return t, fault.New(fault.Invalid, "weigh.map_number", "row", number(n+2), "text", row[total])
		}
		codes := i.codes(row, columns)
		if codes == nil {
			continue
		}
		key := joined(codes)
		at, ok := place[key]
		if !ok {
			at = len(t.Cells)
			place[key] = at
			t.Cells = append(t.Cells, tabulate.TargetCell{Codes: codes})
		}
		t.Cells[at].Parts += people
	}
	if len(t.Cells) < 2 || len(t.Cells) > tabulate.MaxCells {
		return t, fault.New(fault.Invalid, "weigh.map_few", "max", number(tabulate.MaxCells))
	}
	return t, nil
}

// codes are the categories of a row, nil where the survey does not ask such people.
func (i *Import) codes(row []string, columns []int) []string {
	out := make([]string, len(columns))
	for n, k := range columns {
		code := i.Values[k][row[k]]
		if to, ok := i.Join[k][code]; ok {
			code = to
		}
		if code == "" {
			return nil
		}
		out[n] = code
	}
	return out
}

// parts reads people or a per cent, with at most four decimals, as a whole number.
func parts(text string) (int64, bool) {
	text = strings.TrimSuffix(strings.NewReplacer(",", "", "，", "", " ", "").Replace(text), "%")
	whole, rest, _ := strings.Cut(text, ".")
	if len(rest) > partDigits {
		rest = rest[:partDigits]
	}
	n, err := strconv.ParseInt(whole+rest+strings.Repeat("0", partDigits-len(rest)), 10, 64)
	if err != nil || n < 0 || n > maxParts || whole == "" || whole[0] == '+' || whole[0] == '-' {
		return 0, false
	}
	return n, true
}

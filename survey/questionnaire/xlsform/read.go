package xlsform

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// Bounds of a workbook, in bytes unpacked and rows a sheet.
const (
	maxUnpacked = 64 << 20
	maxRows     = 5000
)

// reader goes through a workbook.
type reader struct {
	form    *questionnaire.Form
	left    []Left
	found   fault.List
	lists   map[string][]cells // of the choices, by list name
	english bool               // plain labels are English
	scales  map[string]cells
	groups  []group
	section questionnaire.Section
	texts   map[string]questionnaire.Text // of the notes title, intro, closing
}

// group is a group that is open.
type group struct {
	section  bool
	grid     *questionnaire.Item
	relevant string
}

// Read reads a workbook as a draft. What cannot be understood comes back as a
// fault.List, each refusal with sheet and row; what was left out without harm,
// such as notes, comes back as Left.
func Read(data []byte) (*questionnaire.Form, []Left, error) {
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true,
	})
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "xlsform.unreadable").At("file")
	}
	defer func() { _ = book.Close() }() // nothing was written
	r := &reader{lists: map[string][]cells{}, scales: map[string]cells{}, texts: map[string]questionnaire.Text{}}
	if r.form, err = questionnaire.Read(questionnaire.Default()); err != nil {
		return nil, nil, err
	}
	rows := map[string][]cells{}
	for _, sheet := range book.GetSheetList() {
		lines, err := book.GetRows(sheet)
		if err != nil || len(lines) > maxRows {
			return nil, nil, fault.New(fault.Invalid, "xlsform.unreadable").At("file")
		}
		rows[strings.ToLower(strings.TrimSpace(sheet))] = table(sheet, lines)
	}
	if len(rows[sheetSurvey]) == 0 {
		return nil, nil, fault.New(fault.Invalid, "xlsform.empty").At("file")
	}
	r.read(rows)
	if err := r.found.Err(); err != nil {
		return nil, nil, err
	}
	return r.form, r.left, nil
}

func (r *reader) read(rows map[string][]cells) {
	f := r.form
	f.Screening, f.Items, f.Background, f.Integrity, f.Open = nil, nil, nil, nil, nil
	f.Scales, f.ItemsOrder, f.ID, f.Version, f.Status = map[string]questionnaire.Scale{}, "", "xlsform", 1, "draft"
	r.section = questionnaire.Items
	for _, c := range rows[sheetSettings] {
		r.settings(c)
	}
	for _, c := range rows[sheetChoices] {
		list := c.get("list_name")
		if list == "" || c.get("name") == "" {
			r.found.Add(c.refuse("xlsform.choice", list+c.get("name")))
			continue
		}
		r.lists[list] = append(r.lists[list], c)
	}
	for _, c := range rows[sheetScales] {
		r.scales[c.get("name")] = c
	}
	r.holders(rows[sheetHolders])
	for _, c := range rows[sheetSurvey] {
		r.row(c)
	}
	r.finish()
	own := func(c cells) bool { return c.get("minyi_status") != "" }
	if !slices.ContainsFunc(rows[sheetSettings], own) {
		follow(f.Items)
	}
}

// follow keeps the items of a form that knows no random order behind those that
// their rules look at. The first item is always the first.
func follow(items []questionnaire.Item) {
	for i, it := range items {
		rules := it.Relevant + it.EndIf
		for _, row := range it.Rows {
			rules += row.Relevant
		}
		looks := func(o questionnaire.Item) bool {
			return strings.Contains(rules, "${"+o.ID+"}") || slices.ContainsFunc(o.Rows, func(row questionnaire.Row) bool {
				return strings.Contains(rules, "${"+row.ID+"}")
			})
		}
		if i < 2 {
			continue
		}
		if first := slices.IndexFunc(items[1:i], looks); first >= 0 {
			for j := first + 2; j <= i; j++ {
				items[j].WithPrevious = true
			}
		}
	}
}

// settings reads the sheet of that name; a second row is none of XLSForm's.
func (r *reader) settings(c cells) {
	f := r.form
	r.english = strings.Contains(strings.ToLower(c.get("default_language")), "en")
	if id := c.get("form_id"); questionnaire.WellFormed(id) {
		f.ID = id
	}
	if n, err := strconv.Atoi(c.get("version")); err == nil && n > 0 {
		f.Version = n
	}
	if title := c.get("form_title"); title != "" {
		r.texts["title"] = r.plain(title)
	}
	if status := c.get("minyi_status"); status != "" {
		f.Status = status
	}
	f.ItemsOrder = c.get("minyi_items_order")
}

// plain is a text in the form's own language only.
func (r *reader) plain(s string) questionnaire.Text {
	if r.english {
		return questionnaire.Text{En: s}
	}
	return questionnaire.Text{Zh: s}
}

// label reads the label of a row in both languages.
func (r *reader) label(c cells) questionnaire.Text {
	t := questionnaire.Text{Zh: c.get(labelZh), En: c.get(labelEn)}
	plain := r.plain(c.get("label"))
	if t.Zh == "" {
		t.Zh = plain.Zh
	}
	if t.En == "" {
		t.En = plain.En
	}
	return t
}

// holders reads the placeholders; without the sheet those of the built-in form stay.
func (r *reader) holders(rows []cells) {
	if len(rows) == 0 {
		return
	}
	r.form.Placeholders = map[string]questionnaire.Text{}
	for _, c := range rows {
		r.form.Placeholders[c.get("name")] = r.label(c)
	}
}

// finish puts the texts in their places and closes what is open.
func (r *reader) finish() {
	if len(r.groups) > 0 {
		r.found.Add(fault.New(fault.Invalid, "xlsform.group", "sheet", sheetSurvey, "row", "—", "value", "end_group").At("file"))
	}
	f := r.form
	for name, to := range map[string]*questionnaire.Text{"title": &f.Title, "intro": &f.Intro, "closing": &f.Closing} {
		if t, ok := r.texts[name]; ok {
			*to = t
		}
	}
	for name := range r.scales {
		if _, ok := f.Scales[name]; !ok {
			f.Scales[name] = r.scale(name, "")
		}
	}
	if len(f.Scales) == 0 {
		f.Scales = nil
	}
}

// row takes one row of the survey sheet.
func (r *reader) row(c cells) {
	words := strings.Fields(strings.ToLower(c.get("type")))
	if len(words) == 0 {
		r.left = append(r.left, Left{c.sheet, c.row, c.get("name"), "xlsform.typeless"})
		return
	}
	kind := strings.Join(words, "_")
	switch {
	case kind == "begin_group":
		r.begin(c)
	case kind == "end_group":
		r.end(c)
	case words[0] == "note":
		r.note(c)
	case passed(words[0]):
		r.left = append(r.left, Left{c.sheet, c.row, c.get("type"), "xlsform.passed"})
	default:
		r.question(c, strings.Fields(c.get("type")))
	}
}

// passed reports whether a type is a program's own record, which nobody answers.
func passed(kind string) bool {
	switch kind {
	case "start", "end", "today", "deviceid", "username", "audit", "phonenumber", "email", "simserial", "subscriberid", "start-geopoint":
		return true
	}
	return false
}

// note keeps the texts of the paper itself; others are named as left out.
func (r *reader) note(c cells) {
	switch name := c.get("name"); name {
	case "title", "intro", "closing":
		r.texts[name] = r.label(c)
	default:
		r.left = append(r.left, Left{c.sheet, c.row, c.get("name"), "xlsform.note"})
	}
}

// begin opens a group: a section of the paper, a grid, or what shares a condition.
func (r *reader) begin(c cells) {
	g := group{relevant: r.relevant(c)}
	name := c.get("name")
	for _, s := range questionnaire.Sections() {
		if s.String() == name && len(r.groups) == 0 {
			g.section, r.section = true, s
		}
	}
	if look := c.get("appearance"); strings.Contains(look, "table-list") || c.get("minyi_type") == "grid" {
		it := r.item(c)
		it.Type, it.Relevant = questionnaire.Grid, r.under(g.relevant)
		if it.Text.Zh != "" && !strings.Contains(it.Text.Zh, "{row}") {
			it.Text.Zh += "：{row}"
		}
		if it.Text.En != "" && !strings.Contains(it.Text.En, "{row}") {
			it.Text.En += ": {row}"
		}
		g.grid, g.relevant = &it, ""
	}
	r.groups = append(r.groups, g)
}

func (r *reader) end(c cells) {
	if len(r.groups) == 0 {
		r.found.Add(c.refuse("xlsform.group", "end_group"))
		return
	}
	last := r.groups[len(r.groups)-1]
	r.groups = r.groups[:len(r.groups)-1]
	switch {
	case last.section:
		r.section = questionnaire.Items
	case last.grid != nil:
		r.form.Add(r.section, *last.grid)
	}
}

// under joins a condition with those of the groups that are open.
func (r *reader) under(own string) string {
	var all []string
	for _, g := range r.groups {
		if g.relevant != "" {
			all = append(all, g.relevant)
		}
	}
	if own != "" {
		all = append(all, own)
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return "(" + strings.Join(all, ") and (") + ")"
}

// grid is the grid that is open; nil where none is.
func (r *reader) grid() *questionnaire.Item {
	if n := len(r.groups); n > 0 {
		return r.groups[n-1].grid
	}
	return nil
}

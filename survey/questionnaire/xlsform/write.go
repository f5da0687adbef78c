package xlsform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/rule"
)

// writer gathers the rows of a workbook, each by the names of its columns.
type writer struct {
	form    *questionnaire.Form
	survey  []map[string]string
	choices []map[string]string
}

// Write returns the questionnaire as a workbook. Rules are written in XLSForm's own
// words, with ours beside them where they differ. A jump (go_to) has no equal in
// XLSForm and stands in its own column only.
func Write(f *questionnaire.Form) ([]byte, error) {
	w := &writer{form: f}
	w.note("title", f.Title)
	w.note("intro", f.Intro)
	w.question(f.Consent, "consent")
	for _, s := range questionnaire.Sections() {
		if len(f.Part(s)) == 0 {
			continue
		}
		w.add(map[string]string{"type": "begin_group", "name": s.String()})
		for _, it := range f.Part(s) {
			w.question(it, "")
		}
		w.add(map[string]string{"type": "end_group"})
	}
	if f.Open != nil {
		w.question(*f.Open, "open")
	}
	w.note("closing", f.Closing)
	return w.book()
}

func (w *writer) add(row map[string]string) { w.survey = append(w.survey, row) }

func labelled(row map[string]string, t questionnaire.Text) map[string]string {
	row[labelZh], row[labelEn] = t.Zh, t.En
	return row
}

func (w *writer) note(name string, t questionnaire.Text) {
	w.add(labelled(map[string]string{"type": "note", "name": name}, t))
}

// question writes a question, or a grid as a group of its rows.
func (w *writer) question(it questionnaire.Item, section string) {
	row := w.common(it)
	row["minyi_section"] = section
	if it.Type != questionnaire.Grid {
		w.typed(row, it)
		w.add(row)
		return
	}
	row["type"], row["appearance"], row["minyi_type"] = "begin_group", "table-list", "grid"
	w.add(row)
	list := w.list(it)
	for _, one := range it.Rows {
		line := w.common(questionnaire.Item{
			ID: one.ID, Text: one.Text, Relevant: one.Relevant, PrimaryIndicator: one.PrimaryIndicator,
			Indicators: one.Indicators, MapsTo: one.MapsTo, Required: it.Required,
		})
		line["type"] = "select_one " + list
		if it.Scale != "" {
			line["minyi_type"] = string(questionnaire.ScaleOf)
		}
		w.add(line)
	}
	w.add(map[string]string{"type": "end_group"})
}

// common writes what every question may have.
func (w *writer) common(it questionnaire.Item) map[string]string {
	row := labelled(map[string]string{
		"name": it.ID, "required": yes(it.Required), "minyi_role": string(it.Role), "minyi_scored": yes(it.Scored),
		"minyi_with_previous": yes(it.WithPrevious), "minyi_end_if": it.EndIf, "minyi_source": it.Source,
		"minyi_level": it.Level, "minyi_action_note": it.ActionNote, "minyi_primary_indicator": it.PrimaryIndicator,
		"minyi_applies_to": listed(it.AppliesTo), "minyi_indicators": listed(it.Indicators),
		"minyi_sensitive": string(it.Sensitive), "minyi_sensitive_why_zh": it.Why.Zh, "minyi_sensitive_why_en": it.Why.En,
	}, it.Text)
	if it.Weight != nil {
		row["minyi_weight"] = strconv.FormatInt(*it.Weight, 10)
	}
	if it.MapsTo != nil {
		if text, err := json.Marshal(it.MapsTo); err == nil { // texts only
			row["minyi_maps_to"] = string(text)
		}
	}
	row["relevant"] = it.Relevant
	if parsed, err := rule.Parse(it.Relevant); err == nil {
		row["relevant"] = parsed.XLSForm(func(id string) []string { return apartOf(w.form, nil, id) })
	}
	if row["relevant"] != it.Relevant {
		row["minyi_relevant"] = it.Relevant
	}
	return row
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func listed(words []string) string {
	if words != nil && len(words) == 0 {
		return "none"
	}
	return strings.Join(words, " ")
}

// typed writes the type and what belongs to it.
func (w *writer) typed(row map[string]string, it questionnaire.Item) {
	switch it.Type {
	case questionnaire.Single:
		row["type"] = "select_one " + w.list(it)
	case questionnaire.Multiple:
		row["type"] = "select_multiple " + w.list(it)
	case questionnaire.ScaleOf:
		row["type"], row["minyi_type"] = "select_one "+w.list(it), string(it.Type)
	case questionnaire.Area:
		row["type"], row["minyi_type"] = "select_one "+w.list(it), string(it.Type)
	case questionnaire.Rank:
		row["type"], row["minyi_places"] = "rank "+w.list(it), strconv.Itoa(it.Places)
	default:
		w.written(row, it)
		if len(it.Options) > 0 {
			row["minyi_options"] = w.list(it)
		}
	}
}

// written writes a question whose answer is typed.
func (w *writer) written(row map[string]string, it questionnaire.Item) {
	switch it.Type {
	case questionnaire.Number:
		row["type"], row["constraint"] = "integer", fmt.Sprintf(". >= %s and . <= %s", it.Min, it.Max)
		if it.Decimals > 0 {
			row["type"], row["minyi_decimals"] = "decimal", strconv.Itoa(it.Decimals)
		}
		row["minyi_unit_zh"], row["minyi_unit_en"] = it.Unit.Zh, it.Unit.En
	case questionnaire.Date:
		row["type"], row["constraint"] = "date", fmt.Sprintf(". >= date('%s') and . <= date('%s')", it.Min, it.Max)
	default:
		row["type"], row["constraint"] = "text", fmt.Sprintf("string-length(.) <= %d", it.MaxChars)
		row["appearance"] = it.Appearance
	}
}

// list writes the choices of a question and returns the name of their list.
func (w *writer) list(it questionnaire.Item) string {
	if it.Scale != "" && (it.Type == questionnaire.ScaleOf || it.Type == questionnaire.Grid) {
		return scalePrefix + it.Scale
	}
	name := "of_" + it.ID
	options := it.Options
	if it.Type == questionnaire.Area {
		options = it.ExtraOptions
		w.choices = append(w.choices, labelled(map[string]string{
			"list_name": name, "name": "area", "minyi_areas": "yes",
		}, questionnaire.Text{Zh: "（地区）", En: "(areas)"}))
	}
	for _, o := range options {
		w.choices = append(w.choices, labelled(map[string]string{
			"list_name": name, "name": o.Code, "minyi_action": o.Action, "minyi_exclusive": yes(o.Exclusive), "minyi_flag": o.Flag,
			"minyi_margin": o.Margin, "minyi_non_substantive": string(o.Reason), "minyi_go_to": o.GoTo,
		}, o.Text))
	}
	return name
}

// scales writes the points of every scale as choices, and what else a scale says
// as a row of its own sheet.
func (w *writer) scales() []map[string]string {
	var out []map[string]string
	for _, name := range slices.Sorted(maps.Keys(w.form.Scales)) {
		s := w.form.Scales[name]
		row := map[string]string{
			"name": name, "valid_codes": numbers(s.ValidCodes), "satisfied_codes": numbers(s.SatisfiedCodes),
			"reverse_order_for_half": yes(s.ReverseForHalf), "low_zh": s.Low.Zh, "low_en": s.Low.En,
			"high_zh": s.High.Zh, "high_en": s.High.En,
		}
		if s.To > s.From {
			row["from"], row["to"] = strconv.Itoa(s.From), strconv.Itoa(s.To)
		}
		out = append(out, row)
		for _, p := range s.Spelled() {
			w.choices = append(w.choices, point(name, p, ""))
		}
		for _, p := range s.NonSubstantive {
			why := string(p.Reason)
			if why == "" {
				why = "yes"
			}
			w.choices = append(w.choices, point(name, p, why))
		}
	}
	return out
}

func point(scale string, p questionnaire.Point, why string) map[string]string {
	return labelled(map[string]string{
		"list_name": scalePrefix + scale, "name": strconv.Itoa(p.Code), "minyi_non_substantive": why,
	}, p.Text)
}

func numbers(codes []int) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = strconv.Itoa(c)
	}
	return strings.Join(words, " ")
}

// book puts the sheets together.
func (w *writer) book() (out []byte, err error) {
	f := w.form
	settings := []map[string]string{{
		"form_title": f.Title.Zh, "form_id": f.ID, "version": strconv.Itoa(f.Version), "default_language": "中文 (zh)",
		"minyi_status": f.Status, "minyi_items_order": f.ItemsOrder,
	}}
	scales := w.scales()
	var holders []map[string]string
	for _, name := range slices.Sorted(maps.Keys(f.Placeholders)) {
		holders = append(holders, labelled(map[string]string{"name": name}, f.Placeholders[name]))
	}
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // all is in memory
	for i, one := range []struct {
		name string
		rows []map[string]string
		head []string
	}{
		{sheetSurvey, w.survey, surveyHead()},
		{sheetChoices, w.choices, []string{
			"list_name", "name", labelZh, labelEn, "minyi_action", "minyi_exclusive", "minyi_flag", "minyi_margin",
			"minyi_non_substantive", "minyi_go_to", "minyi_areas",
		}},
		{sheetSettings, settings, []string{"form_title", "form_id", "version", "default_language", "minyi_status", "minyi_items_order"}},
		{sheetScales, scales, []string{
			"name", "valid_codes", "satisfied_codes", "reverse_order_for_half", "from", "to", "low_zh", "low_en", "high_zh", "high_en",
		}},
		{sheetHolders, holders, []string{"name", labelZh, labelEn}},
	} {
		if err := sheet(book, i, one.name, one.head, one.rows); err != nil {
			return nil, fmt.Errorf("xlsform: %s: %w", one.name, err)
		}
	}
	var buf bytes.Buffer
	if err := book.Write(&buf); err != nil {
		return nil, fmt.Errorf("xlsform: %w", err)
	}
	return buf.Bytes(), nil
}

func surveyHead() []string {
	return []string{
		"type", "name", labelZh, labelEn, "required", "relevant", "constraint", "appearance", "minyi_section", "minyi_type",
		"minyi_role", "minyi_scored", "minyi_relevant", "minyi_end_if", "minyi_with_previous", "minyi_decimals", "minyi_unit_zh",
		"minyi_unit_en", "minyi_places", "minyi_options", "minyi_applies_to", "minyi_primary_indicator", "minyi_indicators",
		"minyi_maps_to", "minyi_weight", "minyi_sensitive", "minyi_sensitive_why_zh", "minyi_sensitive_why_en", "minyi_source", "minyi_level", "minyi_action_note",
	}
}

func sheet(book *excelize.File, i int, name string, head []string, rows []map[string]string) error {
	if i == 0 {
		if err := book.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else if _, err := book.NewSheet(name); err != nil {
		return err
	}
	if err := book.SetSheetRow(name, "A1", &head); err != nil {
		return err
	}
	for n, row := range rows {
		line := make([]string, len(head))
		for k, column := range head {
			line[k] = row[column]
		}
		if err := book.SetSheetRow(name, "A"+strconv.Itoa(n+2), &line); err != nil {
			return err
		}
	}
	return nil
}

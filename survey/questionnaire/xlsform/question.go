package xlsform

import (
	"encoding/json"
	"strconv"
	"strings"

	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/rule"
)

// question takes a row that asks something.
func (r *reader) question(c cells, words []string) {
	it := r.item(c)
	if it.ID == "" {
		r.found.Add(c.refuse("xlsform.name", c.get("type")))
		return
	}
	it.Relevant = r.relevant(c)
	list := ""
	if len(words) > 1 {
		list = words[1]
	}
	kind, known := r.kind(c, words[0], list)
	if !known {
		r.found.Add(c.refuse("xlsform.type", c.get("type")))
		return
	}
	it.Type = kind
	if g := r.grid(); g != nil {
		r.gridRow(g, it, list, c)
		return
	}
	it.Relevant = r.under(it.Relevant)
	r.answers(&it, list, c)
	r.bounds(&it, c)
	r.keep(c, it)
}

// keep puts the question where it belongs.
func (r *reader) keep(c cells, it questionnaire.Item) {
	switch c.get("minyi_section") {
	case "consent":
		r.form.Consent = it
	case "open":
		r.form.Open = &it
	default:
		r.form.Add(r.section, it)
	}
}

// kind is the type that a row's type stands for.
func (r *reader) kind(c cells, word, list string) (questionnaire.Type, bool) {
	switch word {
	case "select_one", "select1":
		switch {
		case c.get("minyi_type") == string(questionnaire.Area):
			return questionnaire.Area, true
		case c.get("minyi_type") == string(questionnaire.ScaleOf), strings.Contains(c.get("appearance"), "likert"):
			return questionnaire.ScaleOf, true
		}
		if _, ok := r.scales[strings.TrimPrefix(list, scalePrefix)]; ok && strings.HasPrefix(list, scalePrefix) {
			return questionnaire.ScaleOf, true
		}
		return questionnaire.Single, true
	case "select_multiple":
		return questionnaire.Multiple, true
	case "rank":
		return questionnaire.Rank, true
	case "text", "string":
		return questionnaire.Words, true
	case "integer", "int", "decimal":
		return questionnaire.Number, true
	case "date":
		return questionnaire.Date, true
	}
	return "", false
}

// item reads what every question may have.
func (r *reader) item(c cells) questionnaire.Item {
	it := questionnaire.Item{
		ID: c.get("name"), Text: r.label(c), Required: c.yes("required"), Role: questionnaire.Role(c.get("minyi_role")),
		Scored: c.yes("minyi_scored"), WithPrevious: c.yes("minyi_with_previous"), EndIf: c.get("minyi_end_if"),
		Source: c.get("minyi_source"), Level: c.get("minyi_level"), ActionNote: c.get("minyi_action_note"),
		PrimaryIndicator: c.get("minyi_primary_indicator"), Sensitive: questionnaire.Kind(c.get("minyi_sensitive")),
		Why: questionnaire.Text{Zh: c.get("minyi_sensitive_why_zh"), En: c.get("minyi_sensitive_why_en")},
	}
	it.AppliesTo, it.Indicators = listOf(c, "minyi_applies_to"), listOf(c, "minyi_indicators")
	if text := c.get("minyi_weight"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			r.found.Add(c.refuse("xlsform.number", text))
		}
		it.Weight = &n
	}
	if text := c.get("minyi_maps_to"); text != "" {
		if err := json.Unmarshal([]byte(text), &it.MapsTo); err != nil {
			r.found.Add(c.refuse("xlsform.number", text))
		}
	}
	return it
}

// listOf reads a list; "none" is an empty one, which is not the same as no list.
func listOf(c cells, column string) []string {
	switch text := c.get(column); text {
	case "":
		return nil
	case "none":
		return []string{}
	default:
		return strings.Fields(text)
	}
}

// relevant reads the condition of a row. Our own text stands beside one that was
// put into XLSForm's words, and counts as long as nobody has changed those.
func (r *reader) relevant(c cells) string {
	text := c.get("relevant")
	if !strings.Contains(text, "'") {
		text = strings.ReplaceAll(text, `"`, "'")
	}
	if own := c.get("minyi_relevant"); own != "" {
		if parsed, err := rule.Parse(own); err == nil && parsed.XLSForm(r.apart) == text {
			return own
		}
	}
	if text == "" {
		return ""
	}
	if _, err := rule.Parse(text); err != nil {
		r.found.Add(c.refuse("xlsform.relevant", text))
		return ""
	}
	return text
}

// apart lists the codes of a question that are not substantive, as far as the
// workbook has been read: rules look back.
func (r *reader) apart(id string) []string { return apartOf(r.form, r.grid(), id) }

// gridRow takes a row of a grid; what its options are is the grid's.
func (r *reader) gridRow(g *questionnaire.Item, it questionnaire.Item, list string, c cells) {
	if it.Type != questionnaire.Single && it.Type != questionnaire.ScaleOf {
		r.found.Add(c.refuse("xlsform.type", c.get("type")))
		return
	}
	if len(g.Rows) == 0 {
		kind := it.Type
		probe := questionnaire.Item{Type: kind}
		r.answers(&probe, list, c)
		g.Options, g.Scale = probe.Options, probe.Scale
		g.Required = g.Required || it.Required
	}
	g.Rows = append(g.Rows, questionnaire.Row{
		ID: it.ID, Text: it.Text, Relevant: it.Relevant, PrimaryIndicator: it.PrimaryIndicator,
		Indicators: it.Indicators, MapsTo: it.MapsTo,
	})
}

// answers gives the question its options or its scale.
func (r *reader) answers(it *questionnaire.Item, list string, c cells) {
	switch it.Type {
	case questionnaire.ScaleOf:
		it.Scale = strings.TrimPrefix(list, scalePrefix)
		if _, ok := r.form.Scales[it.Scale]; !ok {
			if len(r.lists[list]) == 0 {
				r.found.Add(c.refuse("xlsform.list", list))
				return
			}
			r.form.Scales[it.Scale] = r.scale(it.Scale, list)
		}
	case questionnaire.Single, questionnaire.Multiple, questionnaire.Rank:
		if len(r.lists[list]) == 0 {
			r.found.Add(c.refuse("xlsform.list", list))
		}
		it.Options = r.options(list)
	case questionnaire.Area:
		it.ExtraOptions = r.options(list)
	default:
		it.Options = r.options(c.get("minyi_options"))
	}
	if it.Type != questionnaire.Rank {
		return
	}
	if it.Places = whole(c.get("minyi_places")); it.Places == 0 {
		for _, o := range it.Options {
			if o.Reason == "" {
				it.Places++
			}
		}
	}
}

func (r *reader) options(list string) []questionnaire.Option {
	var out []questionnaire.Option
	for _, c := range r.lists[list] {
		if c.yes("minyi_areas") {
			continue // stands for the areas, which are filled in
		}
		out = append(out, questionnaire.Option{
			Code: c.get("name"), Text: r.label(c), Action: c.get("minyi_action"), Exclusive: c.yes("minyi_exclusive"),
			Flag: c.get("minyi_flag"), Margin: c.get("minyi_margin"),
			Reason: questionnaire.Reason(c.get("minyi_non_substantive")), GoTo: c.get("minyi_go_to"),
		})
	}
	return out
}

// whole reads a whole number; 0 for none.
func whole(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

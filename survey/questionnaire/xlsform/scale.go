package xlsform

import (
	"slices"
	"strconv"
	"strings"

	"minyi/survey/questionnaire"
)

// scalePrefix begins the names of the lists that are scales.
const scalePrefix = "scale_"

// scale makes a scale of its list of choices and its row on the sheet scales.
// Without that row all points are valid, and none is said to be satisfied.
func (r *reader) scale(name, list string) questionnaire.Scale {
	if list == "" {
		list = scalePrefix + name
	}
	own, described := r.scales[name]
	s := questionnaire.Scale{
		ReverseForHalf: own.yes("reverse_order_for_half"), From: whole(own.get("from")), To: whole(own.get("to")),
		Low:  questionnaire.Text{Zh: own.get("low_zh"), En: own.get("low_en")},
		High: questionnaire.Text{Zh: own.get("high_zh"), En: own.get("high_en")},
	}
	ended := s.To > s.From
	for _, c := range r.lists[list] {
		code, err := strconv.Atoi(c.get("name"))
		if err != nil {
			r.found.Add(c.refuse("xlsform.code", c.get("name")))
			continue
		}
		p := questionnaire.Point{Code: code, Text: r.label(c)}
		switch why := c.get("minyi_non_substantive"); {
		case why != "":
			if why != "yes" {
				p.Reason = questionnaire.Reason(why)
			}
			s.NonSubstantive = append(s.NonSubstantive, p)
		case !ended:
			s.Points = append(s.Points, p)
			if !described {
				s.ValidCodes = append(s.ValidCodes, code)
			}
		}
	}
	if described {
		s.ValidCodes, s.SatisfiedCodes = codes(own.get("valid_codes")), codes(own.get("satisfied_codes"))
	}
	return s
}

func codes(text string) []int {
	var out []int
	for _, word := range strings.Fields(text) {
		if n, err := strconv.Atoi(word); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// apartOf lists the codes of a question that are not substantive; open is a grid
// that is not in the form yet.
func apartOf(f *questionnaire.Form, open *questionnaire.Item, id string) []string {
	it, _ := f.Find(f.Owner(id))
	if open != nil && slices.ContainsFunc(open.Rows, func(row questionnaire.Row) bool { return row.ID == id }) {
		it = open
	}
	if it == nil {
		return nil
	}
	var out []string
	for _, p := range f.Scales[it.Scale].NonSubstantive {
		out = append(out, strconv.Itoa(p.Code))
	}
	for _, o := range slices.Concat(it.Options, it.ExtraOptions) {
		if o.Reason != "" {
			out = append(out, o.Code)
		}
	}
	return out
}

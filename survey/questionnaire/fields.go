package questionnaire

import (
	"slices"
	"strings"
)

// fields refuses a field at a question that it says nothing about: a mistake
// that would otherwise go unseen.
func (c *checker) fields(s Section, it Item) {
	ranged := it.Type == Number || it.Type == Date
	for _, f := range []struct {
		name       string
		set, meant bool
	}{
		{"rows", len(it.Rows) > 0, false},
		{"places", it.Places != 0, it.Type == Rank},
		{"min", it.Min != "", ranged},
		{"max", it.Max != "", ranged},
		{"decimals", it.Decimals != 0, it.Type == Number},
		{"unit", it.Unit != Text{}, it.Type == Number},
		{"appearance", it.Appearance != "", it.Type == Words && it.Appearance == appearanceLong},
		{"with_previous", it.WithPrevious, s == Items},
		{"end_if", it.EndIf != "", s <= Screening},
		{"relevant", len(it.when) > 0, s != Consent},
	} {
		if f.set && !f.meant {
			c.say(it.ID, "questionnaire.field", "field", f.name)
		}
	}
	if it.Unit != (Text{}) {
		c.text(it.ID, it.Unit)
	}
}

// apart checks an option that is not substantive: a known reason and, where the
// answer is typed, a code that nobody types as an answer. Typed questions have
// no other options.
func (c *checker) apart(it Item, o Option) {
	known := []Reason{"", DontKnow, NoAnswer, NotApplicable}
	if !slices.Contains(known, o.Reason) {
		c.say(it.ID, "questionnaire.reason", "code", clip(o.Code), "reason", clip(string(o.Reason)))
	}
	clear := true
	switch it.Type {
	case Words: // options without a reason have always been allowed here, and ignored
		clear = o.Reason == "" || letterFirst(o.Code)
	case Number, Date:
		clear = o.Reason != "" && letterFirst(o.Code)
	default:
	}
	c.demand(clear, it.ID, "questionnaire.code_typed", "code", clip(o.Code))
}

func letterFirst(code string) bool {
	return code != "" && (code[0] >= 'a' && code[0] <= 'z' || code[0] >= 'A' && code[0] <= 'Z')
}

// grids checks what is gone once a grid has become single items: its id, its
// stem, its rows.
func (c *checker) grids() {
	for _, p := range c.written.parts() {
		for _, it := range p.items {
			if it.Type == Grid {
				c.grid(p.section, it)
			}
		}
	}
}

func (c *checker) grid(s Section, it Item) {
	c.identity(it)
	if len(it.Rows) == 0 || s == Consent || s == Open || it.Role != "" {
		c.say(it.ID, "questionnaire.grid_rows")
		return
	}
	_, taken := c.f.Placeholders[strings.Trim(rowMark, "{}")]
	for _, stem := range []string{it.Text.Zh, it.Text.En} {
		if taken || strings.TrimSpace(stem) != "" && !strings.Contains(stem, rowMark) {
			c.say(it.ID, "questionnaire.grid_stem", "row", rowMark)
			break
		}
	}
	c.text(it.ID, Text{Zh: strings.ReplaceAll(it.Text.Zh, rowMark, "…"), En: strings.ReplaceAll(it.Text.En, rowMark, "…")})
	for _, r := range it.Rows {
		c.text(r.ID, r.Text)
	}
}

package rules

import (
	"minyi/indicators"
	"minyi/indicators/rulebook"
	"minyi/web/view"
)

// codes returns the codes of a workbook and of comparisons, with the text key of
// each.
func codes() map[string]string {
	out := map[string]string{
		"sheet.general": "rules.sheet.general", "sheet.city-county": "rules.sheet.city-county", "sheet.department": "rules.sheet.department",
		"applies.rule-making":    "rules.applies.making",
		"field.parts.evaluation": "instrument.evaluation", "field.parts.survey": "instrument.survey",
		"field.parts.verification": "instrument.verification", "field.bonus_cap": "scheme.bonus", "field.penalty_cap": "scheme.penalty",
	}
	for _, k := range indicators.Criteria() {
		out["field.criteria."+string(k)] = "criterion." + string(k)
	}
	for _, i := range []string{"evaluation", "survey", "verification"} {
		out["field.goals."+i+".low"], out["field.goals."+i+".high"] = "scheme.goal."+i+".low", "scheme.goal."+i+".high"
	}
	for _, m := range indicators.Methods() {
		out["method."+string(m)] = "method." + string(m)
	}
	for _, s := range indicators.Systems() {
		for _, kind := range rulebook.Kinds(s) {
			out["applies."+kind] = "kind." + kind
		}
	}
	for _, k := range []indicators.Kind{indicators.Regular, indicators.Bonus, indicators.Penalty} {
		out["kind."+string(k)] = "indicator.kind." + string(k)
	}
	for _, h := range []string{
		"name", "value", "round", "version", "edition", "number", "level1", "level2", "text", "restored", "kind", "full", "method", "limits", "applies", "why",
	} {
		out["head."+h] = "rules.head." + h
	}
	for _, p := range []rulebook.Part{
		rulebook.Instrument, rulebook.Goal, rulebook.Cap, rulebook.Criterion, rulebook.Level, rulebook.Full, rulebook.Method, rulebook.Limits, rulebook.Applies, rulebook.Why,
	} {
		out["part."+string(p)] = "rules.part." + string(p)
	}
	return out
}

// words are the words of workbooks: written in one language, read in all.
func (d *Door) words(lang view.Lang) rulebook.Words {
	w := rulebook.Words{Write: map[string]string{}, Read: map[string]string{}}
	for code, key := range codes() {
		w.Write[code] = d.Texts.Say(lang, key, nil)
		for _, l := range view.Langs() {
			w.Read[area(code)+d.Texts.Say(l, key, nil)] = code
		}
	}
	return w
}

// area is a code up to and with its first point.
func area(code string) string {
	for i, r := range code {
		if r == '.' {
			return code[:i+1]
		}
	}
	return code
}

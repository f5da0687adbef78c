// Package rulebook shows a scheme of marks, weights, methods, thresholds and
// applicability as a form: one text for each thing that can be set. On that form
// two versions are compared, three are merged, and a workbook is written and read
// back. It decides nothing, keeps nothing and knows no round; the rules of a
// scheme are those of package indicators, and its words in a workbook come from
// whoever calls.
//
// What is judged, and by whom:
//
//	feature                      judge                                         input                      tolerance  test
//	workbook, there and back     the scheme itself                             schemes drawn from a seed  none       TestRoundTripOfDrawnSchemes
//	mistakes by sheet and cell   cells set wrong by hand through excelize      nine mistakes              none       TestMistakesAreNamedBySheetRowAndCell
//	workbook in another program  Python zipfile and XML of the written file    the scheme of equal marks  none       TestTheWorkbookIsReadByAnotherProgram
//	comparison of two versions   hand                                          seven changes              none       TestC65TwoVersionsAreCompared
//	merge of two people's work   hand                                          all nine cases             none       TestTwoPeopleLoseNothing
package rulebook

import (
	"slices"
	"strconv"
	"strings"

	"minyi/indicators"
	"minyi/indicators/fault"
)

// Form is a scheme as texts by the name of the field.
type Form map[string]string

// Part says what a field sets.
type Part string

// The parts of a scheme.
const (
	Instrument Part = "instrument" // share of evaluation, survey or verification
	Goal       Part = "goal"       // goalpost of an instrument; empty for 0 and full marks
	Cap        Part = "cap"        // most that bonus or penalty items count
	Criterion  Part = "criterion"  // full marks of a criterion of single projects
	Level      Part = "level"      // share of a first-level heading
	Full       Part = "full"       // full marks of an indicator
	Method     Part = "method"     // its method (评测方式)
	Limits     Part = "limits"     // its thresholds
	Applies    Part = "applies"    // to which units it applies
	Why        Part = "why"        // why these two depart from the notice
)

// Field is one thing that can be set.
type Field struct {
	Name   string
	Part   Part
	System indicators.System // of Level, Full, Method, Limits, Applies and Why
	Number indicators.Number // of Full, Method, Limits, Applies and Why
	Key    string            // of Instrument, Goal, Cap and Criterion: its code; of Level: the heading
}

// The instruments' and the caps' codes are the ends of their field names.
func ownFields() []Field {
	out := []Field{
		{Name: "parts.evaluation", Part: Instrument, Key: "evaluation"},
		{Name: "parts.survey", Part: Instrument, Key: "survey"},
		{Name: "parts.verification", Part: Instrument, Key: "verification"},
		{Name: "bonus_cap", Part: Cap, Key: "bonus_cap"},
		{Name: "penalty_cap", Part: Cap, Key: "penalty_cap"},
	}
	for _, i := range instruments() {
		for _, end := range []string{".low", ".high"} {
			out = append(out, Field{Name: "goals." + i + end, Part: Goal, Key: i + end})
		}
	}
	for _, k := range indicators.Criteria() {
		out = append(out, Field{Name: "criteria." + string(k), Part: Criterion, Key: string(k)})
	}
	return out
}

func instruments() []string { return []string{"evaluation", "survey", "verification"} }

// Fields returns all fields of an edition, in the order of the notice. An
// unknown edition is refused with catalogue.unknown.
func Fields(edition indicators.Edition) ([]Field, error) {
	out := ownFields()
	for _, system := range indicators.Systems() {
		c, err := indicators.Load(edition, system)
		if err != nil {
			return nil, err
		}
		for n, heading := range c.Headings() {
			out = append(out, Field{Name: levelName(system, n), Part: Level, System: system, Key: heading})
		}
		for _, i := range c.Indicators {
			base := Field{Name: itemName(system, i.Number), System: system, Number: i.Number}
			for _, part := range []Part{Full, Method, Limits, Applies, Why} {
				f := base
				if f.Part = part; part != Full {
					f.Name += "." + string(part)
				}
				out = append(out, f)
			}
		}
	}
	return out, nil
}

func levelName(s indicators.System, n int) string { return string(s) + ".level." + strconv.Itoa(n+1) }

func itemName(s indicators.System, n indicators.Number) string { return string(s) + "." + string(n) }

// Of writes a scheme as a form. Thresholds and applicability that the office did
// not set stand there as the notice has them.
func Of(s indicators.Scheme) (Form, error) {
	f := Form{
		"parts.evaluation": s.Parts.Evaluation.String(), "parts.survey": s.Parts.Survey.String(),
		"parts.verification": s.Parts.Verification.String(),
		"bonus_cap":          s.BonusCap.String(), "penalty_cap": s.PenaltyCap.String(),
	}
	for n, g := range []indicators.Goalpost{s.Goals.Evaluation, s.Goals.Survey, s.Goals.Verification} {
		name := "goals." + instruments()[n]
		f[name+".low"], f[name+".high"] = g.Low.String(), g.Top().String()
	}
	for _, k := range indicators.Criteria() {
		f["criteria."+string(k)] = s.Criteria[k].String()
	}
	for _, system := range indicators.Systems() {
		c, err := indicators.Load(s.Edition, system)
		if err != nil {
			return nil, err
		}
		f.system(c, s.Systems[system])
	}
	return f, nil
}

func (f Form) system(c *indicators.Catalogue, w indicators.Weights) {
	for n, heading := range c.Headings() {
		f[levelName(c.System, n)] = w.Levels[heading].String()
	}
	for _, i := range c.Indicators {
		name, item, rule := itemName(c.System, i.Number), w.Items[i.Number], w.RuleOf(i)
		f[name], f[name+".method"] = item.Full.String(), string(item.Method)
		f[name+".limits"] = indicators.WriteThresholds(rule.Limits)
		f[name+".applies"] = WriteApplies(rule.Applies)
		f[name+".why"] = rule.Reason
	}
}

// Scheme reads the form back. Every text that cannot be read is refused at its
// field; whether the numbers hold together is the scheme's own Check.
func (f Form) Scheme(edition indicators.Edition) (indicators.Scheme, error) {
	r := reader{form: f}
	s := indicators.Scheme{
		Edition: edition, Systems: map[indicators.System]indicators.Weights{}, Criteria: map[indicators.Criterion]indicators.Mark{},
		Parts: indicators.Parts{
			Evaluation: r.share("parts.evaluation"), Survey: r.share("parts.survey"), Verification: r.share("parts.verification"),
		},
		BonusCap: r.mark("bonus_cap"), PenaltyCap: r.mark("penalty_cap"),
		Goals: indicators.Goals{Evaluation: r.goal("evaluation"), Survey: r.goal("survey"), Verification: r.goal("verification")},
	}
	for _, k := range indicators.Criteria() {
		s.Criteria[k] = r.mark("criteria." + string(k))
	}
	for _, system := range indicators.Systems() {
		c, err := indicators.Load(edition, system)
		if err != nil {
			return s, err
		}
		s.Systems[system] = r.weights(c)
	}
	return s, r.list.Err()
}

// reader reads fields and gathers what is wrong with them.
type reader struct {
	form Form
	list fault.List
}

func (r *reader) fail(field string, err error) {
	for _, refusal := range fault.All(err) {
		r.list.Add(refusal.At(field))
	}
}

func (r *reader) mark(field string) indicators.Mark {
	m, err := indicators.ParseMark(r.form[field])
	r.fail(field, err)
	return m
}

func (r *reader) share(field string) indicators.Share {
	s, err := indicators.ParseShare(r.form[field])
	r.fail(field, err)
	return s
}

// goal reads the goalposts of an instrument; what is empty is 0 and full marks.
func (r *reader) goal(instrument string) (g indicators.Goalpost) {
	name := "goals." + instrument
	if r.form[name+".low"] != "" {
		g.Low = r.mark(name + ".low")
	}
	if r.form[name+".high"] == "" {
		return g
	}
	switch g.High = r.mark(name + ".high"); g.High {
	case indicators.Hundred:
		g.High = 0
	case 0:
		g.High = g.Low // no room: the scheme's check refuses it
		if g.Low == 0 {
			r.list.Add(fault.New(fault.Invalid, "scheme.goal_range").At(name + ".high"))
		}
	}
	return g
}

func (r *reader) weights(c *indicators.Catalogue) indicators.Weights {
	w := indicators.Weights{
		Items: map[indicators.Number]indicators.Item{}, Levels: map[string]indicators.Share{}, Rules: map[indicators.Number]indicators.Rule{},
	}
	for _, i := range c.Indicators {
		name := itemName(c.System, i.Number)
		w.Items[i.Number] = indicators.Item{Full: r.mark(name), Method: indicators.Method(strings.TrimSpace(r.form[name+".method"]))}
		if rule := r.rule(name, i); rule.Departs(i) {
			w.Rules[i.Number] = rule
		}
	}
	for n, heading := range c.Headings() {
		w.Levels[heading] = r.share(levelName(c.System, n))
	}
	if len(w.Rules) == 0 {
		w.Rules = nil
	}
	return w
}

// rule reads thresholds and applicability; a form without them keeps the notice's.
func (r *reader) rule(name string, i indicators.Indicator) indicators.Rule {
	rule := indicators.Rule{Limits: i.Thresholds, Applies: i.Applies, Reason: strings.TrimSpace(r.form[name+".why"])}
	if text, ok := r.form[name+".limits"]; ok {
		limits, err := indicators.ReadThresholds(text)
		r.fail(name+".limits", err)
		rule.Limits = limits
	}
	if text, ok := r.form[name+".applies"]; ok {
		applies, err := ReadApplies(text)
		r.fail(name+".applies", err)
		rule.Applies = applies
	}
	return rule
}

// ruleMaking is the word for "only with rule-making power" among the kinds.
const ruleMaking = "rule-making"

// Kinds returns the kinds of units that an indicator may be limited to, as the
// register names them.
func Kinds(s indicators.System) []string {
	if s == indicators.Department {
		return []string{"department"}
	}
	return []string{"city", "county", "district", "county-city"}
}

// WriteApplies writes applicability as codes with commas; nothing is all units.
func WriteApplies(a indicators.Applies) string {
	words := slices.Clone(a.Kinds)
	if a.RuleMaking {
		words = append(words, ruleMaking)
	}
	return strings.Join(words, ",")
}

// ReadApplies reads what WriteApplies wrote; other words are refused with
// rule.applies. The kinds come out in one order and each once.
func ReadApplies(text string) (indicators.Applies, error) {
	var a indicators.Applies
	given := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、; \n", r) }) {
		given[word] = true
	}
	a.RuleMaking = given[ruleMaking]
	delete(given, ruleMaking)
	for _, s := range indicators.Systems() {
		for _, kind := range Kinds(s) {
			if given[kind] {
				a.Kinds = append(a.Kinds, kind)
				delete(given, kind)
			}
		}
	}
	for word := range given {
		return a, fault.New(fault.Invalid, "rule.applies", "value", short(word))
	}
	return a, nil
}

func short(s string) string {
	const most = 20
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

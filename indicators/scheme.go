package indicators

import (
	"slices"
	"strconv"

	"minyi/indicators/fault"
)

// Method is how an indicator is measured (评测方式, C64).
type Method string

// The methods.
const (
	Documents Method = "documents" // reading what the applicant handed in
	OnSite    Method = "on-site"   // looking at the place
	Sampling  Method = "sampling"  // drawing case files and reading them
	Surveyed  Method = "survey"    // asking people
	Outside   Method = "outside"   // a figure from somebody else
)

// Methods returns all methods in the order of forms.
func Methods() []Method { return []Method{Documents, OnSite, Sampling, Surveyed, Outside} }

// Item is what the office sets for one indicator: full marks, or for bonus and
// penalty items the most that one may add or take off, and the method.
type Item struct {
	Full   Mark   `json:"full"`
	Method Method `json:"method"`
}

// Weights is what the office sets for one system: an item for every indicator
// and the shares of the first-level headings, which sum to Whole.
type Weights struct {
	Items  map[Number]Item  `json:"items"`
	Levels map[string]Share `json:"levels"`
	Rules  map[Number]Rule  `json:"rules,omitempty"` // thresholds and applicability in place of the notice's
}

// Parts are the shares of the instruments in the combined total; they sum to
// Whole. No public source gives them: they are the office's (C32, C64).
type Parts struct {
	Evaluation   Share `json:"evaluation"`
	Survey       Share `json:"survey"`
	Verification Share `json:"verification"`
}

// Criterion is one of the five criteria of a single project (C21).
type Criterion string

// The criteria of C21, in the order of the notice.
const (
	Innovative Criterion = "innovative" // 创新性
	Guiding    Criterion = "guiding"    // 引领性
	Typical    Criterion = "typical"    // 典型性
	Ahead      Criterion = "ahead"      // 在全区范围内居于领先地位
	Replicable Criterion = "replicable" // 可复制、可推广
)

// Criteria returns the five criteria in the order of the notice.
func Criteria() []Criterion {
	return []Criterion{Innovative, Guiding, Typical, Ahead, Replicable}
}

// Scheme is one immutable version of a round's marks, weights and methods.
// Changing anything means a new version; none exists after the evaluation
// window has opened (C64, C73).
type Scheme struct {
	Round      int                `json:"round"`
	Version    int                `json:"version"`
	Edition    Edition            `json:"edition"`
	Systems    map[System]Weights `json:"systems"`
	Criteria   map[Criterion]Mark `json:"criteria"` // full marks, single projects
	Parts      Parts              `json:"parts"`
	BonusCap   Mark               `json:"bonus_cap"`   // most that bonus items add, of 100
	PenaltyCap Mark               `json:"penalty_cap"` // most that penalty items take off, of 100
	Goals      Goals              `json:"goals,omitzero"`
}

// EqualScheme returns a scheme that treats all alike, where the office starts from:
// every regular indicator has the full marks given, every heading a share in
// proportion to its indicators, every criterion 20 marks, and additional items
// count nothing until the office sets them. Parts are the caller's.
func EqualScheme(edition Edition, full Mark, parts Parts) (Scheme, error) {
	s := Scheme{Edition: edition, Systems: map[System]Weights{}, Criteria: map[Criterion]Mark{}, Parts: parts}
	for _, system := range Systems() {
		c, err := Load(edition, system)
		if err != nil {
			return Scheme{}, err
		}
		s.Systems[system] = equalWeights(c, full)
	}
	all := Criteria()
	for _, k := range all {
		s.Criteria[k] = Hundred / Mark(len(all))
	}
	return s, nil
}

func equalWeights(c *Catalogue, full Mark) Weights {
	w := Weights{Items: map[Number]Item{}, Levels: map[string]Share{}}
	counts := map[string]int64{}
	var total int64
	for _, i := range c.Indicators {
		item := Item{Method: Documents}
		if i.Kind == Regular {
			item.Full = full
			counts[i.Level1]++
			total++
		}
		w.Items[i.Number] = item
	}
	left := Whole
	headings := c.Headings()
	for n, h := range headings {
		share := Share(counts[h] * int64(Whole) / total)
		if n == len(headings)-1 {
			share = left
		}
		w.Levels[h] = share
		left -= share
	}
	return w
}

// Check returns all that keeps the scheme from being used: missing or unknown
// items, negative numbers, sums that are not exactly 100 %. The fields are named
// as in the office's form.
func (s Scheme) Check() error {
	var list fault.List
	for _, system := range Systems() {
		c, err := Load(s.Edition, system)
		if err != nil {
			return err
		}
		w, ok := s.Systems[system]
		if !ok {
			list.Add(fault.New(fault.Invalid, "scheme.system_missing", "system", string(system)))
			continue
		}
		w.checkRules(c, &list)
		w.check(w.under(c, nil), &list)
	}
	s.Parts.check(&list)
	s.Goals.check(&list)
	s.checkCriteria(&list)
	if s.BonusCap < 0 || s.BonusCap > Hundred {
		list.Add(fault.New(fault.Invalid, "scheme.cap_range").At("bonus_cap"))
	}
	if s.PenaltyCap < 0 || s.PenaltyCap > Hundred {
		list.Add(fault.New(fault.Invalid, "scheme.cap_range").At("penalty_cap"))
	}
	return list.Err()
}

func (w Weights) check(c *Catalogue, list *fault.List) {
	sums := map[string]Mark{}
	for _, i := range c.Indicators {
		field := string(c.System) + "." + string(i.Number)
		item, ok := w.Items[i.Number]
		switch {
		case !ok:
			list.Add(fault.New(fault.Invalid, "scheme.item_missing", "number", string(i.Number)).At(field))
		case item.Full < 0 || item.Full > Hundred:
			list.Add(fault.New(fault.Invalid, "scheme.item_range", "number", string(i.Number)).At(field))
		case !slices.Contains(Methods(), item.Method):
			list.Add(fault.New(fault.Invalid, "scheme.method_unknown", "number", string(i.Number)).At(field))
		case item.Method == Surveyed && !w.Fed(i):
			list.Add(fault.New(fault.Invalid, "scheme.method_survey", "number", string(i.Number)).At(field))
		}
		if i.Kind == Regular && i.Applies.Same(Applies{}) {
			sums[i.Level1] += item.Full
		}
	}
	if len(w.Items) > len(c.Indicators) {
		list.Add(fault.New(fault.Invalid, "scheme.item_unknown", "system", string(c.System)))
	}
	w.checkLevels(c, sums, list)
}

// checkLevels wants a share for every heading, their sum exact, and marks under
// every heading that has a share, for units of every applicability.
func (w Weights) checkLevels(c *Catalogue, sums map[string]Mark, list *fault.List) {
	headings := c.Headings()
	var total Share
	for n, h := range headings {
		field := string(c.System) + ".level." + strconv.Itoa(n+1)
		share, ok := w.Levels[h]
		total += share
		switch {
		case !ok:
			list.Add(fault.New(fault.Invalid, "scheme.level_missing", "level", h).At(field))
		case share < 0 || share > Whole:
			list.Add(fault.New(fault.Invalid, "scheme.level_range", "level", h).At(field))
		case share > 0 && sums[h] <= 0:
			list.Add(fault.New(fault.Invalid, "scheme.level_empty", "level", h).At(field))
		}
	}
	if len(w.Levels) > len(headings) {
		list.Add(fault.New(fault.Invalid, "scheme.level_unknown", "system", string(c.System)))
	}
	if total != Whole {
		list.Add(fault.New(fault.Invalid, "scheme.level_sum", "system", string(c.System), "sum", total.String()).
			At(string(c.System) + ".level"))
	}
}

func (p Parts) check(list *fault.List) {
	for _, f := range []struct {
		field string
		share Share
	}{{"parts.evaluation", p.Evaluation}, {"parts.survey", p.Survey}, {"parts.verification", p.Verification}} {
		if f.share < 0 || f.share > Whole {
			list.Add(fault.New(fault.Invalid, "scheme.part_range").At(f.field))
		}
	}
	if sum := p.Evaluation + p.Survey + p.Verification; sum != Whole {
		list.Add(fault.New(fault.Invalid, "scheme.part_sum", "sum", sum.String()).At("parts"))
	}
}

func (s Scheme) checkCriteria(list *fault.List) {
	var sum Mark
	for _, k := range Criteria() {
		full, ok := s.Criteria[k]
		sum += full
		if !ok || full < 0 || full > Hundred {
			list.Add(fault.New(fault.Invalid, "scheme.criterion_range").At("criteria." + string(k)))
		}
	}
	if sum != Hundred || len(s.Criteria) != len(Criteria()) {
		list.Add(fault.New(fault.Invalid, "scheme.criterion_sum", "sum", sum.String()).At("criteria"))
	}
}

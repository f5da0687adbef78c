// Package naming leads from findings to names: it combines them by the round's
// scheme into a ranking that says how sure it is, keeps the record of on-site
// verification, the candidates, the public notice, objections and their answers,
// and names (C32 to C36). It reads the scorebook and the scheme, nothing else: it
// knows no dossier, no score sheet and no answer of a resident. Only the
// certainty of a ranking is floating point, and what other choices would make of it;
// every mark, total and place is exact.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	totals, places, missing parts | by hand | cases of C30 and C32 | exact | TestC32TotalIsTheWeightedMean, TestC30NotSurveyedIsNeverZero
//	sets of places, front group | R csranks 1.2.3 | PISA 2018, correlated scores, survey and experts | exact; cells that hang on the draws by rank_slack | TestReference
//	chances of places | numerical integration | six units | 4 standard errors of 10,000 draws | TestReference
//	second ranking of the verified, front group of before | by hand | three and four cities | exact | TestC85ThreeResultsMakeTheTotal, TestC32TheFrontGroupStaysThatOfBeforeTheVisits
//	goalposts; caps of bonus and penalty in a what-if | by hand | three units; two sheets under four pairs of caps | exact; 1e-12 | TestC73GoalpostsCountTheSameForEverybody, TestOtherCapsInAWhatIf
//	survey's error in marks that it feeds, with its covariance | R 4.2.2 pnorm, dnorm, integrate | a limit and a proportional rule | 1e-6 | TestTheSurveysErrorReachesTheMarkThatItFeeds
//	covariance of units marked by the same assessors | R 4.2.2 lm and vcov; lme4 | 4 and 22 units | 1e-10; 1e-3 | stats/agree's TestCovarianceOfAdjustedMeansIsThatOfR, evaluation's TestErrorsOfDossiersWithTheSameAssessorsHangTogether
//	covariance of a unit's share and index | by hand | eight answers | 1e-12 | tabulate's TestShareAndIndexErrTogether
//	what the data leave open at the cut-off | by hand | five units, two errors | exact | TestC32TheCutOffSaysWhatTheDataLeaveOpen
//	what-ifs kept beside the official ranking | the store | shares, caps, front groups; a study | exact | store's TestC73AWhatIfIsOnTheRecordAndLeavesTheRankingAlone
//	from a total to its findings, of an older ranking too | the store | a corrected finding and a visit | exact | store's TestC08TheRankingWaitsForTheSurveyAndShowsItsPrecision, TestC32TheRankingOfBeforeTheVisitsStays
//	places as a share goes from 0 to 100 % | by hand | two units that cross at a third | exact | TestScenesMoveAShareFromNothingToAll
//	ties, errors that hang together, contributions | by hand | three and four units | exact | TestC32TiesAreNamedAsGroups, TestErrorsThatHangTogetherTellMoreApart, TestContributionsAddUpToTheTotal
//	range of each share | stats/rank's SteadyRange; by hand with a missing part | eight units; four units | 1e-9 | TestARangeOfAShareEndsWhereTheFrontGroupChanges, TestARangeWithAMissingPart
//	whom the office may choose at the cut | by hand | five counties, ties and none | exact | TestC32AtTheCutTheOfficeChoosesAmongThoseLevelWithTheLast
//	quotas, together or each | by hand | seven and one candidates | exact | TestC12AndC87AndC100LoadsAreCountedByTheRoundsWay
//	days that a notice counts; states of objections and decisions; who is undecided | by hand | a notice of ten days; every state | exact | TestC35ANoticeCountsFromTheDayTheRegionsMediaCarriedIt, TestC36AnObjectionIsInOneState, TestC34ADecisionCountsOnceASecondPersonHasConfirmedIt, TestC36WhoIsStillToBeDecidedOn
//	choices at random, Sobol indices, other methods | by hand | orders that nothing changes; orders that the mean changes | exact | TestAChoiceThatNothingHangsOnExplainsNothing, TestTheShareDecidesWhereOrdersCross
package naming

import (
	"cmp"
	"math/big"
	"slices"

	"minyi/indicators"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Part is what one instrument gives to a total.
type Part struct {
	Instrument scorebook.Instrument `json:"instrument"`
	Share      indicators.Share     `json:"share"`   // as the scheme has it
	Present    bool                 `json:"present"` // false: not evaluated, not surveyed or not verified
	Mark       indicators.Mark      `json:"mark"`
	SE         indicators.Mark      `json:"se"`
	Low        indicators.Mark      `json:"low"`
	High       indicators.Mark      `json:"high"`
	Version    int                  `json:"version"` // of the finding
	Digest     string               `json:"digest"`
	Shared     []Shared             `json:"shared,omitempty"` // whose errors hang together with this one

	Goal   indicators.Goalpost `json:"goal,omitzero"`   // the marks that count nothing and in full
	Scaled indicators.Mark     `json:"scaled,omitzero"` // what the mark counts between them, rounded to show
}

// exact is what the part counts, an exact number of hundredths.
func (p Part) exact() *big.Rat { return p.Goal.Scaled(p.Mark) }

// Row is one applicant's line. Without any part it has no total and no place.
type Row struct {
	Unit    roster.UnitCode `json:"unit"`
	Project roster.Project  `json:"project"`
	Parts   []Part          `json:"parts"` // evaluation, survey, verification
	Ranked  bool            `json:"ranked"`
	Total   indicators.Mark `json:"total"`
	Place   int             `json:"place"` // equal totals share a place: 1, 2, 2, 4
	Tied    bool            `json:"tied"`
	Front   bool            `json:"front"` // in the front group before the visits, ties at its edge included
	Before  Before          `json:"before,omitzero"`

	// Fed are the indicators of which a survey is to give the mark. The evaluation
	// among Parts counts them; Own is the evaluators' mark alone, and Without the
	// total that it would make.
	Fed     []Fed           `json:"fed,omitempty"`
	Own     indicators.Mark `json:"own,omitempty"`
	Without indicators.Mark `json:"without,omitempty"`
}

// Before is a row's standing by the parts without the on-site verification: it says
// who is in the front group that is verified (C32).
type Before struct {
	Ranked bool            `json:"ranked"`
	Total  indicators.Mark `json:"total"`
	Place  int             `json:"place"`
}

// Missing returns the instruments with a share in the scheme whose finding is
// not there: the total is over the other parts, and must say so (C30).
func (r Row) Missing() []scorebook.Instrument {
	var out []scorebook.Instrument
	for _, p := range r.Parts {
		if !p.Present && p.Share > 0 {
			out = append(out, p.Instrument)
		}
	}
	return out
}

// Table is the ranking of one track and one group of units; tracks and kinds are
// never mixed.
type Table struct {
	Track roster.Track `json:"track"`
	Group roster.Group `json:"group"`
	Cut   int          `json:"cut"` // size of the front group by the round's settings
	Rows  []Row        `json:"rows"`
	// Second tells that on-site verifications count: those who were verified are
	// ranked anew among each other. The others keep the place they had before, by
	// their total over the other parts, and follow without one here (C32, C34).
	Second bool `json:"second,omitempty"`
}

// Ranking is the combined result of a round under one scheme.
type Ranking struct {
	Round    int     `json:"round"`
	Scheme   int     `json:"scheme"`   // version
	Findings string  `json:"findings"` // digest of the findings
	Tables   []Table `json:"tables"`
}

// Units gives the unit of a code.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Catalogues gives an indicator system as it holds in the round: with the
// thresholds and the applicability of its scheme.
type Catalogues func(system indicators.System) (*indicators.Catalogue, error)

// Rank combines findings by the scheme. Each unit and track that has a
// self-assessment or an evaluation is a row; its total is the weighted arithmetic
// mean of the parts that are there, their shares renormalised, exact and rounded
// once. A missing part is left out, never 0. The order of findings does not
// matter.
func Rank(scheme indicators.Scheme, settings roster.Settings, findings []scorebook.Finding, units Units, books Catalogues) (Ranking, error) {
	digest, err := scorebook.DigestOf(findings)
	if err != nil {
		return Ranking{}, err
	}
	out := Ranking{Round: scheme.Round, Scheme: scheme.Version, Findings: digest}
	byKey := map[scorebook.Key]scorebook.Finding{}
	for _, f := range findings {
		byKey[f.Key] = f
	}
	j := joining{scheme: scheme, settings: settings, byKey: byKey, books: books}
	for _, track := range roster.Tracks() {
		for _, group := range roster.Groups() {
			t := Table{Track: track, Group: group, Cut: cut(settings, track)}
			for _, key := range applicants(findings, track) {
				unit, err := units.Unit(key.Unit)
				if err != nil {
					return Ranking{}, err
				}
				if unit.Group() != group {
					continue
				}
				r, err := row(wanted(scheme), key, byKey)
				if err != nil {
					return Ranking{}, err
				}
				if err := j.join(&r, key, unit); err != nil {
					return Ranking{}, err
				}
				t.Rows = append(t.Rows, r)
			}
			if len(t.Rows) > 0 {
				t.place()
				out.Tables = append(out.Tables, t)
			}
		}
	}
	return out, nil
}

func cut(s roster.Settings, track roster.Track) int {
	if track == roster.Single {
		return s.FrontSingle
	}
	return s.FrontComprehensive
}

// applicants returns one key a unit that applied on the track, by unit code.
func applicants(findings []scorebook.Finding, track roster.Track) []scorebook.Key {
	var out []scorebook.Key
	for _, f := range findings {
		if f.Track != track || f.Instrument != scorebook.SelfAssessment && f.Instrument != scorebook.Evaluation {
			continue
		}
		key := f.Key
		key.Instrument = ""
		if !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	slices.SortFunc(out, func(a, b scorebook.Key) int { return cmp.Compare(a.Unit, b.Unit) })
	return out
}

// wanted are the parts of a row as the scheme has them.
func wanted(s indicators.Scheme) []Part {
	return []Part{
		{Instrument: scorebook.Evaluation, Share: s.Parts.Evaluation, Goal: s.Goals.Evaluation},
		{Instrument: scorebook.Survey, Share: s.Parts.Survey, Goal: s.Goals.Survey},
		{Instrument: scorebook.Verification, Share: s.Parts.Verification, Goal: s.Goals.Verification},
	}
}

func row(parts []Part, key scorebook.Key, byKey map[scorebook.Key]scorebook.Finding) (Row, error) {
	r := Row{Unit: key.Unit}
	for _, p := range parts {
		k := key
		k.Instrument = p.Instrument
		if p.Instrument == scorebook.Survey {
			k.Track = ""
		}
		f, ok := byKey[k]
		if p.Present = ok; ok {
			p.Mark, p.SE, p.Low, p.High, p.Version, p.Digest = f.Mark, f.SE, f.Low, f.High, f.Version, f.Digest
			var err error
			if p.Shared, err = f.Shared(); err != nil {
				return Row{}, err
			}
		}
		if ok && f.Project.Field != "" {
			r.Project = f.Project
		}
		r.Parts = append(r.Parts, p)
	}
	key.Instrument = scorebook.SelfAssessment
	if f, ok := byKey[key]; ok {
		r.Project = f.Project
	}
	r.total()
	return r, nil
}

// total works out both totals of the row.
func (r *Row) total() {
	for n := range r.Parts {
		if p := &r.Parts[n]; p.Present && !p.Goal.Plain() {
			p.Scaled = indicators.Round(p.exact())
		}
	}
	r.Total, r.Ranked = mean(r.Parts)
	r.Before.Total, r.Before.Ranked = mean(slices.DeleteFunc(slices.Clone(r.Parts), func(p Part) bool { return p.Instrument == scorebook.Verification }))
}

// verified reports whether an on-site verification is part of the row's total.
func (r *Row) verified() bool {
	return slices.ContainsFunc(r.Parts, func(p Part) bool { return p.Instrument == scorebook.Verification && p.Present && p.Share > 0 })
}

// mean is the weighted mean of the parts that are there.
func mean(parts []Part) (indicators.Mark, bool) {
	var marks []*big.Rat
	var shares []indicators.Share
	for _, p := range parts {
		if p.Present {
			marks, shares = append(marks, p.exact()), append(shares, p.Share)
		}
	}
	total, err := indicators.MeanOfExact(marks, shares)
	return total, err == nil
}

// place gives the places, equal totals equal ones, first by the parts before any
// visit, which also marks the front group: who ties with its last member belongs to
// it. Where visits count, those who were verified are placed anew by their whole
// total, and the others have no place here.
func (t *Table) place() {
	t.order(func(r *Row) (indicators.Mark, bool) { return r.Before.Total, r.Before.Ranked }, func(r *Row, place int, _ bool) {
		r.Before.Place, r.Front = place, place <= t.Cut
	})
	t.Second = slices.ContainsFunc(t.Rows, func(r Row) bool { return r.verified() })
	for n := range t.Rows {
		if r := &t.Rows[n]; t.Second && !r.verified() {
			r.Ranked = false
		}
	}
	t.order(func(r *Row) (indicators.Mark, bool) { return r.Total, r.Ranked }, func(r *Row, place int, tied bool) {
		r.Place, r.Tied = place, tied
	})
}

// order sorts the rows, best first, those without a mark last as they stood, and
// hands out places.
func (t *Table) order(by func(*Row) (indicators.Mark, bool), give func(r *Row, place int, tied bool)) {
	slices.SortStableFunc(t.Rows, func(a, b Row) int {
		x, hasX := by(&a)
		y, hasY := by(&b)
		if !hasX || !hasY {
			return cmp.Compare(btoi(hasY), btoi(hasX))
		}
		return cmp.Compare(y, x)
	})
	for i := range t.Rows {
		mark, has := by(&t.Rows[i])
		if !has {
			continue
		}
		place, tied := 1, false
		for k := range t.Rows {
			other, there := by(&t.Rows[k])
			if there && other > mark {
				place++
			}
			tied = tied || there && k != i && other == mark
		}
		give(&t.Rows[i], place, tied)
	}
}

func btoi(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Find returns the row of a unit and track.
func (r Ranking) Find(unit roster.UnitCode, track roster.Track) (Row, bool) {
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			if t.Track == track && row.Unit == unit {
				return row, true
			}
		}
	}
	return Row{}, false
}

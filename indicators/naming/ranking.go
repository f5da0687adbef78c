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
//	ties, errors that hang together, contributions | by hand | three and four units | exact | TestC32TiesAreNamedAsGroups, TestErrorsThatHangTogetherTellMoreApart, TestContributionsAddUpToTheTotal
//	range of each share | stats/rank's SteadyRange; by hand with a missing part | eight units; four units | 1e-9 | TestARangeOfAShareEndsWhereTheFrontGroupChanges, TestARangeWithAMissingPart
//	choices at random, Sobol indices, other methods | by hand | orders that nothing changes; orders that the mean changes | exact | TestAChoiceThatNothingHangsOnExplainsNothing, TestTheShareDecidesWhereOrdersCross
package naming

import (
	"cmp"
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
}

// Row is one applicant's line. Without any part it has no total and no place.
type Row struct {
	Unit    roster.UnitCode `json:"unit"`
	Project roster.Project  `json:"project"`
	Parts   []Part          `json:"parts"` // evaluation, survey, verification
	Ranked  bool            `json:"ranked"`
	Total   indicators.Mark `json:"total"`
	Place   int             `json:"place"` // equal totals share a place: 1, 2, 2, 4
	Tied    bool            `json:"tied"`
	Front   bool            `json:"front"` // in the front group, ties at its edge included

	// Fed are the indicators of which a survey is to give the mark. The evaluation
	// among Parts counts them; Own is the evaluators' mark alone, and Without the
	// total that it would make.
	Fed     []Fed           `json:"fed,omitempty"`
	Own     indicators.Mark `json:"own,omitempty"`
	Without indicators.Mark `json:"without,omitempty"`
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
				r, err := row(scheme.Parts, key, byKey)
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

func row(parts indicators.Parts, key scorebook.Key, byKey map[scorebook.Key]scorebook.Finding) (Row, error) {
	r := Row{Unit: key.Unit}
	for _, want := range []struct {
		instrument scorebook.Instrument
		share      indicators.Share
	}{
		{scorebook.Evaluation, parts.Evaluation}, {scorebook.Survey, parts.Survey}, {scorebook.Verification, parts.Verification},
	} {
		k := key
		k.Instrument = want.instrument
		if want.instrument == scorebook.Survey {
			k.Track = ""
		}
		f, ok := byKey[k]
		p := Part{Instrument: want.instrument, Share: want.share, Present: ok}
		if ok {
			p.Mark, p.SE, p.Low, p.High, p.Version, p.Digest = f.Mark, f.SE, f.Low, f.High, f.Version, f.Digest
			var err error
			if p.Shared, err = sharedOf(f); err != nil {
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
	r.Total, r.Ranked = r.mean()
	return r, nil
}

// mean is the weighted mean of the parts that are there.
func (r *Row) mean() (indicators.Mark, bool) {
	var marks []indicators.Mark
	var shares []indicators.Share
	for _, p := range r.Parts {
		if p.Present {
			marks, shares = append(marks, p.Mark), append(shares, p.Share)
		}
	}
	total, err := indicators.MeanOf(marks, shares)
	return total, err == nil
}

// place sorts the rows, best first, gives equal totals equal places and marks
// the front group; who ties with its last member belongs to it.
func (t *Table) place() {
	slices.SortStableFunc(t.Rows, func(a, b Row) int {
		if a.Ranked != b.Ranked {
			if a.Ranked {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Total, a.Total)
	})
	for i := range t.Rows {
		r := &t.Rows[i]
		if !r.Ranked {
			continue
		}
		r.Place = i + 1
		if i > 0 && t.Rows[i-1].Total == r.Total {
			r.Place = t.Rows[i-1].Place
			r.Tied, t.Rows[i-1].Tied = true, true
		}
		r.Front = r.Place <= t.Cut
	}
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

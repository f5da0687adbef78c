// Package feedback tells each applicant, once a round's results are public, where it
// is weak: the indicators on which it lost most and those on which its kind does
// better, with the assessors' remarks without their names, the headings, and the
// items of the survey with their intervals (C49). The office previews and releases;
// what was released stays as it was. Nothing in it lets an applicant work out
// another's marks: of others it has medians only, of at least four applicants, in
// steps of five percent and open at both ends. It ranks nobody and changes no mark.
//
// Who judges it:
//
//	feature                     independent judge                          input                                     tolerance  test
//	median of the kind          R 4.x median(), sorted by hand             2 to 7 shares                             one step   TestAMedianIsThatOfR
//	nobody can be worked out    every combination of three others counted  4 applicants, 21 shares each              exact      TestC49NothingOfOthersCanBeWorkedOut
//	weakest indicators          by hand                                    5 indicators of 4 units, two sheets       exact      TestC49TheWeakestComeFirst
//	remarks without names       the account names looked for in the bytes  sheets of two assessors                   exact      TestC49TheWeakestComeFirst
//	only after publication      the sentence C49; both sides of the moment the notice's first day                    exact      TestC49NothingBeforeTheResultsArePublic
//	small cells                 the release's own limit                    items with 9 and 10 answers               exact      TestC49SmallCellsOfTheSurveyStayHidden
//	the whole task              a browser does it; the store is read       the demo after its naming                 exact      TestBrowserAPracticeAndTheFeedback (cmd/minyi)
package feedback

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Band is a median in steps: hundredths of a percent, a multiple of Step. Low and
// High say that it is that much or less, or that much or more.
type Band struct {
	Share indicators.Share `json:"share"`
	Low   bool             `json:"low,omitempty"`
	High  bool             `json:"high,omitempty"`
}

// What a median of the kind may tell.
const (
	Fewest                  = 4   // applicants, the reader's own among them
	Step   indicators.Share = 500 // five percent
	floor                   = 2 * Step
	top                     = indicators.Whole - 2*Step
)

// MedianOf is the median of shares in steps; nil of fewer than Fewest. Neither the
// order nor who has which share matters.
func MedianOf(shares []indicators.Share) *Band {
	if len(shares) < Fewest {
		return nil
	}
	sorted := slices.Sorted(slices.Values(shares))
	n := len(sorted)
	median := sorted[n/2]
	if n%2 == 0 {
		median = (sorted[n/2-1] + sorted[n/2]) / 2
	}
	b := Band{Share: (median + Step/2) / Step * Step}
	switch {
	case b.Share <= floor:
		b = Band{Share: floor, Low: true}
	case b.Share >= top:
		b = Band{Share: top, High: true}
	}
	return &b
}

// Part is what one instrument found of the applicant itself.
type Part struct {
	Instrument scorebook.Instrument `json:"instrument"`
	Mark       indicators.Mark      `json:"mark"`
	SE         indicators.Mark      `json:"se"` // 0: not known
	Low        indicators.Mark      `json:"low"`
	High       indicators.Mark      `json:"high"`
}

// Level is one first-level heading.
type Level struct {
	Name     string          `json:"name"`
	Achieved indicators.Mark `json:"achieved"` // mean over the sheets that count, summed
	Full     indicators.Mark `json:"full"`
	Met      int             `json:"met"` // indicators at or above the round's line for "met"
	Of       int             `json:"of"`
	Peer     *Band           `json:"peer,omitempty"` // of achieved over full
}

// Share is what was achieved of the full marks.
func (l Level) Share() indicators.Share { return share(l.Achieved, l.Full) }

// Item is one indicator, or on the single track one criterion.
type Item struct {
	Number  indicators.Number `json:"number"`
	Level1  string            `json:"level1,omitempty"`
	Text    string            `json:"text,omitempty"` // empty for a criterion
	Mark    indicators.Mark   `json:"mark"`           // mean of the sheets that count
	Full    indicators.Mark   `json:"full"`
	Claimed string            `json:"claimed,omitempty"` // what the unit itself said
	Peer    *Band             `json:"peer,omitempty"`
	Remarks []string          `json:"remarks,omitempty"`
}

// Lost are the marks that were not reached.
func (i Item) Lost() indicators.Mark { return i.Full - i.Mark }

// Share is what was reached of the full marks.
func (i Item) Share() indicators.Share { return share(i.Mark, i.Full) }

// Behind is how far the item lies below the median of the kind; 0 where it does not,
// or where no median may be told.
func (i Item) Behind() indicators.Share {
	if i.Peer == nil || i.Peer.Low {
		return 0
	}
	return max(0, i.Peer.Share-i.Share())
}

func share(part, whole indicators.Mark) indicators.Share {
	if whole <= 0 {
		return 0
	}
	return indicators.Share(int64(part) * int64(indicators.Whole) / int64(whole))
}

// Answered is one item of the survey with its estimate; Few: too few answers, and
// then no figure stands here.
type Answered struct {
	ID   string           `json:"id"`
	Zh   string           `json:"zh"`
	En   string           `json:"en"`
	N    int              `json:"n"`
	Few  bool             `json:"few,omitempty"`
	Est  indicators.Share `json:"est"`
	Low  indicators.Share `json:"low"`
	High indicators.Share `json:"high"`
	Peer *Band            `json:"peer,omitempty"`
}

// In is the item's text in a language.
func (a Answered) In(lang string) string {
	if lang == "en" && a.En != "" {
		return a.En
	}
	return a.Zh
}

// Survey is what the signed release says of the unit.
type Survey struct {
	Digest   string           `json:"digest"`
	N        int              `json:"n"`
	Index    indicators.Share `json:"index"` // of 100.00
	Low      indicators.Share `json:"low"`
	High     indicators.Share `json:"high"`
	Interval bool             `json:"interval"` // the interval is known
	Least    int              `json:"least"`    // answers behind a figure that is shown
	Items    []Answered       `json:"items"`
}

// Report is the feedback of one applicant on one track.
type Report struct {
	Key     application.Key `json:"key"`
	Kind    roster.Group    `json:"kind"`
	Peers   int             `json:"peers"`  // applicants of the kind on the track, this one among them
	Sheets  int             `json:"sheets"` // score sheets that count
	Parts   []Part          `json:"parts"`
	Levels  []Level         `json:"levels"`
	Lost    []Item          `json:"lost"`   // most marks lost first
	Behind  []Item          `json:"behind"` // farthest below its kind first
	Survey  *Survey         `json:"survey,omitempty"`
	Version int             `json:"version"`
	Reason  string          `json:"reason,omitempty"` // of a later version
	At      time.Time       `json:"at,omitzero"`      // of the release
	By      string          `json:"by,omitempty"`     // account; the applicant does not see it
	Digest  string          `json:"digest,omitempty"` // of all but version, reason, time and digest
}

// Numbers are the indicators that the report names, in its order: for suggestions.
func (r *Report) Numbers() (out []indicators.Number) {
	for _, i := range slices.Concat(r.Lost, r.Behind) {
		if !slices.Contains(out, i.Number) {
			out = append(out, i.Number)
		}
	}
	return out
}

// Weakest items are listed up to here.
const (
	mostItems    = 10
	mostAnswered = 5
)

// applicantData is what is known of one applicant of the round.
type applicantData struct {
	key    application.Key
	kind   roster.Group
	items  []Item // all that apply and were marked
	sheets int
	parts  []Part
	levels []Level
	survey *Survey
}

// itemsOf are the marks of all items of a dossier: the mean of the sheets that
// count, and what their assessors remarked, without their names and in an order that
// does not tell who wrote which.
func itemsOf(sheets []evaluation.Assignment, lines []evaluation.Line, claims map[indicators.Number]application.Claim) ([]Item, error) {
	var out []Item
	for _, line := range lines {
		if !line.Needed || line.Full <= 0 {
			continue
		}
		var marks []indicators.Mark
		var even []indicators.Share
		var remarks []string
		for _, a := range sheets {
			v := a.Sheet.Verdicts[line.Item]
			if !v.Given || v.Excused {
				continue
			}
			marks, even = append(marks, v.Mark), append(even, 1)
			remarks = append(remarks, nameless(v.Reason, sheets))
		}
		if len(marks) == 0 {
			continue
		}
		mark, err := indicators.MeanOf(marks, even)
		if err != nil {
			return nil, err
		}
		i := Item{Number: indicators.Number(line.Item), Level1: line.Indicator.Level1, Text: line.Indicator.Text, Mark: mark, Full: line.Full}
		i.Claimed = string(claims[i.Number].Verdict)
		slices.Sort(remarks)
		i.Remarks = slices.DeleteFunc(slices.Compact(remarks), func(s string) bool { return s == "" })
		out = append(out, i)
	}
	return out, nil
}

// nameless takes the names of the assessors' accounts and institutions out of a text.
func nameless(text string, sheets []evaluation.Assignment) string {
	for _, a := range sheets {
		for _, name := range []string{a.Assessor, a.Institution} {
			if name != "" {
				text = strings.ReplaceAll(text, name, "……")
			}
		}
	}
	return strings.TrimSpace(text)
}

// levelsOf sums the items by heading; an item counts as met from the line on.
func levelsOf(items []Item, line indicators.Share) []Level {
	var out []Level
	for _, i := range items {
		n := slices.IndexFunc(out, func(l Level) bool { return l.Name == i.Level1 })
		if n < 0 {
			out = append(out, Level{Name: i.Level1})
			n = len(out) - 1
		}
		out[n].Achieved += i.Mark
		out[n].Full += i.Full
		out[n].Of++
		if i.Share() >= line {
			out[n].Met++
		}
	}
	return out
}

// compose makes the report of one applicant among all of the round.
func compose(own applicantData, all []applicantData) *Report {
	peers := slices.DeleteFunc(slices.Clone(all), func(o applicantData) bool { return o.key.Track != own.key.Track || o.kind != own.kind })
	r := &Report{Key: own.key, Kind: own.kind, Peers: len(peers), Sheets: own.sheets, Parts: own.parts, Levels: slices.Clone(own.levels)}
	items := slices.Clone(own.items)
	for n := range items {
		items[n].Peer = MedianOf(sharesOf(peers, items[n].Number))
	}
	for n := range r.Levels {
		r.Levels[n].Peer = MedianOf(levelShares(peers, r.Levels[n].Name))
	}
	r.Lost = firstOf(items, func(i Item) int64 { return int64(i.Lost()) })
	r.Behind = firstOf(items, func(i Item) int64 { return int64(i.Behind() / Step) })
	if own.survey != nil {
		r.Survey = surveyed(own, all)
	}
	return r
}

// firstOf lists the items with the most of something, none that have nothing of it;
// of equals the one of more marks comes first, then the order of the notice.
func firstOf(items []Item, of func(Item) int64) []Item {
	out := slices.DeleteFunc(slices.Clone(items), func(i Item) bool { return of(i) <= 0 })
	slices.SortStableFunc(out, func(a, b Item) int { return cmp.Or(cmp.Compare(of(b), of(a)), cmp.Compare(b.Lost(), a.Lost())) })
	return out[:min(len(out), mostItems)]
}

func sharesOf(peers []applicantData, n indicators.Number) (out []indicators.Share) {
	for _, p := range peers {
		if i := slices.IndexFunc(p.items, func(i Item) bool { return i.Number == n }); i >= 0 {
			out = append(out, p.items[i].Share())
		}
	}
	return out
}

func levelShares(peers []applicantData, name string) (out []indicators.Share) {
	for _, p := range peers {
		if i := slices.IndexFunc(p.levels, func(l Level) bool { return l.Name == name }); i >= 0 {
			out = append(out, p.levels[i].Share())
		}
	}
	return out
}

// surveyed are the weakest items of the unit's survey beside those of its kind,
// whatever track they applied on. Items with too few answers stand last, without a
// figure, and count in nobody's median.
func surveyed(own applicantData, all []applicantData) *Survey {
	out := *own.survey
	units := map[roster.UnitCode]*Survey{}
	for _, a := range all {
		if a.survey != nil && a.kind == own.kind {
			units[a.key.Unit] = a.survey
		}
	}
	out.Items = nil
	for _, i := range own.survey.Items {
		if i.N < own.survey.Least {
			i = Answered{ID: i.ID, Zh: i.Zh, En: i.En, Few: true}
		} else {
			i.Peer = MedianOf(answeredBy(units, i.ID))
		}
		out.Items = append(out.Items, i)
	}
	slices.SortStableFunc(out.Items, func(a, b Answered) int {
		if a.Few != b.Few {
			if a.Few {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.Est, b.Est)
	})
	out.Items = out.Items[:min(len(out.Items), mostAnswered)]
	return &out
}

func answeredBy(units map[roster.UnitCode]*Survey, id string) (out []indicators.Share) {
	for _, s := range units {
		for _, i := range s.Items {
			if i.ID == id && i.N >= s.Least {
				out = append(out, i.Est)
			}
		}
	}
	return out
}

// Width is that of the interval.
func (a Answered) Width() int { return int(a.High - a.Low) }

// Percent writes the step as whole percent.
func (b Band) Percent() string { return strconv.Itoa(int(b.Share) / 100) }

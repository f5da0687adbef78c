package survey

import (
	"cmp"
	"slices"

	"minyi/indicators/fault"
	"minyi/survey/quality"
	"minyi/survey/questionnaire"
)

// PickState narrows a list of answers to those that stand in one way.
type PickState string

// The ways in which an answer can stand.
const (
	PickAll      PickState = ""
	PickFlagged  PickState = "flagged"
	PickOut      PickState = "excluded"
	PickWaiting  PickState = "waiting"
	PickUnjudged PickState = "unjudged" // flagged, and nobody has proposed anything
)

// Pick chooses answers of a board.
type Pick struct {
	State   PickState
	Rule    quality.Code // empty: any
	Place   string       // the batch's name in the review; empty: any
	Hand    string       // the interviewer's name in the review; empty: any
	Channel Channel      // empty: both
	Sort    string       // "score" (the most doubtful first), "time" (the quickest first), "place", "day", "number"
	Number  int64        // one answer; 0: all
}

// Pick returns the rows that fit, in order.
func (b *Board) Pick(p Pick, st *Decided) []*Row {
	var out []*Row
	for k := range b.Rows {
		if row := &b.Rows[k]; p.takes(row, st) {
			out = append(out, row)
		}
	}
	if less := sorts()[p.Sort]; less != nil {
		slices.SortStableFunc(out, less) // the rows come by score
	}
	return out
}

func sorts() map[string]func(a, b *Row) int {
	return map[string]func(a, b *Row) int{
		"time":   func(a, b *Row) int { return cmp.Compare(a.Total, b.Total) },
		"place":  func(a, b *Row) int { return cmp.Compare(a.Place, b.Place) },
		"day":    func(a, b *Row) int { return a.Day.Start().Compare(b.Day.Start()) },
		"number": func(a, b *Row) int { return cmp.Compare(a.Response, b.Response) },
	}
}

func (p Pick) takes(row *Row, st *Decided) bool {
	return p.fits(row) && p.stands(row, st)
}

func (p Pick) fits(row *Row) bool {
	switch {
	case p.Number != 0 && row.Response != p.Number,
		p.Rule != "" && !slices.Contains(row.Finding.Rules, p.Rule),
		p.Place != "" && row.Place != p.Place,
		p.Hand != "" && row.Hand != p.Hand,
		p.Channel == Sampled && row.Poster, p.Channel == Poster && !row.Poster:
		return false
	}
	return true
}

func (p Pick) stands(row *Row, st *Decided) bool {
	_, out := st.Out[row.Response]
	_, waits := st.Waiting[row.Response]
	switch p.State {
	case PickFlagged:
		return row.Finding.Flag
	case PickOut:
		return out
	case PickWaiting:
		return waits
	case PickUnjudged:
		return row.Finding.Flag && !out && !waits
	case PickAll:
	}
	return true
}

// Proof is one answer with what lies behind its finding.
type Proof struct {
	*Row
	quality.Evidence
	Answers []Answered // of the scored items, in the order of the paper
	Text    string     // the open text, with the unit under its name in the review
}

// Answered is the answer to one item as it is shown.
type Answered struct {
	Item   questionnaire.Question
	Code   string // the point; empty for none
	Choice questionnaire.Text
	quality.AnswerEvidence
	Page quality.PageEvidence
}

// Proof returns the evidence about one answer, or refuses with review.unknown.
func (b *Board) Proof(response int64) (*Proof, error) {
	at, ok := b.place[response]
	if !ok {
		return nil, fault.New(fault.NotFound, "review.unknown")
	}
	row := &b.Rows[at]
	out := &Proof{Row: row, Evidence: b.frame.Of(row.at), Text: b.data.Responses[row.at].Text}
	for j, item := range b.Items {
		one := Answered{Item: item, AnswerEvidence: out.Evidence.Answers[j], Page: out.Pages[j]}
		if one.Answer != quality.NoAnswer {
			one.Code = number(int(one.Answer))
			if c, ok := item.Choice(one.Code); ok {
				one.Choice = c.Text
			}
		}
		out.Answers = append(out.Answers, one)
	}
	return out, nil
}

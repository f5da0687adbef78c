package survey

import (
	"encoding/hex"
	"strconv"

	"minyi/survey/quality"
	"minyi/survey/questionnaire"
)

// heapWidth is how many whole numbers a question must allow for their last digits
// to say anything.
const heapWidth = 50

// million is the unit in which papers keep numbers.
const million = 1_000_000

// numberQuestions lists the questions whose answers are whole numbers over a wide range.
func numberQuestions(q *questionnaire.Questionnaire) (out []questionnaire.Question) {
	for _, one := range q.Questions() {
		if one.Type != questionnaire.Number || one.Range.Decimals != 0 {
			continue
		}
		low, errLow := strconv.ParseFloat(one.Range.Min, 64)
		high, errHigh := strconv.ParseFloat(one.Range.Max, 64)
		if errLow != nil || errHigh != nil || high-low >= heapWidth {
			out = append(out, one)
		}
	}
	return out
}

// hand is what an interviewer is called in the review; empty for none.
func (c *collecting) hand(l *live, t *Trace) string {
	if t == nil || t.Mode != Assisted || t.Device == (Digest{}) {
		return ""
	}
	return c.s.alias(l.survey.ID, "interviewer", hex.EncodeToString(t.Device[:]))
}

// end notes the last digits of an answer, under its interviewer where it has one
// and under its place where not.
func (c *collecting) end(q *questionnaire.Questionnaire, t Traced, row *Row) {
	group := row.Place
	if row.Hand != "" {
		group = row.Hand
	}
	for k, one := range c.numbers {
		n, ok := q.Amount(t.Sheet, one.ID)
		if !ok {
			continue
		}
		digit := int(n / million % 10)
		if digit < 0 {
			digit = -digit
		}
		c.ends[k] = append(c.ends[k], quality.Ending{Digit: digit, Group: group})
	}
}

// groups takes the effects of batches and of interviewers, and the last digits.
func (c *collecting) groups() {
	b := c.board
	b.Groups = quality.EffectsOf(c.data, ownUnit, func(x *quality.Response) string { return x.Batch })
	hands := map[string]string{}
	for _, row := range b.Rows {
		if row.Hand != "" {
			hands[c.data.Responses[row.at].Interviewer] = row.Hand
		}
	}
	b.Hands = quality.EffectsOf(c.data, ownUnit, func(x *quality.Response) string { return hands[x.Interviewer] })
	for k, one := range c.numbers {
		if len(c.ends[k]) > 0 {
			b.Heaps = append(b.Heaps, quality.HeapOf(one.ID, c.ends[k]))
		}
	}
}

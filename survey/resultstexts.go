package survey

import (
	"cmp"
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/survey/coding"
)

// Texts returns what people wrote to the open questions of a survey whose review is
// closed, each text once with how often it came, in the order of its letters, so
// that nothing says whose or beside which it was written. As texts are kept apart
// from the answers, they are all there, also those that came with an answer that
// the review excluded. Each reading is an entry in the trail (C97).
func (s *Service) Texts(ctx context.Context, by access.Actor, id string) ([]coding.Text, error) {
	l, err := s.readReviewed(ctx, by, ID(id), "survey.texts")
	if err != nil {
		return nil, err
	}
	packed, err := s.Store.Comments(ctx, l.survey.Number)
	if err != nil {
		return nil, err
	}
	count := map[coding.Text]int{}
	for _, sheet := range packed {
		texts, err := l.paper.UnpackTexts(sheet)
		if err != nil {
			return nil, err
		}
		for question, words := range texts {
			count[coding.Text{Question: question, Words: words}]++
		}
	}
	out := make([]coding.Text, 0, len(count))
	for one, n := range count {
		one.N = n
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b coding.Text) int {
		return cmp.Or(cmp.Compare(a.Question, b.Question), cmp.Compare(a.Words, b.Words))
	})
	return out, nil
}

package survey

import (
	"context"
	"encoding/binary"
	"slices"

	"minyi/survey/export"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// modeNames are the modes by their number, as an export writes them.
func modeNames() []string { return []string{"self", "kiosk", "assisted", "paper"} }

// modes reads how each answer was given, as long as the traces say so. Who was
// interviewed is known to those who called, so that a mode that fewer than the
// least shown have, beside another one, is left out with all of its batch.
func (x *exporting) modes(ctx context.Context, s *Service) error {
	l := x.live
	if l.wave == nil {
		return nil
	}
	excluded, err := s.Store.ExcludedBy(ctx, l.survey.ID)
	if err != nil {
		return err
	}
	given := map[string][]Mode{}
	err = s.Store.Kept(ctx, l.survey.Number, func(response int64, r Record) error {
		if r.Trace == nil || r.Outcome == questionnaire.QuotaFull {
			return nil
		}
		trace, err := l.wave.unpack(r.Trace, l.survey.Number)
		if err != nil {
			return err
		}
		_, out := excluded[response]
		key := modeKey(r.Batch, out, string(r.Answers))
		given[key] = append(given[key], trace.Mode)
		return nil
	})
	if err != nil {
		return err
	}
	for _, modes := range given {
		slices.Sort(modes) // the order they came in tells nothing
	}
	for i := range x.rows {
		row := &x.rows[i]
		key := modeKey(row.batch.Number, row.excluded, row.packed)
		if modes := given[key]; len(modes) > 0 {
			row.mode, given[key] = modeNames()[min(int(modes[0]), len(modeNames())-1)], modes[1:]
		}
	}
	x.hideFewModes()
	return nil
}

// modeKey is one for all answers that are alike in everything but their mode.
func modeKey(batch uint32, excluded bool, packed string) string {
	key := binary.BigEndian.AppendUint32(nil, batch)
	if excluded {
		key = append(key, 1)
	} else {
		key = append(key, 0)
	}
	return string(key) + packed
}

// hideFewModes leaves the modes of a batch of links out where one of several is
// that of a few people only.
func (x *exporting) hideFewModes() {
	counts := map[uint32]map[string]int{}
	for _, row := range x.rows {
		if counts[row.batch.Number] == nil {
			counts[row.batch.Number] = map[string]int{}
		}
		counts[row.batch.Number][row.mode]++
	}
	few := map[uint32]bool{}
	for batch, modes := range counts {
		for _, n := range modes {
			few[batch] = few[batch] || len(modes) > 1 && n < x.live.survey.LeastShown()
		}
	}
	for i := range x.rows {
		if b := x.rows[i].batch; few[b.Number] && b.Kind == invite.OneTime {
			x.rows[i].mode = ""
		}
	}
}

// mode is the variable of how an answer was given.
func (x *exporting) mode() exportColumn {
	v := export.Variable{Name: "mode", Label: x.say("var.mode"), Kind: export.Text}
	for _, name := range modeNames() {
		v.Labels = append(v.Labels, export.Label{Code: name, Text: x.say("value." + name)})
	}
	return exportColumn{v, func(a *answer) export.Cell { return text(a.mode) }}
}

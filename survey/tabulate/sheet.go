package tabulate

import "minyi/survey/questionnaire"

// Items reads the scored items of a questionnaire. The first point for an
// answer without substance is 不清楚, the second 不想回答.
func Items(q *questionnaire.Questionnaire) []Item {
	var out []Item
	for _, one := range q.Scored() {
		item := Item{ID: one.ID, Indicator: q.PrimaryIndicator(one.ID), Valid: q.ValidPoints(one.ID)}
		for _, point := range item.Valid {
			if q.SatisfiedPoint(one.ID, point) {
				item.Satisfied = append(item.Satisfied, point)
			}
		}
		rest := q.NonSubstantivePoints(one.ID)
		if len(rest) > 0 {
			item.DontKnow = rest[0]
		}
		if len(rest) > 1 {
			item.NoAnswer = rest[1]
		}
		out = append(out, item)
	}
	return out
}

// ResponseOf reads a sheet; the caller adds stratum, PSU and design weight,
// which the sheet does not know.
func ResponseOf(q *questionnaire.Questionnaire, s questionnaire.Sheet) Response {
	scored := q.Scored()
	out := Response{
		Points: make([]int, len(scored)),
		Sex:    q.RoleCode(s, questionnaire.RoleSex), Residence: q.RoleCode(s, questionnaire.RoleResidence),
		Age: q.AgeMargin(s), Insider: q.Flagged(s, "insider"),
	}
	for k, one := range scored {
		out.Points[k] = q.Point(s, one.ID)
	}
	return out
}

// Count adds a sheet to the fieldwork by its disposition.
func (f *Fieldwork) Count(d questionnaire.Disposition) {
	switch d {
	case questionnaire.Complete:
		f.Complete++
	case questionnaire.Partial:
		f.Partial++
	case questionnaire.BreakOff:
		f.BreakOff++
	case questionnaire.ScreenedOut:
		f.ScreenedOut++
	case questionnaire.Refused:
		f.Refused++
	}
}

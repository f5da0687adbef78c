package rehearsal

import "time"

// scenes are everything that people do in the round, in order. Names are kept
// in folders: never rename one, never give an old name to something else.
func (r *Rehearsal) scenes() []scene {
	out := []scene{
		{"round opened", on(2020, time.July, 20, 9), r.openRound},
		{"scheme set", on(2020, time.July, 22, 9), r.setScheme},
	}
	for i, a := range r.cast {
		const first, apart = 4, 2 // from 4 to 26 August, every other day
		out = append(out, scene{"filed " + string(a.unit.Code), on(2020, time.August, first+apart*i, 10), r.apply(a)})
	}
	for _, a := range r.cast {
		out = append(out, scene{"survey " + string(a.unit.Code), on(2020, time.September, 1, 9), r.setUpSurvey(a)})
	}
	out = append(out, scene{"residents answered", on(2020, time.September, 3, 8), r.answerEarly})
	out = append(out, scene{"residents answered late", on(2020, time.October, 8, 8), r.answerLate})
	for _, a := range r.cast {
		out = append(out, scene{"survey closed " + string(a.unit.Code), on(2020, time.October, 26, 9), r.closeSurvey(a)})
	}
	for _, a := range r.cast {
		out = append(out, scene{"result released " + string(a.unit.Code), on(2020, time.October, 26, 15), r.release(a)})
	}
	return append(out,
		scene{"evaluation closed", on(2020, time.October, 27, 9), r.closeInstrument("evaluation")},
		scene{"surveys closed", on(2020, time.October, 27, 10), r.closeInstrument("survey")},
		scene{"ranked", on(2020, time.October, 28, 9), r.rank},
		scene{"verified", on(2020, time.October, 30, 9), r.visits},
		scene{"candidates proposed", on(2020, time.October, 31, 9), r.propose},
		scene{"notice posted", on(2020, time.November, 1, 9), r.postNotice},
		scene{"objections answered", on(2020, time.November, 9, 9), r.answerObjections},
		scene{"named", on(2020, time.December, 10, 9), r.name},
	)
}

package rehearsal

import (
	"fmt"
	"slices"
	"time"
)

// scenes are everything that people do in the round, in order. Names are kept
// in folders: never rename one, never give an old name to something else.
func (r *Rehearsal) scenes() []scene {
	out := []scene{
		{"round opened", r.on(time.July, 20, 9), r.openRound},
		{"scheme set", r.on(time.July, 22, 9), r.setScheme},
		{"witnesses looked", r.on(time.September, 9, 9), r.look},
	}
	out = append(append(out, r.filingScenes()...), r.evaluationScenes()...)
	for _, a := range r.cast {
		out = append(out, scene{"survey " + string(a.unit.Code), r.on(time.September, 1, 9), r.setUpSurvey(a)})
	}
	out = append(out, r.deputyScenes()...)
	for wave, at := range r.waves() {
		out = append(out, scene{fmt.Sprintf("residents answered %d", wave), at, r.answerWave(wave)})
	}
	out = append(out, scene{"passers-by answered", r.on(time.September, 9, 18), r.answerPosters})
	for _, a := range r.cast {
		out = append(out, scene{"survey closed " + string(a.unit.Code), r.on(time.October, 26, 9), r.closeSurvey(a)})
	}
	for _, a := range r.cast {
		out = append(out, scene{"answers reviewed " + string(a.unit.Code), r.on(time.October, 26, 11), r.review(a)})
	}
	for _, a := range r.cast {
		out = append(out, scene{"result released " + string(a.unit.Code), r.on(time.October, 26, 15), r.release(a)})
	}
	out = append(out,
		scene{"opinions signed", r.on(time.October, 26, 17), r.opine},
		scene{"evaluation closed", r.on(time.October, 27, 9), r.closeEvaluation},
		scene{"surveys closed", r.on(time.October, 27, 10), r.closeInstrument("survey")},
		scene{"ranked", r.on(time.October, 28, 9), r.rank},
		scene{"verified", r.on(time.October, 30, 9), r.visits},
		scene{"ranked again", r.on(time.October, 30, 17), r.rank},
		scene{"candidates proposed", r.on(time.October, 31, 9), r.propose},
		scene{"notice posted", r.on(time.November, 1, 9), r.postNotice},
		scene{"objection filed", r.on(time.November, 4, 9), r.object},
		scene{"objections answered", r.on(time.November, 9, 9), r.answerObjections},
		scene{"named", r.on(time.December, 10, 9), r.name},
	)
	out = append(append(out, r.scrutinyScenes()...), r.yearlyScenes()...)
	out = append(out, r.afterScenes()...)
	slices.SortStableFunc(out, func(a, b scene) int { return a.at.Compare(b.at) })
	return out
}

// filingScenes are the filings, from 4 to 26 August every other day, and the
// office's formal check of each on the day after.
func (r *Rehearsal) filingScenes() (out []scene) {
	for i, a := range r.cast {
		const first, apart = 4, 2
		filed := r.on(time.August, first+apart*i, 10)
		out = append(out,
			scene{"filed " + string(a.unit.Code), filed, r.apply(a)},
			scene{"formally checked " + string(a.unit.Code), checked(filed), r.checkFormally(a)})
	}
	return out
}

// waves are the days on which residents answer; the last ones come after
// 15 September.
func (r *Rehearsal) waves() []time.Time {
	var out []time.Time
	for day := range earlyWaves {
		out = append(out, r.on(time.September, 3+day, 19))
	}
	return append(out, r.on(time.September, 22, 19), r.on(time.October, 8, 19), r.on(time.October, 19, 19))
}

const earlyWaves = 11

// evaluationScenes are the assessors' work: the first marks everything by
// 14 September, the second half of it, and the rest in October.
func (r *Rehearsal) evaluationScenes() []scene {
	out := []scene{
		{"evaluator appointed", r.on(time.September, 1, 9), r.appointEvaluator},
		{"interests declared", r.on(time.September, 1, 10), r.declareAll},
		{"assignment confirmed", r.on(time.September, 1, 10), r.planAssignment},
	}
	for i, a := range r.cast {
		out = append(out, scene{"marked first " + string(a.unit.Code), r.on(time.September, 3+i, 9), r.mark(a, 0)})
	}
	for i, a := range r.cast {
		at := r.on(time.September, 5+i, 9)
		if i >= len(r.cast)/2 {
			at = r.on(time.October, i, 9)
		}
		out = append(out, scene{"marked second " + string(a.unit.Code), at, r.mark(a, 1)})
	}
	return out
}

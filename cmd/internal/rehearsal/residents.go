package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"minyi/indicators/roster"
)

const (
	answering     = 12   // residents who answer at the same time
	lateShare     = 0.20 // of those who take part: after 15 September
	meanTakePart  = 0.69 // of those who get a link; follows from takesPart
	passersByEach = 15   // people who scan a poster and answer, a poster
)

// deal decides what becomes of a link: who will answer early, late, or never is decided when they
// are handed out, so that the unanswered ones can be given away.
func (r *Rehearsal) deal(link Link) (Link, error) {
	h, err := homeOf(roster.UnitCode(link.Unit), link.PSU)
	if err != nil {
		return link, err
	}
	one := newResident(r.seed, h, link.Name)
	link.Wave = never
	if one.takesPart() {
		link.Wave = one.rng.IntN(earlyWaves)
		if one.rng.Float64() < lateShare {
			link.Wave = earlyWaves + one.rng.IntN(len(r.waves())-earlyWaves)
		}
	}
	return link, nil
}

// linksFor is how many one-time links each unit gets.
func (r *Rehearsal) linksFor() int {
	each := float64(r.state.Residents) / float64(len(r.cast)) / (meanTakePart * (1 - lateShare))
	return int(each) + 1
}

// perCommittee is how many links a drawn committee gets. Every stratum draws at
// least two committees, so a small rehearsal gives each of them fewer.
func (r *Rehearsal) perCommittee() int {
	const least, committees = 2, 24 // about as many committees as a city draws
	return min(linksPerCommittee, max(least, r.linksFor()/committees))
}

// answerWave lets the residents of one day answer.
func (r *Rehearsal) answerWave(wave int) func(context.Context) error {
	return func(ctx context.Context) error {
		return r.answerLinks(ctx, func(l Link) bool { return l.Wave == wave })
	}
}

func (r *Rehearsal) answerLinks(ctx context.Context, which func(Link) bool) error {
	return each(ctx, answering, r.state.links(which), func(ctx context.Context, l Link) error {
		h, err := homeOf(roster.UnitCode(l.Unit), l.PSU)
		if err != nil {
			return err
		}
		one := newResident(r.seed, h, l.Name)
		return one.answer(ctx, newVisitor(r.cfg.Server, r.roads), l.Path())
	})
}

// answerPosters lets passers-by answer. They are a little more content than
// those who were drawn, as people are who choose themselves.
func (r *Rehearsal) answerPosters(ctx context.Context) error {
	type passerBy struct {
		poster Link
		nth    int
	}
	var crowd []passerBy
	for _, p := range r.Posters() {
		for n := range passersByEach {
			crowd = append(crowd, passerBy{p, n})
		}
	}
	return each(ctx, answering, crowd, func(ctx context.Context, p passerBy) error {
		unit, err := r.register.Unit(roster.UnitCode(p.poster.Unit))
		if err != nil {
			return fmt.Errorf("poster: %w", err)
		}
		counties := r.counties(unit)
		name := fmt.Sprintf("%s %d", p.poster.Name, p.nth)
		rng := chance(r.seed, "passer-by "+p.poster.Unit+" "+name)
		h := home{unit: p.poster.Unit, psu: "poster", county: string(counties[rng.IntN(len(counties))].Code), rural: rng.IntN(3) == 0}
		one := newResident(r.seed, h, name)
		const selfChosen = 0.3
		one.opinion += selfChosen
		return one.answer(ctx, newVisitor(r.cfg.Server, r.roads), p.poster.Path())
	})
}

// answer opens the link with all questions on one page, fills it in and sends it.
func (r *resident) answer(ctx context.Context, v *visitor, link string) error {
	page, err := v.get(ctx, link+"?view=all")
	if page != nil && (page.status == http.StatusConflict || page.status == http.StatusForbidden) {
		return nil // spent, by an earlier run or somebody else, or the agency has closed the survey by hand
	}
	if err != nil {
		return err
	}
	f, err := page.form("_form")
	if err != nil {
		return err
	}
	for id, codes := range stopAtEnd(r.think(f)) {
		if err := f.set(id, codes...); err != nil {
			return err
		}
	}
	if r.careful() {
		return r.checkFirst(ctx, v, f)
	}
	_, err = v.send(ctx, f)
	return err
}

// think makes up an answer to every question of the form.
func (r *resident) think(f *form) map[string][]string {
	var questions []string
	for _, one := range f.fields {
		if !strings.HasPrefix(one.name, "_") && !one.button {
			questions = append(questions, one.name)
		}
	}
	slices.Sort(questions) // the order shown is by chance; the person's mind is not
	sheet := map[string][]string{}
	for _, id := range questions {
		if offered := f.field(id).options; offered != nil {
			sheet[id] = r.choose(id, offered)
		} else if said := r.says(); said != "" {
			sheet[id] = []string{said}
		}
	}
	return sheet
}

// stopAtEnd leaves out what comes after an answer that ends the survey: who does
// not want to take part, is under 18, lives elsewhere or has just moved in.
func stopAtEnd(sheet map[string][]string) map[string][]string {
	for i, end := range []struct{ id, code string }{{"consent", "no"}, {"s1", "u18"}, {"s2", "outside"}, {"s3", "lt6m"}} {
		if !slices.Contains(sheet[end.id], end.code) {
			continue
		}
		kept := map[string][]string{}
		for _, id := range []string{"consent", "s1", "s2", "s3"}[:i+1] {
			kept[id] = sheet[id]
		}
		return kept
	}
	return sheet
}

// Unspent returns up to n one-time links that nobody has used, one unit after
// the other. None of the rehearsal's residents will use them: they are for the
// people who look at it. Each is tried at its door, since somebody may have.
func (r *Rehearsal) Unspent(ctx context.Context, n int) ([]Link, error) {
	byUnit := map[string][]Link{}
	for _, l := range r.state.links(func(l Link) bool { return l.Wave == never }) {
		byUnit[l.Unit] = append(byUnit[l.Unit], l)
	}
	var out []Link
	for turn, found := 0, true; found && len(out) < n; turn++ {
		found = false
		for _, a := range r.cast {
			mine := byUnit[string(a.unit.Code)]
			if turn >= len(mine) || len(out) == n {
				continue
			}
			found = true
			_, err := newVisitor(r.cfg.Server, r.roads).get(ctx, mine[turn].Path())
			if err == nil {
				out = append(out, mine[turn])
			} else if !errors.Is(err, errRefused) {
				return nil, err
			}
		}
	}
	return out, nil
}

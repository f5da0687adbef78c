package results

import (
	"strconv"

	"minyi/survey/result"
	"minyi/survey/tabulate"
	"minyi/web/view"
)

// items is the official table, with the poster answers in columns of their own.
func (r reading) items(all *result.Table) Grid {
	g := Grid{
		Name: "items", Caption: r.say("results.items"), Href: r.file("items.csv"),
		Head: r.heads("item", "n", "satisfied", "se", "ci", "atleast", "deff", "mean", "se", "ci", "dontknow", "noanswer", "poster.n", "poster.share", "poster.mean"),
	}
	for k, row := range all.Items {
		c, item := row.Cells[0], r.Official.Sampled.Items[k]
		posters := r.posters(r.Official.Posters[k])
		if c.Hidden != result.Shown {
			why := r.hidden(c.Hidden, all.Least)
			g.add(r.item(row.ID), append([]string{why, why, why, why, why, why, why, why, why, why, why}, posters...)...)
			continue
		}
		g.add(r.item(row.ID), append([]string{
			count(c.N), percent(c.Satisfied.Est), shareOff(c.Satisfied.SE), shareSpan(c.Satisfied),
			percent(item.AtLeast), decimal(item.Satisfied.Deff), decimal(c.Mean.Est), decimal(c.Mean.SE), pointSpan(c.Mean),
			percent(c.DontKnow.Est), percent(c.NoAnswer.Est),
		}, posters...)...)
	}
	return g
}

// posters are the columns of the poster answers, which speak for nobody else.
func (r reading) posters(p tabulate.PosterItem) []string {
	if p.N > 0 && p.N < r.Survey.LeastShown() {
		why := r.hidden(result.Small, r.Survey.LeastShown())
		return []string{why, why, why}
	}
	return []string{count(p.N), percent(p.Satisfied), decimal(p.Mean)}
}

// distribution is the share of each point, with its interval.
func (r reading) distribution(all *result.Table) Grid {
	g := Grid{Name: "points", Caption: r.say("results.points"), Href: r.file("points.csv"), Head: r.heads("item", "point", "n", "share", "se", "ci")}
	for _, row := range all.Items {
		c := row.Cells[0]
		for p, name := range r.scaleNames(row.ID) {
			if c.Hidden != result.Shown {
				why := r.hidden(c.Hidden, all.Least)
				g.add(r.item(row.ID), name, why, why, why, why)
				continue
			}
			e := c.Points[p]
			g.add(r.item(row.ID), name, count(c.N), percent(e.Est), shareOff(e.SE), shareSpan(e))
		}
	}
	return g
}

// beside puts the official figures next to others of nearly the same answers, where
// these may be shown.
func (r reading) beside(what string, official tabulate.Table, other *tabulate.Table) Grid {
	if other == nil {
		return Grid{}
	}
	g := Grid{
		Name: what, Caption: r.say("results.beside." + what), Href: r.file(what + ".csv"),
		Head: r.heads("item", "n", "satisfied", "ci", what+".n", what+".satisfied", what+".ci", "difference"),
	}
	for k, item := range official.Items {
		was, is := other.Items[k].Satisfied, item.Satisfied
		if is.N > 0 && !result.Kept(other.Items[k]) {
			why := r.say("results.differfew")
			g.add(r.item(item.ID), count(is.N), percent(is.Est), shareSpan(is), why, why, why, why)
			continue
		}
		g.add(r.item(item.ID), count(is.N), percent(is.Est), shareSpan(is), count(was.N), percent(was.Est), shareSpan(was), points(was.Est-is.Est))
	}
	is, was := official.Index, other.Index
	g.add(r.say("results.index"), count(official.N), decimal(is.Est), pointSpan(is), count(other.N), decimal(was.Est), pointSpan(was), signed(float64(was.Est-is.Est), pointDigits))
	return g
}

// changes is what has changed since the last round.
func (r reading) changes(way string) (Grid, error) {
	all, err := r.Changes(way)
	if err != nil || len(all) == 0 {
		return Grid{}, err
	}
	g := Grid{
		Name: "changes", Caption: r.say("results.changes", "before", strconv.Itoa(r.Before()), "now", strconv.Itoa(r.Survey.Round)), Href: r.file("changes.csv") + "?by=" + way,
		Head: r.heads("item", "group", "before", "now", "change", "se", "ci", "p", "holm", "bh"),
	}
	for _, one := range all {
		d, now, was := one.Share, percent(one.Now.Satisfied.Est), percent(one.Before.Satisfied.Est)
		cells := []string{r.category(way, one.Category), was, now, points(d.Est), pointsOff(d.SE), span(points(d.Low), points(d.High))}
		if one.Item == "" {
			d = one.Mean
			cells = []string{
				r.category(way, one.Category), decimal(one.Before.Mean.Est), decimal(one.Now.Mean.Est), signed(float64(d.Est), pointDigits), decimal(d.SE),
				span(signed(float64(d.Low), pointDigits), signed(float64(d.High), pointDigits)),
			}
		}
		g.add(r.item(one.Item), append(cells, chance(d.P), chance(d.Holm), chance(d.BH))...)
	}
	return g, nil
}

// margins are the published margins with the answers before and after weighting.
func (r reading) margins() Grid {
	g := Grid{Name: "margins", Caption: r.say("agency.margins"), Head: []string{
		r.say("agency.margin"), r.say("agency.category"), r.say("agency.margin.n"), r.say("agency.before"), r.say("agency.after"), r.say("agency.source"),
	}}
	for _, m := range r.Official.Weighting.Margins {
		n, total := 0, 0.0
		var counts []int
		for _, cell := range m.Cells {
			n += cell.N
			total += float64(cell.Total)
			counts = append(counts, cell.N)
		}
		why := result.Line(counts, r.Survey.LeastShown())
		for k, cell := range m.Cells {
			answers, before := count(cell.N), view.Percent(float64(cell.N)/float64(n), percentDigits)
			if why[k] != result.Shown {
				answers = r.hidden(why[k], r.Survey.LeastShown())
				before = answers
			}
			g.add(r.or("agency.margin."+m.Variable, m.Variable), r.category(m.Variable, cell.Category), answers, before, view.Percent(float64(cell.Total)/total, percentDigits), r.or("agency.source."+m.Source, m.Source))
		}
	}
	return g
}

// rates are AAPOR's outcome rates.
func (r reading) rates() Grid {
	g := Grid{Name: "rates", Caption: r.say("agency.rates"), Head: r.heads("rate", "value")}
	of := r.Official.Rates
	for _, one := range []struct {
		name string
		rate tabulate.Number
	}{
		{"RR1", of.RR1}, {"RR2", of.RR2}, {"RR3", of.RR3}, {"RR4", of.RR4}, {"RR5", of.RR5}, {"RR6", of.RR6}, {"COOP1", of.COOP1}, {"REF1", of.REF1},
	} {
		g.add(one.name+" "+r.say("agency.rate."+one.name), percent(one.rate))
	}
	return g
}

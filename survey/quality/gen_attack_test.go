package quality_test

import (
	"fmt"
	"math"
	"slices"
	"time"

	"minyi/survey/quality"
)

// workday is a moment of office hours.
func (w *world) workday() time.Time {
	return time.Unix(year2026, 0).Add(time.Duration(w.r.IntN(w.days))*24*time.Hour + time.Duration(3600+w.r.IntN(7*3600))*time.Second)
}

func (w *world) high(p *place) person {
	who := w.someone(p)
	who.theta = 4.75 + .25*w.r.NormFloat64()
	who.noise, who.line, who.misread, who.noOpinion = .3+.2*w.r.Float64(), 0, false, 0
	return who
}

var praise = []string{
	"政府依法办事公开透明群众非常满意", "执法规范服务热情为法治政府建设点赞",
	"办事效率高态度好希望继续保持下去", "法治宣传深入人心社会治安越来越好",
}

func (w *world) edited(text string) string {
	runes := []rune(text)
	for range w.r.IntN(3) {
		k := w.r.IntN(len(runes))
		runes[k] = []rune("很真好更都")[w.r.IntN(5)]
	}
	return string(runes)
}

// staff are told at work to answer, each on the own phone behind the office's
// address, within some hours.
func (w *world) staff(p *place, n int) {
	net := w.id("g")
	hurry := -.1 - .45*w.r.Float64()
	leaked, mobile := w.r.Float64() < .4, .2*w.r.Float64()
	if w.r.Float64() < .2 {
		mobile = 1 // there is no wireless network at the office
	}
	at, hours := w.workday(), .5+3*w.r.Float64()
	batch := 5 + w.r.IntN(50) // how many answer on one day
	for k := range n {
		if k%batch == batch-1 {
			at = w.workday()
		}
		x := w.blank(p, at.Add(time.Duration(w.r.Float64()*hours*3600)*time.Second))
		x.Network, x.Address = net, fmt.Sprintf("%s.%d", net, w.r.IntN(3))
		label := "staff"
		if w.r.Float64() < mobile {
			label = "staff on mobile data"
			x.Network = pick(w.r, p.nets, p.weight) // on mobile data
			x.Address = fmt.Sprintf("%s.%d", x.Network, w.r.IntN(60))
		}
		if !leaked {
			x.Channel, x.Token = "open", ""
		}
		if w.r.Float64() < .3 {
			x.Text = w.edited(praise[w.r.IntN(len(praise))])
		}
		who := w.high(p)
		w.put(label, x, w.answer(who), w.times(who.speed+hurry))
	}
}

// proxy is one person with many tokens on a phone, or a few such.
func (w *world) proxy(p *place, n int) {
	left := 0
	var first quality.Response
	var at time.Time
	hurry := -.4 - .6*w.r.Float64()
	longest := 2 + w.r.IntN(22)
	for range n {
		if left == 0 {
			left = 3 + w.r.IntN(longest)
			at = w.when(p)
			first = w.blank(p, at)
		}
		left--
		x := w.blank(p, at)
		x.Device, x.Address, x.Network, x.Agent, x.Channel, x.Token = first.Device, first.Address, first.Network, first.Agent, "prob", w.id("t")
		who := w.high(p)
		end := w.put("proxy", x, w.answer(who), w.times(.3*who.speed+hurry))
		at = end.Add(time.Duration(15+w.r.ExpFloat64()*60) * time.Second)
	}
}

// bots come through rented addresses; kind says how human they are.
func (w *world) bots(p *place, n int) {
	r := w.r
	kind := r.IntN(4) // 0 regular at night, 1 constant pages by day, 2 human timing, 3 human timing and reads the reversal
	alpha := .5 + .4*r.Float64()
	factor := math.Sqrt(alpha / (float64(w.items) * (1 - alpha))) // loading for that Cronbach alpha at noise 1
	start := w.workday()
	if kind == 0 {
		start = start.Add(14 * time.Hour)
	}
	at := start
	base := w.times(0)
	pool := 0 // addresses that are used again
	if r.Float64() < .3 {
		pool = 1 + n/4
	}
	var nets []string
	for range pool {
		nets = append(nets, w.id("x"))
	}
	agents := []string{"android-browser", "pc-chrome"}
	for range n {
		switch kind {
		case 0:
			at = at.Add(time.Duration(40+r.IntN(3)) * time.Second)
		case 1:
			at = at.Add(time.Duration(r.ExpFloat64()*240) * time.Second)
		default:
			at = at.Add(time.Duration(r.ExpFloat64()*900) * time.Second)
		}
		x := w.blank(p, at)
		x.Network, x.Channel, x.Token = w.id("x"), "open", ""
		if pool > 0 {
			x.Network = nets[r.IntN(pool)]
		}
		x.Address, x.Agent, x.Attention = x.Network+".1", agents[r.IntN(2)], 2
		pages := slices.Clone(base)
		scale := .05 * r.NormFloat64()
		for k := range pages {
			sd := .02
			if kind >= 2 {
				sd = .2
			}
			pages[k] = math.Round(10*pages[k]*math.Exp(scale+sd*r.NormFloat64())) / 10
		}
		theta := r.NormFloat64()
		answers := make([]int8, w.items)
		for j := range answers {
			v := int8(max(1, min(5, math.Round(4.5+.8*(factor*theta+r.NormFloat64())))))
			if w.reversed[j] && kind == 3 {
				v = 6 - v
			}
			answers[j] = v
		}
		w.put("bot", x, answers, pages)
	}
}

// copies are real, friendly responses sent again with a few answers changed.
func (w *world) copies(p *place, n int) {
	var models []int
	for i, x := range w.out {
		var sum, count float64
		for j, v := range x.Answers {
			if v > 0 && !w.reversed[j] {
				sum += float64(v)
				count++
			}
		}
		if x.Unit == p.code && x.Mode == "self" && count > 0 && sum/count > 4.1 && w.label[i] == "honest" {
			models = append(models, i)
		}
	}
	per := 4 + w.r.IntN(6)
	care := w.r.IntN(3) // 0 sends the page times as they were, 1 jitters them, 2 copies the answers only
	for k := range n {
		if len(models) == 0 {
			return
		}
		m := w.out[models[(k/per)%len(models)]]
		x := w.blank(p, w.when(p))
		x.Channel, x.Token = "open", ""
		if care < 2 {
			x.Agent, x.Age, x.Sex, x.Education, x.Text = m.Agent, m.Age, m.Sex, m.Education, m.Text
		}
		answers := slices.Clone(m.Answers)
		for range 1 + w.r.IntN(1+w.items/7) {
			j := w.r.IntN(w.items)
			if answers[j] > 0 {
				answers[j] = max(1, min(5, answers[j]+int8(1-2*w.r.IntN(2))))
			}
		}
		pages := slices.Clone(m.Pages)
		switch care {
		case 1:
			for k := range pages {
				pages[k] = math.Round(10*pages[k]*math.Exp(.12*w.r.NormFloat64())) / 10
			}
		case 2:
			pages = w.times(w.spread * w.r.NormFloat64())
		}
		w.put("copy", x, answers, pages)
	}
}

// coached are residents, each with the own phone and time, who were told what to
// answer at a meeting.
func (w *world) coached(p *place, n int) {
	day := w.r.IntN(max(1, w.days-2))
	for range n {
		at := time.Unix(year2026-8*3600, 0).Add(time.Duration(day+w.r.IntN(2))*24*time.Hour + time.Duration(w.clock())*time.Second)
		x := w.blank(p, at)
		who := w.someone(p)
		who.line, who.misread, who.noOpinion = 5, w.r.Float64() < .1, 0
		w.put("coached", x, w.answer(who), w.times(who.speed))
	}
}

// makeSurvey makes up the survey of a seed. About half of the units are attacked,
// each in one way.
func makeSurvey(seed uint64, heavy bool) (*quality.Survey, []string, *world) {
	w := newWorld(seed, heavy)
	kinds := []string{"staff", "proxy", "bot", "copy", "coached"}
	w.r.Shuffle(len(kinds), func(a, b int) { kinds[a], kinds[b] = kinds[b], kinds[a] })
	for u, p := range w.units {
		n := 80 + int(math.Exp(4+2.2*w.r.Float64()))
		w.honest(p, n)
		w.families(p, n/40)
		for _, one := range []struct {
			chance float64
			add    func(n int)
		}{
			{.4, func(n int) { w.desk(p, "kiosk", "kiosk", n) }},
			{.4, func(n int) { w.desk(p, "assisted", "assisted", n) }},
			{.4, func(n int) { w.office(p, n) }},
			{.3, func(n int) { w.village(p, n) }},
		} {
			if w.r.Float64() < one.chance {
				one.add(10 + w.r.IntN(30))
			}
		}
		if u%2 == 1 && u/2 < len(kinds) {
			share := .06 + .06*w.r.Float64()
			if heavy {
				share = .2 + .15*w.r.Float64()
			}
			p.attack = kinds[u/2]
			attack := map[string]func(*place, int){"staff": w.staff, "proxy": w.proxy, "bot": w.bots, "copy": w.copies, "coached": w.coached}[p.attack]
			attack(p, max(10, int(share*float64(n))))
		}
	}
	s := &quality.Survey{Responses: w.out, RightAnswer: quality.NoAnswer}
	for j := range w.items {
		s.Items = append(s.Items, quality.Item{ID: fmt.Sprintf("q%02d", j+1)})
	}
	order := w.r.Perm(len(w.out)) // the order of a file tells nothing
	s.Responses = make([]quality.Response, len(order))
	labels := make([]string, len(order))
	for to, from := range order {
		s.Responses[to], labels[to] = w.out[from], w.label[from]
	}
	return s, labels, w
}

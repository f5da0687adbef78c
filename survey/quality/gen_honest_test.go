package quality_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"minyi/survey/quality"
)

// world makes up one survey from one seed: honest people, those among them who
// look suspicious and are not, and attackers. It is written to differ from the
// small labelled set in everything that a survey can differ in.
type world struct {
	r         *rand.Rand
	items     int
	pages     int
	reversed  []bool
	att       bool
	days      int
	load      []float64 // loading of each item on the person
	ease      []float64 // mean of each item
	domain    []int
	pageW     []float64 // log seconds of each page
	spread    float64   // sd of a person's speed
	split     float64   // sd of a page's share
	hour      []float64
	fixed     float64 // share of people on a line of their own
	misread   float64 // share that overlooks the reversal
	wrongAtt  float64
	heavy     bool
	units     []*place
	out       []quality.Response
	label     []string
	serial    int
	whole     bool    // page times in whole seconds
	broadband float64 // share of people on a line of the house
}

// place is one unit with its networks and its wave.
type place struct {
	code   string
	level  float64
	nets   []string
	weight []float64
	day    []float64
	burst  []time.Time // an invitation of this unit alone
	attack string
	city   float64 // how common broadband at home is
}

const year2026 = 1778457600 // 2026-05-11T00:00:00Z

func newWorld(seed uint64, heavy bool) *world {
	r := rand.New(rand.NewPCG(seed, 77))
	w := &world{
		r: r, heavy: heavy,
		items: 8 + r.IntN(20), pages: 2 + r.IntN(7), whole: r.Float64() < .25, broadband: .35 * r.Float64() * r.Float64(), att: r.Float64() < .8, days: 4 + r.IntN(22),
		spread: .18 + .22*r.Float64(), split: .22 + .16*r.Float64(),
		fixed: .3 * r.Float64(), misread: .01 + .05*r.Float64(), wrongAtt: .02 + .05*r.Float64(),
	}
	w.reversed = make([]bool, w.items)
	for range r.IntN(4) {
		w.reversed[1+r.IntN(w.items-1)] = true
	}
	for j := range w.items {
		w.load = append(w.load, .7+.4*r.Float64())
		w.ease = append(w.ease, .25*r.NormFloat64())
		w.domain = append(w.domain, 3*j/w.items)
	}
	for range w.pages {
		w.pageW = append(w.pageW, math.Log(6+3*float64(w.items)/float64(w.pages)*(.6+r.Float64())))
	}
	for h := range 24 {
		p := .02
		if h >= 7 && h <= 22 {
			p = .4 + math.Exp(-math.Pow(float64(h)-10, 2)/6) + math.Exp(-math.Pow(float64(h)-19, 2)/8)
		}
		w.hour = append(w.hour, p)
	}
	shared := r.Float64() < .4 // neighbouring units share carriers
	for u := range 3 + r.IntN(11) {
		p := &place{code: fmt.Sprintf("U%02d", u+1), level: 3.75 + .22*r.NormFloat64(), city: .3 + 1.4*r.Float64()}
		for k := range 3 + r.IntN(8) {
			net := w.id("n")
			if shared && k == 0 && u > 0 {
				net = w.units[u-1].nets[0]
			}
			p.nets = append(p.nets, net)
			p.weight = append(p.weight, .3+r.Float64())
		}
		for range w.days {
			p.day = append(p.day, .15+r.ExpFloat64())
		}
		if r.Float64() < .3 {
			at := time.Unix(year2026, 0).Add(time.Duration(r.IntN(w.days))*24*time.Hour + time.Duration(1+r.IntN(10))*time.Hour)
			p.burst = append(p.burst, at)
		}
		w.units = append(w.units, p)
	}
	return w
}

func (w *world) id(kind string) string {
	w.serial++
	return fmt.Sprintf("%s%08x", kind, uint32(w.serial)*2654435761)
}

func pick[T any](r *rand.Rand, from []T, weight []float64) T {
	var sum float64
	for _, v := range weight {
		sum += v
	}
	x := r.Float64() * sum
	for k, v := range weight {
		if x -= v; x < 0 {
			return from[k]
		}
	}
	return from[len(from)-1]
}

func (w *world) clock() float64 { // seconds of a day, by the hour profile
	hours := make([]int, 24)
	for h := range hours {
		hours[h] = h
	}
	return float64(pick(w.r, hours, w.hour))*3600 + w.r.Float64()*3600
}

// when is an ordinary moment of a unit's fieldwork (China's clock).
func (w *world) when(p *place) time.Time {
	if len(p.burst) > 0 && w.r.Float64() < .35 {
		return p.burst[0].Add(time.Duration(w.r.ExpFloat64()*40*60) * time.Second)
	}
	days := make([]int, w.days)
	for d := range days {
		days[d] = d
	}
	d := pick(w.r, days, p.day)
	return time.Unix(year2026-8*3600, 0).Add(time.Duration(float64(d)*86400+w.clock()) * time.Second)
}

// person is a temperament: where the answers come from.
type person struct {
	theta     float64
	part      [3]float64
	noise     float64
	misread   bool
	line      float64 // > 0: nearly always this answer
	speed     float64
	noOpinion float64
}

func (w *world) someone(p *place) person {
	r := w.r
	who := person{theta: p.level + .6*r.NormFloat64(), noise: .45 + .3*r.Float64(), misread: r.Float64() < w.misread, speed: w.spread * r.NormFloat64()}
	for k := range who.part {
		who.part[k] = .3 * r.NormFloat64()
	}
	if r.Float64() < w.fixed*.4 {
		who.line = math.Round(p.level + .6*r.NormFloat64())
		who.line = max(2, min(5, who.line))
	}
	who.noOpinion = .01
	if r.Float64() < .1 {
		who.noOpinion = .2
	}
	return who
}

func (w *world) answer(who person) []int8 {
	out := make([]int8, w.items)
	for j := range out {
		x := who.theta*w.load[j] + 3.6*(1-w.load[j]) + w.ease[j] + who.part[w.domain[j]] + who.noise*w.r.NormFloat64()
		if who.line > 0 {
			x = who.line + .25*w.r.NormFloat64()
		}
		v := int8(max(1, min(5, math.Round(x))))
		if w.reversed[j] {
			if who.misread {
				v = int8(max(1, min(5, math.Round(x))))
			} else {
				v = 6 - v
			}
		}
		if w.r.Float64() < who.noOpinion {
			v = quality.NoAnswer
		}
		out[j] = v
	}
	return out
}

func (w *world) times(speed float64) []float64 {
	out := make([]float64, w.pages)
	for k := range out {
		out[k] = math.Round(10*math.Exp(w.pageW[k]+speed+w.split*w.r.NormFloat64())) / 10
	}
	return out
}

var openTexts = []string{"", "", "", "", "无", "没有", "办事方便", "希望多宣传", "排队有点久"}

var phrases = []string{
	"窗口办理很快", "工作人员态度好", "执法比较规范", "希望周末也能办", "普法活动可以多一些", "村里的公示看不懂",
	"调解员帮了大忙", "电话总是打不通", "网上办事还不方便", "城管执法要文明", "门口停车罚单太多", "政策解释得清楚",
	"法律援助很好", "物业纠纷没人管", "投诉之后有回音", "审批材料还是多", "老人不会用手机", "总体是满意的",
}

func (w *world) words() string {
	if w.r.Float64() < .85 {
		return openTexts[w.r.IntN(len(openTexts))]
	}
	text := ""
	for range 1 + w.r.IntN(3) {
		text += phrases[w.r.IntN(len(phrases))] + "，"
	}
	return text
}

func (w *world) blank(p *place, at time.Time) quality.Response {
	r := w.r
	channel, token := "prob", w.id("t")
	if r.Float64() < .3 {
		channel, token = "open", ""
	}
	net := pick(r, p.nets, p.weight)
	if r.Float64() < w.broadband*p.city {
		net = w.id("h") // broadband of the house
	}
	right := int8(2)
	if r.Float64() < w.wrongAtt {
		right = 4
	}
	return quality.Response{
		Unit: p.code, Channel: channel, Token: token, Start: at, Device: w.id("d"), Network: net,
		Address: fmt.Sprintf("%s.%d", net, r.IntN(60)), Agent: []string{"android-wechat", "ios-wechat", "pc-chrome", "android-browser"}[pick(r, []int{0, 1, 2, 3}, []float64{5, 3, 1, 1})],
		Mode: "self", Age: []string{"18-29", "30-44", "45-59", "60+"}[r.IntN(4)], Sex: []string{"M", "F"}[r.IntN(2)],
		Education: []string{"primary", "middle", "high", "college"}[r.IntN(4)], Attention: right, Text: w.words(),
	}
}

// put closes a response and files it under its label.
func (w *world) put(label string, x quality.Response, answers []int8, pages []float64) time.Time {
	w.serial++
	x.ID = fmt.Sprintf("R%06d", w.serial)
	x.Answers, x.Pages = answers, pages
	if !w.att {
		x.Attention = quality.NoAnswer
	}
	var total float64
	for k, s := range pages {
		total += s
		if w.whole {
			pages[k] = math.Round(s)
		}
	}
	x.Submit = x.Start.Add(time.Duration(total*1000) * time.Millisecond)
	w.out = append(w.out, x)
	w.label = append(w.label, label)
	return x.Submit
}

func (w *world) honest(p *place, n int) {
	for range n {
		x := w.blank(p, w.when(p))
		who := w.someone(p)
		label := "honest"
		if x.Age == "60+" {
			who.speed += .2
		}
		if w.r.Float64() < .06 {
			who.line, who.misread, label = 5, false, "delighted"
			who.noOpinion = 0
		}
		w.put(label, x, w.answer(who), w.times(who.speed))
	}
}

// families answer one after the other on one phone.
func (w *world) families(p *place, n int) {
	for range n {
		first := w.blank(p, w.when(p))
		at := first.Start
		like := w.someone(p)
		for range pick(w.r, []int{2, 3, 4, 5}, []float64{6, 3, 1.5, .4}) {
			x := w.blank(p, at)
			x.Device, x.Address, x.Network, x.Agent, x.Channel = first.Device, first.Address, first.Network, first.Agent, first.Channel
			who := w.someone(p)
			who.theta = .6*like.theta + .4*who.theta
			end := w.put("household", x, w.answer(who), w.times(who.speed))
			at = end.Add(time.Duration(20+w.r.ExpFloat64()*240) * time.Second)
		}
	}
}

// desk is one device that serves many honest people: a registered kiosk or an
// interviewer's tablet.
func (w *world) desk(p *place, label, mode string, n int) {
	device, net := w.id("k"), w.id("kn")
	if mode == "assisted" {
		net = p.nets[0]
	}
	at := time.Time{}
	for k := range n {
		if k%12 == 0 || w.r.Float64() < .3 {
			at = time.Unix(year2026, 0).Add(time.Duration(w.r.IntN(w.days))*24*time.Hour + time.Duration(3600+w.r.IntN(6*3600))*time.Second)
		}
		x := w.blank(p, at)
		x.Device, x.Network, x.Address, x.Mode, x.Channel = device, net, net+".1", mode, "open"
		x.Agent = mode
		who := w.someone(p)
		if mode == "assisted" {
			x.Age, x.Channel = "60+", "prob"
			who.speed += .3
		}
		end := w.put(label, x, w.answer(who), w.times(who.speed))
		at = end.Add(time.Duration(20+w.r.ExpFloat64()*300) * time.Second)
	}
}

// office is an honest firm behind one address, after a colleague's tip: some hear
// of it one by one, some in the same hour by the same poster, of one mood, and
// quicker than at home.
func (w *world) office(p *place, n int) {
	net := w.id("on")
	at := time.Unix(year2026, 0).Add(time.Duration(w.r.IntN(w.days))*24*time.Hour + time.Duration(3600+w.r.IntN(6*3600))*time.Second)
	hours, together, mood := 1+40*w.r.Float64(), w.r.Float64() < .5, .35*w.r.NormFloat64()
	if together {
		hours = .5 + 4*w.r.Float64()
	}
	for range n {
		x := w.blank(p, at.Add(time.Duration(w.r.ExpFloat64()*hours*1200)*time.Second))
		x.Network, x.Address = net, net+".1"
		if w.r.Float64() < .5 {
			x.Agent = "pc-chrome"
		}
		who := w.someone(p)
		if together {
			x.Channel, x.Token = "open", ""
			who.theta += mood
			who.speed -= .1
		}
		w.put("office", x, w.answer(who), w.times(who.speed))
	}
}

// village is of one mind, behind one mast.
func (w *world) village(p *place, n int) {
	net := pick(w.r, p.nets, p.weight)
	at := w.when(p)
	line := float64(4 + w.r.IntN(2))
	for range n {
		x := w.blank(p, at.Add(time.Duration(w.r.ExpFloat64()*8*3600)*time.Second))
		x.Network, x.Address = net, net+".v"
		who := w.someone(p)
		if w.r.Float64() < .8 {
			who.line = line
		}
		w.put("village", x, w.answer(who), w.times(who.speed))
	}
}

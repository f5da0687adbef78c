package survey

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/survey/invite"
	"minyi/survey/monitor"
	"minyi/survey/questionnaire"
)

// Arrivals counts the answers of a survey by their days.
type Arrivals interface {
	// Days calls fn for each day, batch and disposition with the number of answers,
	// in the order of the days.
	Days(ctx context.Context, number uint16, fn func(day int32, batch uint32, outcome questionnaire.Disposition, n int) error) error
}

// Monitor is the fieldwork of one survey as it is watched. Posters stand apart in all
// of it: no rate, forecast or comparison has them in.
type Monitor struct {
	*Fieldwork
	Settings    monitor.Settings
	Outcomes    *Outcomes
	Target      int    // sheets of the sample wanted; 0 where nobody said
	TargetFrom  string // set, quota or size; empty for none
	Places      []monitor.Place
	Excluded    int // of the sample, by the review
	ExcludedToo int // of the posters
	Days        []DayCount
	Hours       [24]int // sheets by the hour in which they were begun, of those re-filed with a trace
	Traced      int     // how many those are
	Forecast    *monitor.Forecast
	Today       roster.Date
	Alarms      []monitor.Alarm
}

// DayCount is one day of the fieldwork: every sheet of the sample that came back, of
// them the complete and partial ones, and the sheets of the posters.
type DayCount struct {
	Date                        roster.Date
	Sampled, Answered, Postered int
}

// Strata are the counts by stratum, in the order of their names.
func (m *Monitor) Strata() []monitor.Place { return monitor.ByStrata(m.Places) }

// Share is a part's share of the target, by its links.
func (m *Monitor) Share(p monitor.Place) int {
	if m.Sampled.Links == 0 {
		return 0
	}
	return (m.Target*p.Links + m.Sampled.Links/2) / m.Sampled.Links
}

// On is the day that lies that many days ahead.
func (m *Monitor) On(days int) roster.Date { return m.Today.Plus(days) }

// Running reports whether answers may come in.
func (m *Monitor) Running() bool { return m.Survey.State == Open }

// Monitor returns the fieldwork of a survey as it stands.
func (s *Service) Monitor(ctx context.Context, by access.Actor, id ID) (*Monitor, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	outcomes, err := s.Outcomes(ctx, by, id)
	if err != nil {
		return nil, err
	}
	m := &Monitor{Fieldwork: s.count(l.survey), Settings: l.survey.Watched.settings(), Outcomes: outcomes, Today: roster.DateOf(s.Now())}
	m.Target, m.TargetFrom = l.survey.target()
	r, err := s.rhythm(ctx, l, m.Sampled.Returned()+m.Posters.Returned())
	if err != nil {
		return nil, err
	}
	m.places(l, r, day(s.Now()))
	m.curves(r, l.survey, day(s.Now()))
	m.Hours, m.Traced = r.hours, r.traced
	if m.Running() {
		m.Forecast = r.forecast(m, s.Now())
	}
	m.alarm(l, r)
	return m, nil
}

// Monitors returns the monitor of every survey that has opened, running ones first,
// then the newest.
func (s *Service) Monitors(ctx context.Context, by access.Actor) ([]*Monitor, error) {
	all, err := s.Surveys(ctx, by)
	if err != nil {
		return nil, err
	}
	var out []*Monitor
	for _, f := range all {
		if f.Survey.State == Planned {
			continue
		}
		m, err := s.Monitor(ctx, by, f.Survey.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b *Monitor) int { return cmp.Compare(rank(b), rank(a)) })
	return out, nil
}

// rank is 1 for a survey that runs.
func rank(m *Monitor) int {
	if m.Running() {
		return 1
	}
	return 0
}

// Pulse changes when what a monitor shows has changed: the sheets that came back, the
// survey itself and the day. It costs little.
type Pulse struct {
	Sheets, Version int
	Day             int32
}

// Pulse returns the pulse of a survey; of all together for an empty id.
func (s *Service) Pulse(_ context.Context, by access.Actor, id ID) (p Pulse, err error) {
	if err := by.Require(access.Agency); err != nil {
		return p, err
	}
	all := s.all()
	if id != "" {
		l, err := s.get(id)
		if err != nil {
			return p, err
		}
		all = []*Survey{l.survey}
	}
	p.Day = day(s.Now())
	for _, sv := range all {
		p.Version += sv.Version
		for _, of := range s.Intake.Tally(sv.Number) {
			for _, n := range of {
				p.Sheets += n
			}
		}
	}
	return p, nil
}

// target is what the sample is to bring, and who said so: the monitor's setting, the
// quota, or what the sample was sized for.
func (s *Survey) target() (sheets int, from string) {
	if n := s.Watched.settings().Target; n > 0 {
		return n, "set"
	}
	if s.Quota != nil {
		for _, c := range s.Quota.Cells {
			sheets += c.Limit
		}
		return sheets, "quota"
	}
	if size, ok := s.sized(); ok {
		return size.Answers, "size"
	}
	return 0, ""
}

// places puts the batches of each PSU together.
func (m *Monitor) places(l *live, r *rhythm, today int32) {
	at, out := map[[2]string]int{}, l.excluded()
	for _, b := range m.Batches {
		if b.Batch.Kind != invite.OneTime {
			m.ExcludedToo += out[b.Batch.Number]
			continue
		}
		m.Excluded += out[b.Batch.Number]
		p := l.survey.place(b)
		p.Excluded, p.Last = out[b.Batch.Number], -1
		if last, ok := r.last[b.Batch.Number]; ok {
			p.Last = int(max(today-last, 0))
		}
		key := [2]string{p.Stratum, p.Code}
		k, ok := at[key]
		if !ok {
			at[key] = len(m.Places)
			m.Places = append(m.Places, p)
			continue
		}
		m.Places[k] = m.Places[k].Plus(p)
	}
	slices.SortFunc(m.Places, func(a, b monitor.Place) int {
		return cmp.Or(cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Code, b.Code))
	})
}

// excluded counts what the review excluded, by batch.
func (l *live) excluded() map[uint32]int {
	out := map[uint32]int{}
	for _, r := range l.out {
		out[r.Batch]++
	}
	return out
}

func (s *Survey) place(b BatchCounts) monitor.Place {
	c := b.Counts
	return monitor.Place{
		Stratum: b.Batch.Stratum, Code: b.Batch.PSU, Size: s.size(b.Batch), Weight: s.weight(b.Batch), Links: c.Links,
		Complete: c.Complete, Partial: c.Partial, BreakOff: c.BreakOff, Refused: c.Refused, ScreenedOut: c.ScreenedOut, QuotaFull: c.QuotaFull,
	}
}

// curves lists every day from the opening until today or the close.
func (m *Monitor) curves(r *rhythm, sv *Survey, today int32) {
	if sv.OpenedAt.IsZero() {
		return
	}
	first, last := day(sv.OpenedAt), today
	if !sv.ClosedAt.IsZero() {
		last = min(last, day(sv.ClosedAt))
	}
	for d := range r.days { // what came before by a clock that was turned
		first = min(first, d)
	}
	const most = 366
	for d := max(first, last-most); d <= last; d++ {
		one := DayCount{Date: dateOf(d)}
		if got := r.days[d]; got != nil {
			one.Sampled, one.Answered, one.Postered = got.Sampled, got.Answered, got.Postered
		}
		m.Days = append(m.Days, one)
	}
}

// pace is what the forecast is made from.
func (m *Monitor) pace(now time.Time) monitor.Pace {
	p := monitor.Pace{Target: m.Target, Links: m.Sampled.Links - m.Sampled.Returned(), End: int(day(m.Survey.Window.To.Start()) - day(now))}
	for i, d := range m.Days {
		if i == len(m.Days)-1 {
			p.Today = d.Answered
			break
		}
		if len(p.Counts) == 0 {
			p.Weekday = monitor.Weekday(d.Date.Start())
		}
		if d.Answered > 0 || len(p.Counts) > 0 { // the letters are on their way at first
			p.Counts = append(p.Counts, d.Answered)
		}
	}
	p.Rest = monitor.Rest(now)
	return p
}

// alarm asks for what is odd.
func (m *Monitor) alarm(l *live, r *rhythm) {
	f := monitor.Field{Settings: m.Settings, Places: m.Places, Days: max(len(m.Days)-1, 0), Forecast: m.Forecast, Networks: r.networks}
	for _, c := range m.Cells {
		f.Cells = append(f.Cells, monitor.CellFill{Name: strings.Join(c.Codes, " × "), Counted: c.Counted, Limit: c.Limit})
	}
	for _, b := range l.survey.Batches {
		if b.Kind == invite.Poster {
			f.Posters = append(f.Posters, monitor.Hanging{Place: b.Place, Most: r.most[b.Number]})
		}
	}
	m.Alarms = f.Alarms(!m.Running())
}

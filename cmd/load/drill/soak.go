package drill

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/stage"
)

// sample is what the service says of itself at a moment.
type sample struct {
	at                             float64 // hours since the beginning
	memory, goroutines, files, log float64
	times                          drive.Histogram // of the residents' answers since the sample before
}

// Soak lets everybody use the service at a low, steady pace for so long (F16):
// residents answer, staff read pages and export, an applicant sends files up, people
// look into the public log and sign in. The first third is for warming up; after it
// memory, goroutines, open files and the databases' logs do not grow (trend.grows
// says how much can be told after how long), no answer is 5xx, and over an hour or
// more the 95th percentile of the last third is at most a fifth above that of the one
// before.
func Soak(span time.Duration) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const residents, pause = 2, 500 * time.Millisecond
		first := 0
		if span >= longEnough {
			first = cached
		}
		s, err := open(ctx, o, int(span/pause)*residents+residents+2*first)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		metrics, staff, err := s.furnished(ctx)
		if err != nil {
			return err
		}
		before, err := s.fillCaches(ctx, out, first)
		if err != nil {
			return err
		}
		m, err := s.everybody(ctx, staff)
		if err != nil {
			return err
		}
		l := s.busy(ctx, residents, pause)
		samples, err := s.watchFor(ctx, l, span, metrics)
		m.stop()
		sheets := append(l.undisturbed(out), before...)
		if err != nil {
			return err
		}
		m.report(out)
		out.count("answers", len(sheets))
		out.count("samples", len(samples))
		steady(out, samples, span)
		if err := unfailing(ctx, out, metrics); err != nil {
			return err
		}
		s.settled(ctx, out, sheets)
		return s.closing(ctx, out, len(sheets))
	}
}

// furnished starts the service again with staff in its folder, and with metrics.
func (s *site) furnished(ctx context.Context) (metrics string, staff *stage.Staff, err error) {
	if err := s.server.Stop(); err != nil {
		return "", nil, err
	}
	if staff, err = s.folder.Furnish(ctx); err != nil {
		return "", nil, err
	}
	address, err := stage.FreeAddress()
	if err != nil {
		return "", nil, err
	}
	s.start.Args = append(s.start.Args, "--metrics", address)
	return "http://" + address + "/metrics", staff, s.up(ctx)
}

// cached is more answers than the caches of the databases hold: while these fill, a
// kilobyte of memory goes with every answer, which at this pace takes five hours.
const cached = 80_000

// fillCaches lets so many residents answer as fast as they can, before anything is
// watched.
func (s *site) fillCaches(ctx context.Context, out *Outcome, answers int) ([]*sheet, error) {
	const crew = 16
	if answers == 0 {
		return nil, nil
	}
	l := s.busy(ctx, crew, 0)
	if !l.reached(ctx, answers) {
		out.wrong("only %d answers were stored before the soak", len(l.acknowledged()))
	}
	return l.undisturbed(out), ctx.Err()
}

// watchFor takes samples while everybody is at it.
func (s *site) watchFor(ctx context.Context, l *loading, span time.Duration, metrics string) (out []sample, err error) {
	const looks = 180
	begin := time.Now()
	tick := time.NewTicker(max(span/looks, time.Second))
	defer tick.Stop()
	for time.Since(begin) < span {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		one, err := look(ctx, metrics)
		if err != nil {
			return nil, err
		}
		one.at, one.times = time.Since(begin).Hours(), l.lately()
		out = append(out, one)
	}
	return out, nil
}

// lately are the times of the answers since it was asked last.
func (l *loading) lately() drive.Histogram {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.times
	l.times = drive.Histogram{}
	return h
}

// look reads the metrics as Prometheus does.
func look(ctx context.Context, metrics string) (one sample, err error) {
	page, err := meters(ctx, metrics)
	one.memory, one.goroutines = page["process_resident_memory_bytes"], page["go_goroutines"]
	one.files = page["process_open_fds"]
	one.log = page[`minyi_file_bytes{file="survey.db-wal"}`] + page[`minyi_file_bytes{file="programme.db-wal"}`]
	return one, err
}

// meters are the metrics of a service by their name with labels.
func meters(ctx context.Context, metrics string) (map[string]float64, error) {
	status, body, err := stage.Get(ctx, metrics)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("%s: %w %d", metrics, errStatus, status)
	}
	out := map[string]float64{}
	for line := range bytes.Lines(body) {
		name, value, found := strings.Cut(strings.TrimSpace(string(line)), " ")
		if found && name != "#" {
			if out[name], err = strconv.ParseFloat(value, 64); err != nil {
				return nil, fmt.Errorf("%s: %w", metrics, err)
			}
		}
	}
	return out, nil
}

// unfailing wants no request that was answered with a failure, whoever asked.
func unfailing(ctx context.Context, out *Outcome, metrics string) error {
	page, err := meters(ctx, metrics)
	for name, n := range page {
		if n > 0 && (strings.HasPrefix(name, "minyi_requests_total") && strings.Contains(name, `status="5`) || strings.HasPrefix(name, "minyi_failures_total")) {
			out.wrong("%s %.0f", name, n)
		}
	}
	return err
}

// steady judges what was watched after the first third.
func steady(out *Outcome, samples []sample, span time.Duration) {
	warm := samples[len(samples)/3:]
	var at []float64
	for _, s := range warm {
		at = append(at, s.at)
	}
	for _, what := range []struct {
		name string
		of   func(sample) float64
		step float64 // what minutes must show at least
	}{
		{"memory", func(s sample) float64 { return s.memory }, 32 << 20},
		{"goroutines", func(s sample) float64 { return s.goroutines }, 16},
		{"files", func(s sample) float64 { return s.files }, 16},
		{"log", func(s sample) float64 { return s.log }, 16 << 20},
	} {
		var levels []float64
		for _, s := range warm {
			levels = append(levels, what.of(s))
		}
		t := trendOf(at, levels)
		out.Counts[what.name] = fmt.Sprintf("%.0f", t.level)
		out.Counts[what.name+"_slope"] = fmt.Sprintf("%+.1f ± %.1f", t.percent(t.slope), t.percent(t.err))
		if t.grows(span, what.step) {
			out.wrong("%s grew by %.0f in %v to %.0f: %.1f %% an hour, where %.1f could be told from chance",
				what.name, t.slope*t.span, span, t.level, t.percent(t.slope), t.least())
		}
	}
	drift(out, warm, span)
}

// drift holds the 95th percentile of the answers of the last third against the one
// before: over an hour or more it is judged, over minutes it says what else the
// machine did.
func drift(out *Outcome, warm []sample, span time.Duration) {
	var before, after drive.Histogram
	for i, s := range warm {
		if i < len(warm)/2 {
			before.Merge(&s.times)
		} else {
			after.Merge(&s.times)
		}
	}
	const most, unfelt = 1.2, 20 * time.Millisecond
	first, last := before.Quantile(0.95), after.Quantile(0.95)
	out.time("p95", last)
	out.time("p95_before", first)
	if span >= longEnough && last > time.Duration(most*float64(first))+unfelt {
		out.wrong("the 95th percentile went from %v to %v", first, last)
	}
}

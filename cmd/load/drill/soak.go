package drill

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/stage"
)

// sample is what the service holds at a moment.
type sample struct {
	at                             float64 // hours since the beginning
	memory, goroutines, files, log float64
	p95                            time.Duration // of the answers since the sample before
}

// Soak lets residents answer and read at a steady pace for so long (F16): after a
// third of it, which is for warming up, memory, goroutines, files and the databases'
// log stay as they are. Over an hour or more none grows by more than one in a hundred
// an hour; over minutes that cannot be told from chance, so the last third is held
// against the one before. No answer fails.
func Soak(span time.Duration) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const residents, pause = 4, 40 * time.Millisecond
		links := int(span/pause)*residents + residents
		s, err := open(ctx, o, links)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		metrics, err := stage.FreeAddress()
		if err != nil {
			return err
		}
		if err := s.server.Stop(); err != nil {
			return err
		}
		s.start.Args = append(s.start.Args, "--metrics", metrics)
		if err := s.up(ctx); err != nil {
			return err
		}
		l := s.busy(ctx, residents, pause)
		samples, err := s.watchFor(ctx, l, span, "http://"+metrics+"/metrics")
		sheets := l.undisturbed(out)
		if err != nil {
			return err
		}
		out.count("answers", len(sheets))
		out.count("samples", len(samples))
		steady(out, samples, span)
		s.settled(ctx, out, sheets)
		return s.closing(ctx, out, len(sheets))
	}
}

// watchFor takes samples while residents answer.
func (s *site) watchFor(ctx context.Context, l *loading, span time.Duration, metrics string) (out []sample, err error) {
	const looks = 90
	begin := time.Now()
	for time.Since(begin) < span {
		select {
		case <-time.After(span / looks):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if _, _, err := stage.Get(ctx, "http://"+s.server.Address+"/"); err != nil {
			return nil, err
		}
		one, err := s.look(ctx, metrics)
		if err != nil {
			return nil, err
		}
		one.at, one.p95 = time.Since(begin).Hours(), l.lately()
		out = append(out, one)
	}
	return out, nil
}

// lately is the 95th percentile of the answers since it was asked last.
func (l *loading) lately() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.times.Quantile(0.95)
	l.times = drive.Histogram{}
	return p
}

func (s *site) look(ctx context.Context, metrics string) (one sample, err error) {
	now, _, err := s.server.Memory()
	if err != nil {
		return one, err
	}
	one.memory = float64(now)
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.server.PID()))
	if err != nil {
		return one, err
	}
	one.files = float64(len(files))
	if info, err := os.Stat(filepath.Join(s.folder.Dir, "survey.db-wal")); err == nil {
		one.log = float64(info.Size())
	}
	_, body, err := stage.Get(ctx, metrics)
	if err != nil {
		return one, err
	}
	_, rest, _ := bytes.Cut(body, []byte("\ngo_goroutines "))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	one.goroutines, err = strconv.ParseFloat(string(line), 64)
	return one, err
}

// steady judges what was watched.
func steady(out *Outcome, samples []sample, span time.Duration) {
	warm := samples[len(samples)/3:]
	half := len(warm) / 2
	for _, what := range []struct {
		name  string
		of    func(sample) float64
		slack float64 // what comes and goes
	}{
		{"memory", func(s sample) float64 { return s.memory }, 8 << 20},
		{"goroutines", func(s sample) float64 { return s.goroutines }, 8},
		{"files", func(s sample) float64 { return s.files }, 8},
		{"log", func(s sample) float64 { return s.log }, 4 << 20},
	} {
		first, last, slope := mean(warm[:half], what.of), mean(warm[half:], what.of), growth(warm, what.of)
		out.Counts[what.name] = fmt.Sprintf("%.0f", last)
		out.Counts[what.name+"_slope"] = fmt.Sprintf("%+.1f", 100*slope)
		if span >= time.Hour && slope > 0.01 || span < time.Hour && last > 1.1*first+what.slack {
			out.wrong("%s grew from %.0f to %.0f, %.1f %% an hour", what.name, first, last, 100*slope)
		}
	}
	p95 := func(s sample) float64 { return s.p95.Seconds() }
	first, last := mean(warm[:half], p95), mean(warm[half:], p95)
	out.Counts["p95"], out.Counts["p95_before"] = fmt.Sprintf("%.4f", last), fmt.Sprintf("%.4f", first)
	const drift, unfelt = 1.2, 0.02 // seconds that nobody feels
	if last > drift*first+unfelt {
		out.wrong("the 95th percentile went from %.4f s to %.4f s", first, last)
	}
}

func mean(samples []sample, of func(sample) float64) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += of(s)
	}
	return sum / float64(max(1, len(samples)))
}

// growth is the slope of the line of least squares, in parts of the mean an hour.
func growth(samples []sample, of func(sample) float64) float64 {
	at, level := mean(samples, func(s sample) float64 { return s.at }), mean(samples, of)
	var up, down float64
	for _, s := range samples {
		up += (s.at - at) * (of(s) - level)
		down += (s.at - at) * (s.at - at)
	}
	if down == 0 || level == 0 {
		return 0
	}
	return up / down / level
}

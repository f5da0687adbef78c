package monitor_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"minyi/survey/monitor"
)

// world is a made-up fieldwork: the mean of each day.
type world func(day int, r *rand.Rand) float64

// play draws the days until the target is reached; it returns the counts of the first
// days and the day of the target after them.
func play(w world, seen, target int, r *rand.Rand) (counts []int, day int) {
	done := 0
	for t := 0; ; t++ {
		n := draw(w(t, r), r)
		done += n
		if t < seen {
			counts = append(counts, n)
		}
		if done >= target {
			return counts, t - seen
		}
	}
}

// draw is Poisson by the times between.
func draw(mean float64, r *rand.Rand) (n int) {
	for at := r.ExpFloat64(); at < mean; at += r.ExpFloat64() {
		n++
	}
	return n
}

// TestForecastIntervalHoldsAsOftenAsItSays plays 80 surveys of each kind and counts
// how often the day on which the target was reached lies in the interval of 90 %. A
// binomial share of 80 has a standard error of 0.034 there: 0.82 is what chance leaves
// of 0.9 less two and a half of them.
func TestForecastIntervalHoldsAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	week := []float64{1.4, 0.9, 0.8, 0.8, 0.9, 1, 1.2}
	for name, c := range map[string]struct {
		world world
		least float64
	}{
		"even":    {func(int, *rand.Rand) float64 { return 12 }, 0.82},
		"by week": {func(t int, _ *rand.Rand) float64 { return 12 * week[t%7] }, 0.82},
		"good and bad days": {func(_ int, r *rand.Rand) float64 {
			return 12 * math.Exp(0.5*r.NormFloat64()-0.125)
		}, 0.82},
		"slowly falling": {func(t int, _ *rand.Rand) float64 { return 20 * math.Exp(-0.03*float64(t)) }, 0.82},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const surveys, seen = 80, 15
			r := rand.New(rand.NewPCG(1, 2))
			inside, all := 0, 0
			for k := range surveys {
				counts, want := play(c.world, seen, 320, r)
				if want < 0 {
					continue
				}
				p := monitor.Pace{Counts: counts, Rest: 1, Target: 320, Links: 100_000, End: 60}
				got, ok := p.Forecast(uint64(k))
				if !ok {
					t.Fatal("no forecast")
				}
				all++
				if got.Low <= want && want <= got.High {
					inside++
				}
			}
			if share := float64(inside) / float64(all); share < c.least || all < surveys/2 {
				t.Errorf("%d of %d intervals hold, %.3f; want at least %.2f", inside, all, share, c.least)
			}
		})
	}
}

func TestForecastOfAnEvenPaceIsItsDivision(t *testing.T) {
	t.Parallel()
	counts := []int{20, 21, 19, 20, 20, 22, 18, 20, 20, 20}
	p := monitor.Pace{Counts: counts, Rest: 1, Target: 400, Links: 1000, End: 30}
	got, ok := p.Forecast(1)
	if !ok || got.Done != 200 {
		t.Fatalf("got %+v, %t; want a forecast with 200 done", got, ok)
	}
	if got.Day < 8 || got.Day > 11 { // 200 more at 20 a day: the day 9 after today's 0
		t.Errorf("day %d, want about 9", got.Day)
	}
	if got.Low > got.Day || got.High < got.Day || got.InWindow < 0.9 {
		t.Errorf("got %+v, want the median inside and the window long enough", got)
	}
	if again, _ := p.Forecast(1); again != got {
		t.Errorf("the same seed gives %+v, then %+v", got, again)
	}
}

func TestForecastKnowsWhatItCannotSay(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]monitor.Pace{
		"no target":  {Counts: []int{5, 5, 5, 5}, Rest: 1, Links: 100},
		"two days":   {Counts: []int{9, 9}, Rest: 1, Target: 100, Links: 100},
		"few sheets": {Counts: []int{1, 2, 1, 1}, Rest: 1, Target: 100, Links: 100},
	} {
		if f, ok := p.Forecast(1); ok {
			t.Errorf("%s: got %+v", name, f)
		}
	}
	reached, ok := monitor.Pace{Counts: []int{60}, Today: 40, Target: 100}.Forecast(1)
	if !ok || reached.InWindow != 1 || reached.Done != 100 {
		t.Errorf("a reached target: got %+v, %t", reached, ok)
	}
	short, _ := monitor.Pace{Counts: []int{20, 20, 20, 20}, Rest: 1, Target: 400, Links: 50, End: 90}.Forecast(1)
	if short.Day != monitor.Never || short.ByEnd[2] > 130 || short.InWindow != 0 {
		t.Errorf("with 50 links left: got %+v, want never and at most 130 sheets", short)
	}
	over, _ := monitor.Pace{Counts: []int{20, 20, 20, 20}, Rest: 1, Target: 400, Links: 500, End: -1}.Forecast(1)
	if over.InWindow != 0 || over.ByEnd != [3]int{80, 80, 80} {
		t.Errorf("after the window: got %+v", over)
	}
}

func TestDaysAreThoseOfShanghai(t *testing.T) {
	t.Parallel()
	at := time.Date(2020, time.September, 19, 18, 30, 0, 0, time.UTC) // Sunday, 02:30 there
	if got := monitor.Weekday(at); got != 0 {
		t.Errorf("weekday %d, want Sunday", got)
	}
	if got := monitor.Hour(at); got != 2 {
		t.Errorf("hour %d, want 2", got)
	}
	for hour, want := range map[int]float64{0: 1, 8: 1, 15: 0.5, 22: 0, 23: 0} {
		at := time.Date(2020, time.September, 20, hour, 0, 0, 0, time.FixedZone("", 8*60*60))
		if got := monitor.Rest(at); got != want {
			t.Errorf("at %d o'clock %v of the day is left, want %v", hour, got, want)
		}
	}
}

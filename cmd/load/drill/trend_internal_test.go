package drill

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// F16: what a soak says of a level. The leaks are made up, and so is what comes and
// goes: a saw as of a collector, and chance.
func TestF16ALeakIsToldFromWhatComesAndGoes(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	saw := func(i int) float64 { return float64(i%7) * 4 * mib }
	for _, c := range []struct {
		name string
		span time.Duration
		leak float64 // MiB an hour
		want bool
	}{
		{"two hours, flat", 2 * time.Hour, 0, false},
		{"two hours, half of what is allowed", 2 * time.Hour, 0.5, false},
		{"two hours, four times what is allowed", 2 * time.Hour, 4, true},
		{"three minutes, flat", 3 * time.Minute, 0, false},
		{"three minutes, 16 MiB", 3 * time.Minute, 480, true},
		{"three minutes, less than can be told", 3 * time.Minute, 30, false},
	} {
		chance := rand.New(rand.NewPCG(1, 2))
		var at, levels []float64
		const looks = 180
		for i := range looks {
			hours := c.span.Hours() * float64(i) / looks
			at = append(at, hours)
			levels = append(levels, 100*mib+c.leak*mib*hours+saw(i)+chance.NormFloat64()*mib/2)
		}
		got := trendOf(at, levels)
		if got.grows(c.span, 8*mib) != c.want {
			t.Errorf("%s: got %+v, grows %v, want %v", c.name, got, !c.want, c.want)
		}
	}
}

// The slope and its standard error are those of R 4.2.2:
// summary(lm(c(3, 5, 4, 8, 7, 9) ~ c(0, 1, 2, 3, 4, 5)))$coefficients
// gives 1.14285714 and 0.271052371.
func TestF16TheSlopeIsThatOfR(t *testing.T) {
	t.Parallel()
	got := trendOf([]float64{0, 1, 2, 3, 4, 5}, []float64{3, 5, 4, 8, 7, 9})
	const tolerance = 1e-7
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"slope", got.slope, 1.1428571}, {"standard error", got.err, 0.2710524}, {"mean", got.level, 6}} {
		if math.Abs(c.got-c.want) > tolerance {
			t.Errorf("%s: got %.7f, want %.7f", c.name, c.got, c.want)
		}
	}
}

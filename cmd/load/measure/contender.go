package measure

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/stage"
)

// Contender is one of those that take turns.
type Contender string

// The contenders.
const (
	Door       Contender = "minyi"        // the product's door: POST of a one-time link, view=all
	Page       Contender = "minyi-page"   // the product's door: GET of the page with every question
	Full       Contender = "minyi-stored" // Door of a service that holds many answers already
	Bare       Contender = "minyi-bare"   // Door of a build without commitments
	Open       Contender = "minyi-open"   // Door, open loop at half of the closed loop's rate
	None       Contender = "no-database"  // own handler, same form, same bytes, nothing stored
	Each       Contender = "transaction"  // own handler, a transaction a request
	PocketBase Contender = "pocketbase"   // a user's PocketBase: creates
)

// Turn is what one contender did in one round at one number of connections.
type Turn struct {
	Who    Contender      `json:"who"`
	Conns  int            `json:"connections"`
	Round  int            `json:"round"`
	Good   int64          `json:"good"`
	Errors map[string]int `json:"errors,omitempty"`
	Rate   float64        `json:"per_second"`
	P50    float64        `json:"p50_ms"`
	P99    float64        `json:"p99_ms"`
	P999   float64        `json:"p999_ms"`
	Max    float64        `json:"max_ms"`
	CPU    float64        `json:"server_cpu_us"` // a good answer
	RSS    float64        `json:"server_rss_mib"`
	Peak   float64        `json:"server_peak_mib"`
}

// turn lets a server answer requests and measures client and server side.
func turn(ctx context.Context, who Contender, s *stage.Server, l drive.Load) (Turn, error) {
	l.Address, l.Timeout = s.Address, patience
	if len(l.Good) == 0 {
		l.Good = []int{http.StatusOK}
	}
	const warmShare = 10
	l.Warm = len(l.Requests) / warmShare
	var before time.Duration
	var failed error
	l.Measured = func() { before, failed = s.CPU() }
	result := l.Run(ctx)
	if err := ctx.Err(); err != nil {
		return Turn{}, err
	}
	after, err := s.CPU()
	if err != nil || failed != nil {
		return Turn{}, fmt.Errorf("%s: %w", who, errFirst(failed, err))
	}
	now, peak, err := s.Memory()
	if err != nil {
		return Turn{}, fmt.Errorf("%s: %w", who, err)
	}
	t := Turn{
		Who: who, Conns: l.Conns, Good: result.Good, Errors: result.Errors, Rate: result.PerSecond(),
		P50: ms(result.Latency.Quantile(0.5)), P99: ms(result.Latency.Quantile(0.99)),
		P999: ms(result.Latency.Quantile(0.999)), Max: ms(result.Latency.Max()),
		CPU: float64((after - before).Microseconds()) / float64(max(1, result.Good)),
		RSS: mib(now), Peak: mib(peak),
	}
	return t, nil
}

func errFirst(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

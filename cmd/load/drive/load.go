// Package drive is the client side of the load program: keep-alive connections
// that spend as little as possible of the cores they share with the server, the
// closed and the open loop over them, and a histogram of the times. It knows
// HTTP and nothing of surveys.
package drive

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Load is a list of requests to be sent over a number of connections.
type Load struct {
	Address  string // host:port
	Conns    int
	Requests [][]byte
	Warm     int           // so many requests come first and are not counted
	Rate     float64       // open loop: requests a second in all; 0: closed loop, as fast as it goes
	Timeout  time.Duration // of one request
	Good     []int         // the statuses of a good answer
	Measured func()        // called once, when the warm-up is over
	Answered func(i int, r Reply)
}

// Result is what a run came to.
type Result struct {
	Sent    int64          // counted requests
	Good    int64          // of them with a good answer
	Errors  map[string]int // the others, by kind
	Took    time.Duration  // from the first counted request to the last answer
	Latency Histogram      // of good answers; in the open loop from when the request was due
}

// PerSecond is the rate of good answers.
func (r *Result) PerSecond() float64 { return float64(r.Good) / max(r.Took.Seconds(), 1e-9) }

// run is a load while it runs.
type run struct {
	Load
	next  atomic.Int64
	begin time.Time
	once  sync.Once
	from  atomic.Int64 // when counting began, in nanoseconds after begin
}

// Run sends all requests, each once, and returns when all are answered or
// failed, or the context has ended.
func (l Load) Run(ctx context.Context) *Result {
	r := &run{Load: l, begin: time.Now()}
	all := make([]*Result, l.Conns)
	last := make([]time.Duration, l.Conns)
	var crew sync.WaitGroup
	for n := range l.Conns {
		crew.Go(func() { all[n], last[n] = r.work(ctx) })
	}
	crew.Wait()
	sum := &Result{Errors: map[string]int{}}
	for _, one := range all {
		sum.Sent += one.Sent
		sum.Good += one.Good
		for what, n := range one.Errors {
			sum.Errors[what] += n
		}
		sum.Latency.Merge(&one.Latency)
	}
	sum.Took = slices.Max(last) - time.Duration(r.from.Load())
	return sum
}

// work is one connection.
func (r *run) work(ctx context.Context) (own *Result, last time.Duration) {
	own = &Result{Errors: map[string]int{}}
	conn := NewConn(r.Address, nil, r.Timeout)
	defer conn.Close()
	for ctx.Err() == nil {
		i := int(r.next.Add(1)) - 1
		if i >= len(r.Requests) {
			break
		}
		if i >= r.Warm {
			r.once.Do(r.measured)
		}
		from := r.due(i)
		reply, err := conn.Send(ctx, r.Requests[i])
		now := time.Now()
		last = now.Sub(r.begin)
		if err == nil && r.Answered != nil {
			r.Answered(i, reply)
		}
		if i < r.Warm {
			continue
		}
		own.Sent++
		switch {
		case err != nil:
			own.Errors[Failure(err)]++
		case !slices.Contains(r.Good, reply.Status):
			own.Errors["status "+strconv.Itoa(reply.Status)]++
		default:
			own.Good++
			own.Latency.Add(now.Sub(from))
		}
	}
	return own, last
}

func (r *run) measured() {
	r.from.Store(int64(time.Since(r.begin)))
	if r.Measured != nil {
		r.Measured()
	}
}

// due waits until request i is due and returns when that was: in the closed
// loop now, in the open loop by the rate, however late this connection is.
func (r *run) due(i int) time.Time {
	if r.Rate <= 0 {
		return time.Now()
	}
	at := r.begin.Add(time.Duration(float64(i) / r.Rate * float64(time.Second)))
	if wait := time.Until(at); wait > 0 {
		time.Sleep(wait)
	}
	return at
}

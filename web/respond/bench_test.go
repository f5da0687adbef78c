package respond_test

import (
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

const (
	connections = 64
	rounds      = 5
	eachRound   = 4096 // requests
)

// BenchmarkPagesAgainstAHandlerThatDoesNothing opens pages over real connections
// and compares them, round by round, with a handler that reads the same form as a
// submission and answers two letters: 1 is as fast as that. Goal 0.9, floor 0.7.
func BenchmarkPagesAgainstAHandlerThatDoesNothing(b *testing.B) {
	h := open(b)
	h.app.Post("/nothing", func(c *fiber.Ctx) error {
		n := 0
		for key, value := range c.Request().PostArgs().All() {
			n += len(key) + len(value)
		}
		if n == 0 {
			return fiber.ErrBadRequest
		}
		return c.SendString("ok")
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = h.app.Listener(l) }()
	b.Cleanup(func() { _ = h.app.Shutdown() })
	client := &fasthttp.HostClient{Addr: l.Addr().String(), MaxConns: connections, ReadBufferSize: 16 << 10}
	form := []byte(filledAll(h, h.oneTime[0]).Encode())
	asks := []func(*fasthttp.Request){
		func(r *fasthttp.Request) {
			r.Header.SetMethod(fasthttp.MethodPost)
			r.SetRequestURI("/nothing")
			r.Header.SetContentType("application/x-www-form-urlencoded")
			r.SetBody(form)
		},
		func(r *fasthttp.Request) { r.SetRequestURI("/q/" + h.oneTime[0]) },
		func(r *fasthttp.Request) { r.SetRequestURI("/q/" + h.oneTime[0] + "?view=all") },
	}
	for b.Loop() {
		took := make([][]float64, len(asks))
		for range rounds {
			for i, ask := range asks {
				took[i] = append(took[i], drive(b, client, ask).Seconds())
			}
		}
		for i := range took {
			slices.Sort(took[i])
		}
		base := took[0][rounds/2]
		b.ReportMetric(eachRound/base, "nothing/s")
		b.ReportMetric(base/took[1][rounds/2], "first-ratio")
		b.ReportMetric(base/took[2][rounds/2], "all-ratio")
	}
}

// drive sends the requests of one round over all connections.
func drive(b *testing.B, client *fasthttp.HostClient, ask func(*fasthttp.Request)) time.Duration {
	b.Helper()
	start := time.Now()
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
			defer fasthttp.ReleaseRequest(req)
			defer fasthttp.ReleaseResponse(res)
			ask(req)
			req.Header.SetHost("minyi.example")
			req.Header.Set("Accept-Encoding", "gzip")
			for range eachRound / connections {
				if err := client.Do(req, res); err != nil || res.StatusCode() != fasthttp.StatusOK {
					b.Errorf("status %d, %v", res.StatusCode(), err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

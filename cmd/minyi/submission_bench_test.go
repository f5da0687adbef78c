package main

import (
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
	"minyi/survey/invite"
)

// BenchmarkSubmission sends filled-in forms to the whole application, without the
// sockets: 64 residents at once, each form durable before its answer. Processor
// time is of the whole process, the writer of the intake with it.
func BenchmarkSubmission(b *testing.B) {
	const crowd = 64
	dir := b.TempDir()
	folder, err := stage.Prepare(b.Context(), dir, 400_000)
	if err != nil {
		b.Fatal(err)
	}
	log, flush := logger(io.Discard)
	defer flush()
	h, err := build(b.Context(), setup{config: config{base: "https://minyi.example"}, dir: dir, now: time.Now, log: log})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = h.Close() }()
	handle := h.app.Handler()
	forms := filledForms(b, h, folder, handle, b.N)
	b.ReportAllocs()
	var next atomic.Int64
	var all sync.WaitGroup
	begun := processorTime()
	b.ResetTimer()
	for range crowd {
		all.Go(func() {
			var c fasthttp.RequestCtx
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				postTo(&c, forms[i])
				handle(&c)
				if c.Response.StatusCode() != http.StatusOK {
					b.Errorf("status %d: %s", c.Response.StatusCode(), c.Response.Body())
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64((processorTime()-begun).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// filled is a form that is ready to be sent.
type filled struct {
	path string
	body []byte
}

func postTo(c *fasthttp.RequestCtx, f filled) {
	c.Request.Reset()
	c.Response.Reset()
	c.Request.Header.SetMethod(http.MethodPost)
	c.Request.SetRequestURI(f.path)
	c.Request.Header.SetHost("minyi.example")
	c.Request.Header.SetContentType("application/x-www-form-urlencoded")
	c.Request.Header.Set("Accept-Encoding", "gzip, deflate, br")
	c.Request.Header.SetContentLength(len(f.body))
	c.Request.SetBodyRaw(f.body)
}

func filledForms(b *testing.B, h *house, folder *stage.Folder, handle fasthttp.RequestHandler, n int) []filled {
	b.Helper()
	var out []filled
	papers := map[uint16]*paper.Paper{}
	chance := rand.New(rand.NewPCG(1, 2))
	var links []string
	var of []uint16
	for _, sv := range folder.Surveys {
		for _, batch := range sv.Batches {
			if batch.Kind == invite.Poster {
				continue
			}
			for serial := batch.First; serial <= batch.Last(); serial++ {
				links = append(links, "/q/"+h.surveys.Signer.Format(invite.Token{Survey: sv.Number, Serial: serial}))
				of = append(of, sv.Number)
			}
		}
	}
	for _, i := range chance.Perm(len(links)) {
		if len(out) == n {
			return out
		}
		var c fasthttp.RequestCtx
		c.Request.SetRequestURI(links[i] + "?view=all")
		handle(&c)
		page := c.Response.Body()
		q := papers[of[i]]
		if q == nil {
			var err error
			if q, err = paper.Read(page); err != nil {
				continue // a poster
			}
			papers[of[i]] = q
		}
		sheet := paper.Hidden(page)
		for name, values := range q.Fill(chance, 50) {
			sheet[name] = values
		}
		out = append(out, filled{links[i], []byte(sheet.Encode())})
	}
	b.Fatalf("%d links for %d forms", len(out), n)
	return nil
}

func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

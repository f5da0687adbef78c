package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"minyi/indicators/inbox"
)

// metricsOff is the address that switches the metrics off.
const metricsOff = "off"

// What the service does by the clock.
const (
	turnBackup   = "backup"
	turnDelivery = "delivery"
	turnTending  = "tending"
)

// meters is what an operator watches: how much is asked and refused, how the
// intake keeps up, how large the files are. No label names a person, a unit or a
// survey; residents' requests come in once in five minutes, as they do in the log.
type meters struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	failures *prometheus.CounterVec // of what is done by the clock
	failed5  prometheus.Counter     // requests that failed
}

func newMeters() *meters {
	m := &meters{registry: prometheus.NewRegistry(), requests: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "minyi_requests_total", Help: "Requests by route and status; those of residents are added once in five minutes.",
	}, []string{"route", "status"})}
	m.failures = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "minyi_failures_total", Help: "Turns that failed of what the service does by the clock: backup, delivery, tending.",
	}, []string{"what"})
	for _, what := range []string{turnBackup, turnDelivery, turnTending} {
		m.failures.WithLabelValues(what) // there from the start: an increase is seen from 0 on only
	}
	m.failed5 = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "minyi_requests_failed_total", Help: "Requests that were answered with a failure of the service, 500 and above.",
	})
	m.registry.MustRegister(m.requests, m.failures, m.failed5, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// count adds requests of a route that were answered with a status.
func (m *meters) count(route string, status, n int) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Add(float64(n))
	if status >= http.StatusInternalServerError {
		m.failed5.Add(float64(n))
	}
}

// failed counts a turn that failed.
func (m *meters) failed(what string) { m.failures.WithLabelValues(what).Inc() }

// house adds what is read off the running house when somebody asks.
func (m *meters) house(h *house) {
	h.intake.Stopwatch(time.Now)
	gauge := func(name, help string, read func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
	}
	counter := func(name, help string, read func() float64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read))
	}
	m.health(h, gauge)
	m.heads(h)
	intake := h.intake // closing the house takes it away
	gauge("minyi_intake_waiting", "Answers and drafts that wait for the writer.", func() float64 { return float64(intake.Pulse().Waiting) })
	counter("minyi_intake_commits_total", "Commits of the writer.", func() float64 { return float64(intake.Pulse().Commits) })
	counter("minyi_intake_stored_total", "Answers and drafts in those commits.", func() float64 { return float64(intake.Pulse().Stored) })
	counter("minyi_intake_commit_seconds_total", "Time spent in those commits.", func() float64 { return intake.Pulse().Busy.Seconds() })
	counter("minyi_password_checks_total", "Passwords that were checked, right ones and wrong ones.", func() float64 { return float64(h.access.Computed()) })
	for _, file := range []string{programmeFile, surveyFile} {
		for _, end := range []string{"", "-wal"} {
			path := filepath.Join(h.dir, file+end)
			m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "minyi_file_bytes", Help: "Size of a database file or its log.", ConstLabels: prometheus.Labels{"file": file + end},
			}, func() float64 { return size(path) }))
		}
	}
}

// health adds what tells of a fault before users notice: whether the data can be
// written, the room on the disk, the age of the last sound backup, and letters that
// wait.
func (m *meters) health(h *house, gauge func(name, help string, read func() float64)) {
	dir, probe, saver, programme := h.dir, h.probe, h.saver, h.programme
	gauge("minyi_writable", "1 while the data folder can be written, else 0.", func() float64 {
		if probe.check() != nil {
			return 0
		}
		return 1
	})
	gauge("minyi_disk_free_bytes", "Room on the disk below the data folder.", func() float64 { return room(dir) })
	if h.cert != "" {
		cert := h.cert
		gauge("minyi_certificate_expiry_timestamp_seconds", "Moment at which the TLS certificate ends; 0: it cannot be read.", func() float64 { return certificateEnds(cert) })
	}
	gauge("minyi_backup_last_success_timestamp_seconds", "Moment of the newest scheduled backup that was restored and found sound; 0: none.", func() float64 { return float64(saver.last.Load()) })
	for _, state := range []inbox.State{inbox.Waiting, inbox.Failed, inbox.GivenUp} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "minyi_outbox", Help: "Deliveries by e-mail and gateway by state: waiting, failed (tried again) and given-up.", ConstLabels: prometheus.Labels{"state": string(state)},
		}, func() float64 {
			ctx, end := context.WithTimeout(context.Background(), time.Second)
			defer end()
			counts, err := programme.DeliveryCounts(ctx)
			if err != nil {
				return -1
			}
			return float64(counts[state])
		}))
	}
}

// certificateEnds is the moment at which the first certificate of a file ends, in
// seconds since 1970; 0 where none can be read.
func certificateEnds(file string) float64 {
	raw, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return 0
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return 0
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return 0
	}
	return float64(c.NotAfter.Unix())
}

// size is that of a file in bytes; 0 where there is none.
func size(path string) float64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return float64(info.Size())
}

// serve answers on an address of its own until the returned stop is called. That
// nobody can watch is no reason not to serve: an address that is taken is told to
// the log.
func (m *meters) serve(ctx context.Context, address string, log *slog.Logger) (stop func()) {
	if address == metricsOff {
		return func() {}
	}
	l, err := listen(ctx, address)
	if err != nil {
		log.WarnContext(ctx, "no metrics", slog.Any("error", err))
		return func() {}
	}
	const patience = 10 * time.Second
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	s := &http.Server{Handler: mux, ReadHeaderTimeout: patience, WriteTimeout: patience}
	go func() {
		if err := s.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.WarnContext(ctx, "metrics ended", slog.Any("error", err))
		}
	}()
	log.InfoContext(ctx, "metrics", slog.String("address", l.Addr().String()))
	return func() { _ = s.Close() }
}

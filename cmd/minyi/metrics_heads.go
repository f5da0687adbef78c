package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	ledgerkeeper "minyi/survey/ledger/keeper"
	surveystore "minyi/survey/store"
)

// The public logs, as the meters call them.
const (
	metricEvents  = "events"
	metricAnswers = "answers"
)

// heads adds when what only ever grows has grown last: both trails, the public log of
// events, which grows every day whatever happens, and the answers' commitments that
// wait for theirs; and the service's own clock, which windows and signatures go by. A
// head that stands still, or lies ahead of the clock, is a fault that no request shows.
func (m *meters) heads(h *house) {
	gauge := func(name, help, label, value string, read func(context.Context) (time.Time, error)) {
		opts := prometheus.GaugeOpts{Name: name, Help: help}
		if label != "" {
			opts.ConstLabels = prometheus.Labels{label: value}
		}
		m.registry.MustRegister(prometheus.NewGaugeFunc(opts, func() float64 { return secondsOf(read) }))
	}
	const trail = "minyi_trail_last_timestamp_seconds"
	const trailHelp = "Moment of the newest entry of a half's trail; 0: none; -1: cannot be read."
	gauge(trail, trailHelp, "half", "programme", h.programme.TrailEnd)
	gauge(trail, trailHelp, "half", "survey", h.survey.TrailEnd)
	logs, now := h.logs, h.now
	gauge("minyi_log_last_timestamp_seconds", "Moment of the newest checkpoint of the public log of events; 0: none; -1: cannot be read.", "log", metricEvents,
		func(ctx context.Context) (time.Time, error) {
			s, err := eventLog{logs}.Standing(ctx)
			return s.At, err
		})
	gauge("minyi_log_waiting_since_timestamp_seconds", "Hour of the oldest answer whose commitment is in no log yet; 0: none waits; -1: cannot be read.", "log", metricAnswers,
		func(ctx context.Context) (time.Time, error) { return waitsSince(ctx, logs) })
	gauge("minyi_clock_timestamp_seconds", "The moment that the service goes by.", "", "", func(context.Context) (time.Time, error) { return now(), nil })
	jobs := surveystore.New(h.survey)
	gauge("minyi_jobs_since_timestamp_seconds", "Moment of the oldest work in the background that has not ended, such as a large export; 0: none; -1: cannot be read.", "", "", jobs.JobsSince)
}

// secondsOf is a moment in seconds since 1970, asked for under a time of its own.
func secondsOf(read func(context.Context) (time.Time, error)) float64 {
	ctx, end := context.WithTimeout(context.Background(), time.Second)
	defer end()
	at, err := read(ctx)
	switch {
	case err != nil:
		return -1
	case at.IsZero():
		return 0
	}
	return float64(at.UnixMilli()) / float64(time.Second/time.Millisecond)
}

// waitsSince is the hour of the oldest answer that is in no log yet.
func waitsSince(ctx context.Context, logs *ledgerkeeper.Service) (oldest time.Time, err error) {
	all, err := logs.Logs(ctx)
	if err != nil {
		return oldest, err
	}
	for _, l := range all {
		if l.ID >= ledgerkeeper.FirstOther {
			continue
		}
		p, err := logs.Store.Waiting(ctx, l.ID)
		if err != nil {
			return oldest, err
		}
		if p.Leaves > 0 && (oldest.IsZero() || p.Since.Before(oldest)) {
			oldest = p.Since
		}
	}
	return oldest, nil
}

package survey

import (
	"context"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/monitor"
	"minyi/survey/tabulate"
)

// Monitoring is how a survey is watched: its thresholds (nil: the usual ones), whether
// the share satisfied may be read before the end, and what was read.
type Monitoring struct {
	Settings *monitor.Settings `json:"settings,omitempty"`
	Peek     *Peek             `json:"peek,omitempty"` // nil: it may not
	Readings []Reading         `json:"readings,omitempty"`
}

// Peek is somebody's leave to read the share before the end.
type Peek struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// Reading is one running estimate as it was read.
type Reading struct {
	At   time.Time       `json:"at"`
	By   string          `json:"by"`
	N    int             `json:"n"`
	Est  tabulate.Number `json:"est"`
	Low  tabulate.Number `json:"low"`
	High tabulate.Number `json:"high"`
}

func (m *Monitoring) settings() monitor.Settings {
	if m.Settings == nil {
		return monitor.Usual()
	}
	return *m.Settings
}

// brief is what the trail keeps: the thresholds, whether reading is allowed and how
// often it was done, never what was read.
func (m *Monitoring) brief() string {
	if m.Settings == nil && m.Peek == nil && len(m.Readings) == 0 {
		return ""
	}
	out := ""
	for _, b := range m.settings().Bounds() {
		out += fmt.Sprintf("%s %d, ", b.Name, b.Value)
	}
	return out + fmt.Sprintf("running estimate %t, readings %d", m.Peek != nil, len(m.Readings))
}

// SetMonitoring sets the thresholds of a survey's monitor. It is refused with
// survey.state after the close and with monitor.bounds.
func (s *Service) SetMonitoring(ctx context.Context, by access.Actor, id ID, set monitor.Settings) (*Survey, error) {
	return s.watch(ctx, by, id, "survey.monitor.set", "", func(sv *Survey) error {
		if err := set.Check(); err != nil {
			return err
		}
		sv.Watched.Settings = &set
		return nil
	})
}

// AllowPeek lets the share satisfied be read while the survey runs, or ends that. A
// reason is needed to allow it (reason.needed).
func (s *Service) AllowPeek(ctx context.Context, by access.Actor, id ID, on bool, reason string) (*Survey, error) {
	if !on {
		return s.watch(ctx, by, id, "survey.monitor.close", "", func(sv *Survey) error { sv.Watched.Peek = nil; return nil })
	}
	reason, err := worded(reason, "reason")
	if err != nil {
		return nil, err
	}
	return s.watch(ctx, by, id, "survey.monitor.allow", reason, func(sv *Survey) error {
		sv.Watched.Peek = &Peek{By: by.Name, At: s.Now().UTC(), Reason: reason}
		return nil
	})
}

func (s *Service) watch(ctx context.Context, by access.Actor, id ID, action, reason string, rule func(*Survey) error) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	entry := s.entry(by, action, id)
	entry.Reason = reason
	return s.update(ctx, id, entry, func(sv *Survey) error {
		if sv.ended() {
			return fault.New(fault.Conflict, "survey.state", "state", string(sv.State))
		}
		return rule(sv)
	})
}

// sized is what the sample was sized for; false where it was not.
func (s *Survey) sized() (out frame.Size, ok bool) {
	if s.Sampling.Target == nil || s.Sample == nil {
		return out, false
	}
	var people int64
	for _, h := range s.Sample.Strata {
		people += h.Population
	}
	out, err := s.Sampling.Target.Size(people)
	return out, err == nil && out.Answers > 0
}

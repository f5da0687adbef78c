package copies

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
)

// folded is how long one entry stands for a person's readings of one page: who loads a
// page again has read it once.
const folded = 10 * time.Minute

// held bounds what is remembered of readings; past it all is forgotten, and a reading
// more is an entry more.
const held = 4096

// page is what was read by whom.
type page struct{ reader, path string }

// seen is the entry that stands for a reading.
type seen struct {
	serial string
	at     time.Time
}

// Reading is a page with results as it was shown to somebody. Shows says what of: mark,
// rank, sample, estimate or release.
type Reading struct {
	Serial  string `json:"-"`
	Purpose string `json:"-"`
	Path    string `json:"path"`
	Shows   string `json:"shows"`
	Noted   bool   `json:"-"` // the entry of a reading just before stands for this one
}

// Serial returns what a copy that is about to be made is called.
func (s *Service) Serial() (string, error) { return s.NewSerial() }

// Reading returns what the reading of a page is called, which stands on the page when it
// is printed.
func (s *Service) Reading(by access.Actor, path string) (Reading, error) {
	now := s.Now()
	s.mu.Lock()
	last, ok := s.seen[page{by.Name, path}]
	s.mu.Unlock()
	if ok && !now.Before(last.at) && now.Sub(last.at) < folded {
		return Reading{Serial: last.serial, Path: path, Noted: true}, nil
	}
	serial, err := s.NewSerial()
	return Reading{Serial: serial, Path: path}, err
}

// Read notes that somebody was shown a page with results, before it goes out (S50): one
// entry per person and page in ten minutes.
func (s *Service) Read(ctx context.Context, by access.Actor, r Reading) error {
	if r.Noted {
		return nil
	}
	after, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("copies: %w", err)
	}
	now := s.Now()
	err = s.Store.Record(ctx, audit.Entry{
		At: now, Actor: by.Name, Role: string(by.Role), Action: actRead,
		Object: "reading/" + r.Serial, Reason: r.Purpose, After: string(after),
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) >= held {
		clear(s.seen)
	}
	s.seen[page{by.Name, r.Path}] = seen{r.Serial, now}
	return nil
}

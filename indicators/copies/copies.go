// Package copies knows which copies of what the service holds were taken by whom, when
// and what for, and finds by what stands on a copy who took it. It writes no file and
// knows no format; how a copy is marked is web/mark's, and who may take what is the
// table of routes'.
//
// # Who judges it
//
//	feature                       | judge                                   | input                          | tolerance | test
//	a copy leads to who took it   | the trail's rows, read by the test      | a serial, a file, its digest   | exact     | TestS45ALeakedCopyLeadsToWhoTookIt
//	one entry per page and person | a clock by hand                         | readings over eleven minutes   | exact     | TestS50AReadingIsOneEntryInTenMinutes
package copies

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// maxPurpose is the longest purpose, in characters.
const maxPurpose = 200

// The acts of the trail.
const (
	actHand = "copy.hand"
	actSent = "copy.sent"
	actRead = "page.read"
)

// Store is where the entries go and are found again.
type Store interface {
	Record(ctx context.Context, entry audit.Entry) error
	FindTrail(ctx context.Context, text string, limit int) ([]audit.Entry, error)
	FindSaid(ctx context.Context, action, part string) ([]audit.Entry, error)
}

// Config is what the service needs. NewSerial gives what copies are called: unlike,
// and not to be guessed.
type Config struct {
	Store     Store
	Now       func() time.Time
	NewSerial func() (string, error)
}

// Service keeps account of copies and of readings.
type Service struct {
	Config

	mu   sync.Mutex
	seen map[page]seen
}

// New makes the service.
func New(c Config) *Service { return &Service{Config: c, seen: map[page]seen{}} }

// Copy is one file as it was handed to somebody. Path is where it was taken, without
// what was asked beside it; Way how it is marked; Digest its SHA-256 and Bytes its
// length, as it went out.
type Copy struct {
	Serial  string `json:"-"`
	Purpose string `json:"-"`
	Path    string `json:"path,omitempty"`
	File    string `json:"file,omitempty"`
	Way     string `json:"way,omitempty"`
	Bytes   int64  `json:"bytes,omitempty"`
	Digest  string `json:"sha256,omitempty"`
}

// Purpose returns the purpose as it is kept, or refuses it with copy.purpose.
func Purpose(typed string) (string, error) {
	clean := strings.Join(strings.Fields(typed), " ")
	if utf8.RuneCountInString(clean) > maxPurpose || strings.ContainsFunc(clean, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", fault.New(fault.Invalid, "copy.purpose", "max", fmt.Sprint(maxPurpose)).At("purpose")
	}
	return clean, nil
}

// Handed notes a copy before it goes out (S45): without the entry nothing is sent. The
// digest of one that is made while it is sent follows by Sent.
func (s *Service) Handed(ctx context.Context, by access.Actor, c Copy) error {
	return s.record(ctx, by, actHand, c)
}

// Sent notes how long a copy was that went out as a stream, and its digest.
func (s *Service) Sent(ctx context.Context, by access.Actor, serial, digest string, bytes int64) error {
	return s.record(ctx, by, actSent, Copy{Serial: serial, Digest: digest, Bytes: bytes})
}

func (s *Service) record(ctx context.Context, by access.Actor, action string, c Copy) error {
	after, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("copies: %w", err)
	}
	return s.Store.Record(ctx, audit.Entry{
		At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action,
		Object: "copy/" + c.Serial, Reason: c.Purpose, After: string(after),
	})
}

// Found is a copy or a printed page with who took it.
type Found struct {
	Copy
	Serial, Purpose string
	Reader, Role    string
	At              time.Time
	Page            bool // a page that was read and may have been printed, no file
}

// most is how many copies one look finds.
const most = 100

// Find looks a copy up by its serial, or by the SHA-256 of the file in hexadecimal, the
// newest first. Only who reads the trail may; copy.unknown where there is none.
func (s *Service) Find(ctx context.Context, by access.Actor, what string) ([]Found, error) {
	if by.Role != access.Command("").Role {
		if err := by.Require(access.Auditor, access.Office); err != nil {
			return nil, err
		}
	}
	what = strings.TrimSpace(what)
	var entries []audit.Entry
	var err error
	switch {
	case regexp.MustCompile(`^(?i)E-[0-9A-HJKMNP-TV-Z]{10}$`).MatchString(what):
		entries, err = s.Store.FindTrail(ctx, "/"+strings.ToUpper(what), most)
	case regexp.MustCompile(`^(?i)[0-9a-f]{64}$`).MatchString(what):
		entries, err = s.byDigest(ctx, strings.ToLower(what))
	default:
		return nil, fault.New(fault.Invalid, "copy.what").At("copy")
	}
	if err != nil {
		return nil, err
	}
	return found(entries)
}

func (s *Service) byDigest(ctx context.Context, digest string) ([]audit.Entry, error) {
	part := `"sha256":"` + digest + `"`
	out, err := s.Store.FindSaid(ctx, actHand, part)
	if err != nil {
		return nil, err
	}
	streamed, err := s.Store.FindSaid(ctx, actSent, part)
	if err != nil {
		return nil, err
	}
	for _, e := range streamed {
		begun, err := s.Store.FindTrail(ctx, e.Object, most)
		if err != nil {
			return nil, err
		}
		out = append(out, begun...)
	}
	return out, nil
}

// found joins the entries of each copy.
func found(entries []audit.Entry) ([]Found, error) {
	var out []Found
	sent := map[string]Copy{}
	for _, e := range entries {
		kind, serial, _ := strings.Cut(e.Object, "/")
		f := Found{Serial: serial, Purpose: e.Reason, Reader: e.Actor, Role: e.Role, At: e.At, Page: kind == "reading"}
		if err := json.Unmarshal([]byte(e.After), &f.Copy); err != nil {
			return nil, fmt.Errorf("copies: entry %d: %w", e.Seq, err)
		}
		switch e.Action {
		case actSent:
			sent[serial] = f.Copy
		case actHand, actRead:
			out = append(out, f)
		}
	}
	for n := range out {
		if end, ok := sent[out[n].Serial]; ok && out[n].Digest == "" {
			out[n].Digest, out[n].Bytes = end.Digest, end.Bytes
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.NotFound, "copy.unknown")
	}
	return out, nil
}

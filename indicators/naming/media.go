package naming

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// MediumKind is what a medium is.
type MediumKind string

// The kinds of media.
const (
	Newspaper  MediumKind = "newspaper"
	Television MediumKind = "television"
	Radio      MediumKind = "radio"
	NewsSite   MediumKind = "website"
	OtherMedia MediumKind = "other"
)

// MediumKinds returns them in the order of forms.
func MediumKinds() []MediumKind {
	return []MediumKind{Newspaper, Television, Radio, NewsSite, OtherMedia}
}

// Medium is one appearance of a notice in the media, with what proves it (C35).
type Medium struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Kind     MediumKind    `json:"kind"`
	Regional bool          `json:"regional"` // a news medium of the region
	Date     roster.Date   `json:"date"`
	Place    string        `json:"place"` // page, hour or address
	Proof    evidence.File `json:"proof"`
	By       string        `json:"by,omitempty"`
	At       time.Time     `json:"at"`
	Struck   string        `json:"struck,omitempty"` // why the entry does not count
	StruckBy string        `json:"struck_by,omitempty"`
}

// Address is the place where it is a web address, else empty.
func (m Medium) Address() string {
	u, err := url.Parse(m.Place)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return m.Place
}

// Appearance is what the office writes about an appearance.
type Appearance struct {
	Name     string
	Kind     MediumKind
	Regional bool
	Date     roster.Date
	Place    string
}

func (x *Appearance) check(now time.Time) error {
	var list fault.List
	checkTexts(&list, text{"name", &x.Name, nameMost, true, false}, text{"place", &x.Place, placeMost, true, false})
	if !slices.Contains(MediumKinds(), x.Kind) {
		list.Add(fault.New(fault.Invalid, "medium.kind").At("kind"))
	}
	if x.Date.IsZero() || x.Date.Start().After(now) {
		list.Add(fault.New(fault.Invalid, "medium.date").At("date"))
	}
	return list.Err()
}

const placeMost = 300 // characters of an address

// Appeared puts an appearance of the notice that stands into the register of media,
// with the file that proves it.
func (s *Service) Appeared(ctx context.Context, by access.Actor, round int, x Appearance, file string, r io.Reader) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := x.check(s.now()); err != nil {
		return err
	}
	if s.equipment.Files == nil {
		return fault.New(fault.Unavailable, "objection.nofiles").At("file")
	}
	proof, err := s.equipment.Files.Put(ctx, file, r)
	if err != nil {
		return err
	}
	m := Medium{
		ID: s.newID(), Name: x.Name, Kind: x.Kind, Regional: x.Regional, Date: x.Date, Place: x.Place, Proof: proof,
		By: by.Name, At: s.now().UTC().Truncate(time.Millisecond),
	}
	entry := s.entry(by, "notice.medium", object("notice", round, m.ID), "")
	entry.After = fmt.Sprintf(`{"medium":%q,"date":%q,"place":%q,"proof":%q}`, m.Name, m.Date, m.Place, proof.Digest)
	return s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, _ *audit.Entry) error {
		if p.Notice == nil {
			return fault.New(fault.Conflict, "notice.none")
		}
		p.Notice.Media = append(p.Notice.Media, m)
		return nil
	})
}

// StrikeMedium takes an entry out of the count, with a reason; it stays readable.
func (s *Service) StrikeMedium(ctx context.Context, by access.Actor, round int, id, why string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	checkTexts(&list, text{"why", &why, textMost, true, true})
	if err := list.Err(); err != nil {
		return err
	}
	entry := s.entry(by, "notice.medium_struck", object("notice", round, id), why)
	return s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, _ *audit.Entry) error {
		if p.Notice == nil {
			return fault.New(fault.NotFound, "notice.none")
		}
		i := slices.IndexFunc(p.Notice.Media, func(m Medium) bool { return m.ID == id && m.Struck == "" })
		if i < 0 {
			return fault.New(fault.NotFound, "medium.unknown")
		}
		p.Notice.Media[i].Struck, p.Notice.Media[i].StruckBy = why, by.Name
		return nil
	})
}

// Proof gives the file that proves an appearance to the office.
func (s *Service) Proof(ctx context.Context, by access.Actor, round int, id string) (evidence.File, io.ReadSeekCloser, error) {
	if err := by.Require(access.Office); err != nil {
		return evidence.File{}, nil, err
	}
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return evidence.File{}, nil, err
	}
	all := slices.Clone(p.Past)
	if p.Notice != nil {
		all = append(all, *p.Notice)
	}
	for _, n := range all {
		for _, m := range n.Media {
			if m.ID == id && s.equipment.Files != nil {
				r, err := s.equipment.Files.Read(ctx, m.Proof.Digest)
				return m.Proof, r, err
			}
		}
	}
	return evidence.File{}, nil, fault.New(fault.NotFound, "medium.unknown")
}

// shown are the media as everybody may see them.
func (n *Notice) shown() (out []Medium) {
	for _, m := range n.Media {
		if m.Struck == "" {
			m.By, m.Proof = "", evidence.File{}
			out = append(out, m)
		}
	}
	return out
}

// Counted says from which day the period of a notice counts: its first day, or the
// day on which enough news media of the region had carried it, whichever is later
// (C35). It is false while too few have.
func (n *Notice) Counted(s roster.Settings) (from roster.Date, ok bool) {
	var days []roster.Date
	var names []string
	for _, m := range n.Media {
		name := strings.ToLower(m.Name)
		if m.Struck == "" && m.Regional && !slices.Contains(names, name) {
			days, names = append(days, m.Date), append(names, name)
		}
	}
	slices.SortFunc(days, func(a, b roster.Date) int { return a.Start().Compare(b.Start()) })
	least := s.Road().MediaLeast
	if len(days) < least {
		return roster.Date{}, false
	}
	from = days[least-1]
	if from.Before(n.Window.From) {
		from = n.Window.From
	}
	return from, true
}

// Complete refuses a notice whose period is too short as it counts (C35).
func (n *Notice) Complete(s roster.Settings) error {
	from, ok := n.Counted(s)
	if !ok {
		return fault.New(fault.Conflict, "notice.nomedium", "count", fmt.Sprint(s.Road().MediaLeast))
	}
	if n.Window.To.Before(from) || roster.Between(from, n.Window.To).Days() < s.NoticeDays {
		return fault.New(fault.Conflict, "notice.uncounted", "from", from.String(), "days", fmt.Sprint(s.NoticeDays))
	}
	return nil
}

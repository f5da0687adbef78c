package application

import (
	"slices"
	"strconv"
	"time"

	"minyi/indicators"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Attachment is what a file of a single application is (C82).
type Attachment string

// The attachments.
const (
	Awards        Attachment = "awards" // 获奖资料
	Media         Attachment = "media"  // 新闻媒体报道
	WorkingPapers Attachment = "papers" // 有关工作文件
)

// Attachments returns all kinds in the order of the notice.
func Attachments() []Attachment { return []Attachment{Awards, Media, WorkingPapers} }

// ExhibitID names an exhibit within its dossier.
type ExhibitID string

// Exhibit is one file as proof: of one or more indicators on the comprehensive
// track (C80), of a kind on the single one (C82).
type Exhibit struct {
	ID         ExhibitID           `json:"id"`
	File       evidence.File       `json:"file"`
	Dated      roster.Date         `json:"dated"` // of the document itself (C83); zero where not given
	Indicators []indicators.Number `json:"indicators,omitempty"`
	Attachment Attachment          `json:"attachment,omitempty"`
	Caption    string              `json:"caption,omitempty"` // what it shows, in the unit's words
	Edits      int                 `json:"edits,omitempty"`   // how often it was changed
	AddedAt    time.Time           `json:"added_at"`
	AddedBy    string              `json:"added_by"`
}

// Late reports whether the document was made after the round had opened (C83:
// 避免突击补材料); assessors see the mark.
func (e Exhibit) Late(r roster.Round) bool {
	if e.Dated.IsZero() {
		return false
	}
	opened := r.Settings.Filing.From
	if !r.OpenedAt.IsZero() {
		opened = roster.DateOf(r.OpenedAt)
	}
	return opened.Before(e.Dated)
}

// Allowance bounds the exhibits of one dossier.
type Allowance struct {
	Files int
	Bytes int64
}

// DefaultAllowance is 600 files and 8 GiB a dossier.
func DefaultAllowance() Allowance { return Allowance{Files: 600, Bytes: 8 << 30} }

// Placing says what a file proves and when the document was made.
type Placing struct {
	Dated      roster.Date
	Indicators []indicators.Number
	Attachment Attachment
}

// room refuses another file when the dossier is no draft or holds all it may.
func (d *Dossier) room(a Allowance) error {
	if err := d.open(); err != nil {
		return err
	}
	var size int64
	for _, e := range d.Exhibits {
		size += e.File.Size
	}
	if len(d.Exhibits) >= a.Files || size >= a.Bytes {
		return tooMany(a)
	}
	return nil
}

func tooMany(a Allowance) error {
	return fault.New(fault.TooLarge, "exhibit.toomany", "files", strconv.Itoa(a.Files),
		"gib", strconv.FormatInt(a.Bytes>>30, 10)).At("file")
}

// placed checks what a file is said to prove.
func (d *Dossier) placed(p Placing, applicable []indicators.Indicator, now time.Time) error {
	var list fault.List
	if p.Dated.Start().After(now) && !p.Dated.IsZero() {
		list.Add(fault.New(fault.Invalid, "exhibit.future").At("dated"))
	}
	if d.Track == roster.Single {
		if !slices.Contains(Attachments(), p.Attachment) || len(p.Indicators) > 0 {
			list.Add(fault.New(fault.Invalid, "exhibit.attachment").At("attachment"))
		}
		return list.Err()
	}
	if len(p.Indicators) == 0 || p.Attachment != "" {
		list.Add(fault.New(fault.Invalid, "exhibit.indicator").At("indicator"))
	}
	for _, n := range p.Indicators {
		if !slices.ContainsFunc(applicable, func(i indicators.Indicator) bool { return i.Number == n }) {
			list.Add(fault.New(fault.Invalid, "claim.unknown", "number", string(n)).At("indicator"))
		}
	}
	return list.Err()
}

// attach adds a file. The same bytes for other indicators join the exhibit that
// holds them already, so that one file serves several without a second copy.
func (d *Dossier) attach(e Exhibit, a Allowance) error {
	for n := range d.Exhibits {
		old := &d.Exhibits[n]
		if old.File.Digest != e.File.Digest || old.Attachment != e.Attachment {
			continue
		}
		if err := d.open(); err != nil {
			return err
		}
		for _, i := range e.Indicators {
			if !slices.Contains(old.Indicators, i) {
				old.Indicators = append(old.Indicators, i)
			}
		}
		if !e.Dated.IsZero() {
			old.Dated = e.Dated
		}
		return nil
	}
	if err := d.room(a); err != nil {
		return err
	}
	d.Exhibits = append(d.Exhibits, e)
	return nil
}

// Exhibit returns the exhibit of that id.
func (d *Dossier) Exhibit(id ExhibitID) (Exhibit, error) {
	for _, e := range d.Exhibits {
		if e.ID == id {
			return e, nil
		}
	}
	return Exhibit{}, fault.New(fault.NotFound, "exhibit.unknown")
}

// detach takes an exhibit out of one indicator, and out of the dossier into its
// bin when it proves nothing more; n is empty to take it out at once.
func (d *Dossier) detach(id ExhibitID, n indicators.Number) error {
	if err := d.open(); err != nil {
		return err
	}
	at := slices.IndexFunc(d.Exhibits, func(e Exhibit) bool { return e.ID == id })
	if at < 0 {
		return fault.New(fault.NotFound, "exhibit.unknown")
	}
	e := &d.Exhibits[at]
	gone := *e
	gone.Indicators = slices.Clone(e.Indicators)
	e.Indicators = slices.DeleteFunc(e.Indicators, func(i indicators.Number) bool { return i == n })
	if n == "" || len(e.Indicators) == 0 {
		d.bin(at, gone)
	}
	return nil
}

// ExhibitsOf returns the exhibits that prove an indicator.
func (d *Dossier) ExhibitsOf(n indicators.Number) []Exhibit {
	var out []Exhibit
	for _, e := range d.Exhibits {
		if slices.Contains(e.Indicators, n) {
			out = append(out, e)
		}
	}
	return out
}

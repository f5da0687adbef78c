package supervision

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Part is one part of a yearly report (C39).
type Part string

// The parts, in the order of the report.
const (
	PartMeasures Part = "measures" // what was done in the year
	PartResults  Part = "results"  // what came of it
	PartProblems Part = "problems" // what is still wanting
	PartPlan     Part = "plan"     // what is planned
)

// Parts returns the parts of a yearly report in their order.
func Parts() []Part { return []Part{PartMeasures, PartResults, PartProblems, PartPlan} }

// Bounds of a yearly report.
const (
	mostFiles = 20
	mostURL   = 500
)

// Proof shows that a report was published (C40).
type Proof struct {
	Date  roster.Date    `json:"date"`
	Place string         `json:"place"`         // newspaper, board, web site
	URL   string         `json:"url,omitempty"` // where everybody can read it
	File  *evidence.File `json:"file,omitempty"`
}

// ActKind says what was done about a yearly report.
type ActKind string

// What may be done about a report. None is ever undone; a later one says more.
const (
	Filed     ActKind = "filed"     // a version was handed in
	Published ActKind = "published" // its publication was proved
	Returned  ActKind = "returned"  // the office asks for more
	Accepted  ActKind = "accepted"  // the office takes it
	Waived    ActKind = "waived"    // the office asks for none this year
	Demanded  ActKind = "demanded"  // the office takes a waiver back
)

// Act is one thing that was done about a yearly report.
type Act struct {
	N       int             `json:"n"` // from 1
	Kind    ActKind         `json:"kind"`
	By      string          `json:"by"`
	At      time.Time       `json:"at"`
	Version int             `json:"version"`         // of the report that it is about, from 1
	Words   string          `json:"words,omitempty"` // why: of a correction, a request, a waiver
	Late    bool            `json:"late,omitempty"`  // of a version: handed in after the deadline
	Texts   map[Part]string `json:"texts,omitempty"`
	Files   []evidence.File `json:"files,omitempty"`
	Digest  string          `json:"digest,omitempty"` // SHA-256 of texts and files
	Proof   *Proof          `json:"proof,omitempty"`
}

// Report is a unit's report on a year: what it is writing, and all that was done.
type Report struct {
	Unit  roster.UnitCode `json:"unit"`
	Year  int             `json:"year"`  // the year that it is about
	Edits int             `json:"edits"` // how often it was saved
	Texts map[Part]string `json:"texts,omitempty"`
	Files []evidence.File `json:"files,omitempty"`
	Acts  []Act           `json:"acts,omitempty"`
}

// Versions are the versions that were handed in, oldest first.
func (r Report) Versions() (out []Act) {
	for _, a := range r.Acts {
		if a.Kind == Filed {
			out = append(out, a)
		}
	}
	return out
}

// Newest is the newest version that was handed in, nil for none.
func (r Report) Newest() *Act {
	if all := r.Versions(); len(all) > 0 {
		return &all[len(all)-1]
	}
	return nil
}

// Proven is the newest proof of publication, nil for none (C40).
func (r Report) Proven() *Act {
	for i := len(r.Acts) - 1; i >= 0; i-- {
		if r.Acts[i].Kind == Published {
			return &r.Acts[i]
		}
	}
	return nil
}

// verdict is what the office said last of the newest version, empty for nothing.
func (r Report) verdict() ActKind {
	out := ActKind("")
	for _, a := range r.Acts {
		switch a.Kind {
		case Filed:
			out = ""
		case Returned, Accepted:
			out = a.Kind
		case Published, Waived, Demanded:
		}
	}
	return out
}

// waived reports whether the office asks for none.
func (r Report) waived() *Act {
	for i := len(r.Acts) - 1; i >= 0; i-- {
		switch a := r.Acts[i]; a.Kind {
		case Waived:
			return &r.Acts[i]
		case Demanded:
			return nil
		case Filed, Published, Returned, Accepted:
		}
	}
	return nil
}

// accepted is the newest version that the office has accepted, nil for none.
func (r Report) accepted() *Act {
	version := 0
	for _, a := range r.Acts {
		if a.Kind == Accepted {
			version = a.Version
		}
	}
	if version == 0 {
		return nil
	}
	return &r.Versions()[version-1]
}

// act adds what was done.
func (r *Report) act(a Act, now time.Time) {
	a.N, a.At = len(r.Acts)+1, now.UTC().Truncate(time.Millisecond)
	r.Acts = append(r.Acts, a)
}

// State says how far a yearly report is.
type State string

// The states of a report that is owed. Only Settled and Accepted ones count as done
// (C40).
const (
	Unwritten State = "none"
	Draughted State = "draft"
	Unproved  State = "unproved" // handed in; its publication is not proved
	Settled   State = "filed"    // handed in with proof; the office reads it
	AskedBack State = "returned"
	Taken     State = "accepted"
	Excused   State = "waived"
)

// State says how far the report is.
func (r Report) State() State {
	switch {
	case r.waived() != nil:
		return Excused
	case r.Newest() == nil && r.Edits == 0:
		return Unwritten
	case r.Newest() == nil:
		return Draughted
	case r.verdict() == Returned:
		return AskedBack
	case r.Proven() == nil:
		return Unproved
	case r.verdict() == Accepted:
		return Taken
	}
	return Settled
}

// Done reports whether the report counts as done: handed in, and published with
// proof (C40).
func (r Report) Done() bool {
	s := r.State()
	return s == Settled || s == Taken || s == Excused
}

// Due is the last day for the report on a year: 31 January of the next, until its
// end in Asia/Shanghai (C39).
func Due(year int) roster.Date { return roster.On(year+1, time.January, 31) }

// deadline is the first moment that is too late.
func deadline(year int) time.Time { return Due(year).Plus(1).Start() }

// Length counts the characters of a report, blanks and line ends left out.
func Length(texts map[Part]string) int {
	n := 0
	for _, text := range texts {
		for _, c := range text {
			if !unicode.IsSpace(c) {
				n++
			}
		}
	}
	return n
}

// save takes over texts of a draft, which may be unfinished.
func (r *Report) save(seen int, texts map[Part]string) error {
	var list fault.List
	for part, text := range texts {
		if strings.TrimSpace(text) != "" {
			written(&list, string(part), &text, reportMost, true)
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	if seen != r.Edits {
		return fault.New(fault.Conflict, "report.changed")
	}
	if r.Texts == nil {
		r.Texts = map[Part]string{}
	}
	for _, part := range Parts() {
		if text, ok := texts[part]; ok {
			r.Texts[part] = strings.ReplaceAll(text, "\r\n", "\n")
		}
	}
	r.Edits++
	return nil
}

// reportMost is how many characters one part may have at most, whatever the round's
// settings say of the whole.
const reportMost = 50_000

// file hands in what was written as a new version. A correction of one that was
// handed in before says why; the older version is kept (C39).
func (r *Report) file(by, reason string, most int, now time.Time) error {
	var list fault.List
	for _, part := range Parts() {
		text := r.Texts[part]
		written(&list, string(part), &text, reportMost, true)
	}
	if n := Length(r.Texts); n > most {
		list.Add(fault.New(fault.Invalid, "report.long", "count", fmt.Sprint(n), "most", fmt.Sprint(most)).At(string(PartMeasures)))
	}
	last := r.Newest()
	if last != nil {
		written(&list, "reason", &reason, textMost, true)
	} else {
		reason = ""
	}
	if err := list.Err(); err != nil {
		return err
	}
	digest, err := contentDigest(r.Texts, r.Files)
	if err != nil {
		return err
	}
	if last != nil && last.Digest == digest {
		return fault.New(fault.Conflict, "report.same")
	}
	texts := map[Part]string{}
	for part, text := range r.Texts {
		texts[part] = text
	}
	r.act(Act{
		Kind: Filed, By: by, Version: len(r.Versions()) + 1, Words: reason, Late: !now.Before(deadline(r.Year)),
		Texts: texts, Files: append([]evidence.File(nil), r.Files...), Digest: digest,
	}, now)
	return nil
}

// contentDigest names the content of a version.
func contentDigest(texts map[Part]string, files []evidence.File) (string, error) {
	x := struct {
		Texts map[Part]string
		Files []evidence.Digest
	}{Texts: texts}
	for _, f := range files {
		x.Files = append(x.Files, f.Digest)
	}
	raw, err := json.Marshal(x)
	if err != nil {
		return "", fmt.Errorf("report: digest: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

// check refuses a proof without a day up to today or a place, or with an address
// that is none (C40).
func (p *Proof) check(year int, now time.Time) error {
	var list fault.List
	if p.Date.IsZero() || roster.DateOf(now).Before(p.Date) || p.Date.Before(roster.On(year, time.January, 1)) {
		list.Add(fault.New(fault.Invalid, "report.proof_date").At("proof_date"))
	}
	written(&list, "proof_place", &p.Place, nameMost, false)
	p.URL = strings.TrimSpace(p.URL)
	if p.URL != "" && (len(p.URL) > mostURL || !strings.HasPrefix(p.URL, "https://") && !strings.HasPrefix(p.URL, "http://") ||
		strings.ContainsFunc(p.URL, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) })) {
		list.Add(fault.New(fault.Invalid, "report.proof_url").At("proof_url"))
	}
	if p.URL == "" && p.File == nil {
		list.Add(fault.New(fault.Invalid, "report.proof_what").At("proof_url"))
	}
	return list.Err()
}

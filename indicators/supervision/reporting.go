package supervision

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Upload is a file on its way in; Bytes is nil for none.
type Upload struct {
	Name  string
	Bytes io.Reader
}

// reportEntry is the entry of the trail about a yearly report.
func (s *Service) reportEntry(by access.Actor, action string, d Duty, reason string) *audit.Entry {
	return &audit.Entry{
		At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action,
		Object: "report/" + strconv.Itoa(d.Year) + "/" + string(d.Unit), Reason: reason,
	}
}

// editable refuses changes of a report that the office reads or has excused. One
// that it has accepted can be corrected.
func (d Duty) editable() error {
	if d.Report.State() == Excused {
		return fault.New(fault.Conflict, "report.waived")
	}
	return nil
}

// change lets the actor's unit change its report.
func (s *Service) change(ctx context.Context, by access.Actor, year int, action string, rule func(*Report, *audit.Entry) error) (Duty, error) {
	d, err := s.OwnDuty(ctx, by, year)
	if err != nil {
		return d, err
	}
	entry := s.reportEntry(by, action, d, "")
	err = s.Store.UpdateReport(ctx, d.Unit, year, entry, func(r *Report) error {
		d.Report = *r
		if err := d.editable(); err != nil {
			return err
		}
		return rule(r, entry)
	})
	return d, err
}

// SaveReport keeps what was written so far, seen at that count of edits. Somebody
// else's writing in between refuses with report.changed.
func (s *Service) SaveReport(ctx context.Context, by access.Actor, year, seen int, texts map[Part]string) error {
	_, err := s.change(ctx, by, year, "report.save", func(r *Report, e *audit.Entry) error {
		e.After = fmt.Sprintf(`{"edits":%d}`, r.Edits+1)
		return r.save(seen, texts)
	})
	return err
}

// AttachReport joins a file to what is being written.
func (s *Service) AttachReport(ctx context.Context, by access.Actor, year int, file Upload) error {
	if _, err := s.OwnDuty(ctx, by, year); err != nil {
		return err
	}
	put, err := s.Files.Put(ctx, file.Name, file.Bytes)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, by, year, "report.attach", func(r *Report, e *audit.Entry) error {
		e.After = fmt.Sprintf(`{"file":%q}`, put.Digest)
		switch {
		case slices.ContainsFunc(r.Files, func(f evidence.File) bool { return f.Digest == put.Digest }):
			return fault.New(fault.Conflict, "revocation.same_file").At("file")
		case len(r.Files) >= mostFiles:
			return fault.New(fault.Invalid, "report.files", "most", strconv.Itoa(mostFiles)).At("file")
		}
		r.Files = append(r.Files, put)
		r.Edits++
		return nil
	})
	return err
}

// DetachReport takes a file out of what is being written; versions that were handed
// in keep it.
func (s *Service) DetachReport(ctx context.Context, by access.Actor, year int, digest string) error {
	_, err := s.change(ctx, by, year, "report.detach", func(r *Report, e *audit.Entry) error {
		e.Before = fmt.Sprintf(`{"file":%q}`, digest)
		before := len(r.Files)
		r.Files = slices.DeleteFunc(r.Files, func(f evidence.File) bool { return string(f.Digest) == digest })
		if len(r.Files) == before {
			return fault.New(fault.NotFound, "revocation.file")
		}
		r.Edits++
		return nil
	})
	return err
}

// Filing is what an applicant hands in with a report.
type Filing struct {
	Seen   int    // the count of edits that was seen
	Reason string // why a version is corrected
	Texts  map[Part]string
}

// FileReport hands in what was written, with the texts of the form, as a new version
// (C39). It can be done from the first day after the year; after the deadline the
// version is marked late.
func (s *Service) FileReport(ctx context.Context, by access.Actor, year int, x Filing) error {
	d, err := s.OwnDuty(ctx, by, year)
	if err != nil {
		return err
	}
	if d.Early(s.Now()) {
		return fault.New(fault.Closed, "report.early", "from", roster.On(year+1, 1, 1).String())
	}
	d, err = s.change(ctx, by, year, "report.file", func(r *Report, e *audit.Entry) error {
		if x.Texts != nil {
			if err := r.save(x.Seen, x.Texts); err != nil {
				return err
			}
		}
		if err := r.file(by.Name, x.Reason, d.Rules.AfterNaming().ReportChars, s.Now()); err != nil {
			return err
		}
		last := r.Newest()
		e.Reason, e.After = last.Words, fmt.Sprintf(`{"version":%d,"digest":%q,"late":%t}`, last.Version, last.Digest, last.Late)
		d.Report = *r
		return nil
	})
	if err != nil {
		return err
	}
	return s.tellFiled(ctx, d)
}

// PublishReport proves that the report was published (C40): the day, the place, and
// its address or a picture of it. A later proof stands beside the older.
func (s *Service) PublishReport(ctx context.Context, by access.Actor, year int, p Proof, file Upload) error {
	if _, err := s.OwnDuty(ctx, by, year); err != nil {
		return err
	}
	if file.Bytes != nil {
		put, err := s.Files.Put(ctx, file.Name, file.Bytes)
		if err != nil {
			return err
		}
		p.File = &put
	}
	d, err := s.change(ctx, by, year, "report.publish", func(r *Report, e *audit.Entry) error {
		last := r.Newest()
		if last == nil {
			return fault.New(fault.Conflict, "report.not_filed")
		}
		if err := p.check(year, s.Now()); err != nil {
			return err
		}
		e.After = fmt.Sprintf(`{"date":%q,"place":%q,"url":%q}`, p.Date, p.Place, p.URL)
		r.act(Act{Kind: Published, By: by.Name, Version: last.Version, Proof: &p}, s.Now())
		return nil
	})
	if err != nil {
		return err
	}
	return s.tellFiled(ctx, d)
}

// Ruling is what the office says of a yearly report.
type Ruling struct {
	Kind    ActKind // Returned, Accepted, Waived or Demanded
	Version int     // that the office read; not of a waiver
	Words   string  // what is asked for, or why none is owed
}

// RuleReport lets the office accept a report that counts as done, ask for more,
// excuse a unit from a year's report, or take that back (C39, C40).
func (s *Service) RuleReport(ctx context.Context, by access.Actor, unit roster.UnitCode, year int, x Ruling) error {
	d, err := s.Duty(ctx, by, unit, year)
	if err != nil {
		return err
	}
	for _, n := range d.Names {
		if err := by.StandBack(ctx, s.Store, n.Round, string(unit)); err != nil {
			return err
		}
	}
	entry := s.reportEntry(by, "report."+string(x.Kind), d, x.Words)
	err = s.Store.UpdateReport(ctx, unit, year, entry, func(r *Report) error {
		if err := r.rule(&x); err != nil {
			return err
		}
		entry.Before, entry.Reason = string(r.State()), x.Words
		r.act(Act{Kind: x.Kind, By: by.Name, Version: x.Version, Words: x.Words}, s.Now())
		entry.After = string(r.State())
		d.Report = *r
		return nil
	})
	if err != nil {
		return err
	}
	return s.tellRuled(ctx, d, x)
}

// rule refuses what the office may not say of the report as it stands.
func (r *Report) rule(x *Ruling) error {
	var list fault.List
	if x.Kind != Accepted {
		written(&list, "words", &x.Words, textMost, true)
	} else {
		x.Words = ""
	}
	if err := list.Err(); err != nil {
		return err
	}
	last := r.Newest()
	switch x.Kind {
	case Accepted, Returned:
		return r.answer(x, last)
	case Waived:
		if last != nil || r.waived() != nil {
			return fault.New(fault.Conflict, "report.no_waiver")
		}
	case Demanded:
		if r.waived() == nil {
			return fault.New(fault.Conflict, "report.no_waiver")
		}
	case Filed, Published:
		return fault.New(fault.Invalid, "request.invalid")
	default:
		return fault.New(fault.Invalid, "request.invalid")
	}
	x.Version = 0
	return nil
}

// answer refuses an answer to another version than the newest, a second one, and
// taking a report whose publication is not proved (C40).
func (r *Report) answer(x *Ruling, last *Act) error {
	switch {
	case last == nil || last.Version != x.Version:
		return fault.New(fault.Conflict, "report.changed")
	case r.verdict() != "":
		return fault.New(fault.Conflict, "report.answered")
	case x.Kind == Accepted && r.Proven() == nil:
		return fault.New(fault.Conflict, "report.no_proof")
	}
	return nil
}

// ReportFile gives the bytes of a file of a yearly report to its unit, and to the
// office those of versions that were handed in.
func (s *Service) ReportFile(ctx context.Context, by access.Actor, unit roster.UnitCode, year int, digest string) (evidence.File, io.ReadSeekCloser, error) {
	if err := by.Require(access.Office, access.Applicant); err != nil {
		return evidence.File{}, nil, err
	}
	missing := fault.New(fault.NotFound, "revocation.file")
	if by.Role == access.Applicant && by.Unit != string(unit) {
		return evidence.File{}, nil, missing
	}
	r, err := s.Store.Report(ctx, unit, year)
	if err != nil {
		return evidence.File{}, nil, err
	}
	var files []evidence.File
	if by.Role == access.Applicant {
		files = append(files, r.Files...)
	}
	for _, a := range r.Acts {
		files = append(files, a.Files...)
		if a.Proof != nil && a.Proof.File != nil {
			files = append(files, *a.Proof.File)
		}
	}
	return s.among(ctx, files, digest, missing)
}

// among opens the file with that digest, if it is one of the list.
func (s *Service) among(ctx context.Context, files []evidence.File, digest string, missing error) (evidence.File, io.ReadSeekCloser, error) {
	for _, f := range files {
		if string(f.Digest) == digest {
			bytes, err := s.Files.Read(ctx, f.Digest)
			return f, bytes, err
		}
	}
	return evidence.File{}, nil, missing
}

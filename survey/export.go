package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/survey/export"
)

// maxPurpose is the longest purpose of an export, in characters.
const maxPurpose = 200

// Exporting says what of a closed survey is to be handed out, what for, and in the
// words of which language where a file carries one only. Words are the texts of the
// door by key, with parameters. At is when it was asked for, the zero time for now;
// Report is told how many rows were written so far, those of all files of a package
// together, and how many there will be.
type Exporting struct {
	Format  export.Format
	Purpose string
	Lang    string
	Words   func(key string, params fault.Params) export.Name
	At      time.Time
	Report  func(done, total int)
}

// Exported is an export that is ready to be written.
type Exported struct {
	Name  string // of the file
	Media string
	Write func(io.Writer) error
}

// Check refuses as Export does what was typed: export.purpose, export.long and
// export.format.
func (e *Exporting) Check() error {
	e.Purpose = strings.Join(strings.Fields(e.Purpose), " ")
	switch n := utf8.RuneCountInString(e.Purpose); {
	case n == 0 || !utf8.ValidString(e.Purpose):
		return fault.New(fault.Invalid, "export.purpose").At("purpose")
	case n > maxPurpose:
		return fault.New(fault.Invalid, "export.long", "max", strconv.Itoa(maxPurpose)).At("purpose")
	}
	return e.Format.Check()
}

// Export makes ready the answers of a closed survey for other programs: a row a
// response, sorted by what it holds, so that its place tells nothing; without
// token, time or text. The free texts stand in a file of their own, sorted by
// themselves. Who took it, in what format and what for is an entry in the trail,
// made before anything is written, and stands in what is handed out (S45). It is
// refused with survey.state before the close, with review.open before the end of
// the review, as the weights give the result, and with export.purpose, export.long
// and export.format.
func (s *Service) Export(ctx context.Context, by access.Actor, id ID, e Exporting) (*Exported, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	if err := e.Check(); err != nil {
		return nil, err
	}
	l, err := s.closed(id)
	if err != nil {
		return nil, err
	}
	if err := l.survey.reviewed(); err != nil {
		return nil, err
	}
	x := &exporting{Exporting: e, live: l, reading: export.Reading{Reader: by.Name, At: e.when(s.Now()), Purpose: e.Purpose}}
	if err := x.collect(ctx, s); err != nil {
		return nil, err
	}
	entry, err := s.exportEntry(by, id, x)
	if err != nil {
		return nil, err
	}
	if err := s.Store.Record(ctx, entry); err != nil {
		return nil, err
	}
	p := x.pack(ctx, s.Software)
	out := &Exported{Write: func(w io.Writer) error { return p.Write(w, e.Format) }}
	out.Name, out.Media = p.File(e.Format)
	return out, nil
}

func (e *Exporting) when(now time.Time) time.Time {
	if e.At.IsZero() {
		return now.UTC()
	}
	return e.At.UTC()
}

// counted is the rows of an export, each reported before it is written; it ends
// when the context does.
func (x *exporting) counted(ctx context.Context, columns []exportColumn) func(fn func([]export.Cell) error) error {
	done, total := 0, x.Format.Passes()*len(x.rows)
	return func(fn func([]export.Cell) error) error {
		return x.each(columns, func(row []export.Cell) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if done++; x.Report != nil {
				x.Report(min(done, total), total)
			}
			return fn(row)
		})
	}
}

// closed returns a survey whose answers may be read.
func (s *Service) closed(id ID) (*live, error) {
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if l.survey.State != Closed && l.survey.State != Released {
		return nil, fault.New(fault.Conflict, "survey.state", "state", string(l.survey.State))
	}
	return l, nil
}

// exportEntry is what the trail keeps of an export.
func (s *Service) exportEntry(by access.Actor, id ID, x *exporting) (audit.Entry, error) {
	what, err := json.Marshal(struct {
		Format export.Format `json:"format"`
		Lang   string        `json:"lang"`
		Rows   int           `json:"rows"`
		Texts  int           `json:"texts"`
		Paper  string        `json:"questionnaire"`
	}{x.Format, x.Lang, len(x.rows), len(x.texts), x.live.survey.Paper.Hash})
	if err != nil {
		return audit.Entry{}, fmt.Errorf("survey: trail of an export: %w", err)
	}
	entry := s.entry(by, "survey.export", id)
	entry.Reason, entry.After = x.Purpose, string(what)
	return entry, nil
}

// collectTexts gathers the free texts, each with its question only, sorted.
func (x *exporting) collectTexts(ctx context.Context, s *Service) error {
	if x.Format != export.AsTexts && x.Format != export.AsAll {
		return nil
	}
	packed, err := s.Store.Comments(ctx, x.live.survey.Number)
	if err != nil {
		return err
	}
	for _, sheet := range packed {
		texts, err := x.live.paper.UnpackTexts(sheet)
		if err != nil {
			return err
		}
		for question, text := range texts {
			x.texts = append(x.texts, [2]string{question, text})
		}
	}
	slices.SortFunc(x.texts, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return nil
}

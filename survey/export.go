package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
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
// door by key, with parameters.
type Exporting struct {
	Format  export.Format
	Purpose string
	Lang    string
	Words   func(key string, params fault.Params) export.Name
}

// Exported is an export that is ready to be written.
type Exported struct {
	Name  string // of the file
	Media string
	Write func(io.Writer) error
}

func (e *Exporting) check() error {
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
// refused with survey.state before the close, and with export.purpose, export.long
// and export.format.
func (s *Service) Export(ctx context.Context, by access.Actor, id ID, e Exporting) (*Exported, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	l, err := s.closed(id)
	if err != nil {
		return nil, err
	}
	x := &exporting{Exporting: e, live: l, reading: export.Reading{Reader: by.Name, At: s.Now().UTC(), Purpose: e.Purpose}}
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
	p := x.pack(s.Software)
	out := &Exported{Write: func(w io.Writer) error { return p.Write(w, e.Format) }}
	out.Name, out.Media = p.File(e.Format)
	return out, nil
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

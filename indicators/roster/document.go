package roster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// DocumentKind says what a programme document is.
type DocumentKind string

// The kinds of programme documents.
const (
	BasisDocument      DocumentKind = "basis"      // legal basis from above (C04)
	OpinionDocument    DocumentKind = "opinion"    // the standing opinion
	PlanDocument       DocumentKind = "plan"       // the plan of a round (C71)
	IndicatorsDocument DocumentKind = "indicators" // an indicator system (C61, C62)
	NoticeDocument     DocumentKind = "notice"     // what the others were sent with
	OtherDocument      DocumentKind = "other"
)

// DocumentKinds returns the kinds in the order of forms.
func DocumentKinds() []DocumentKind {
	return []DocumentKind{BasisDocument, OpinionDocument, PlanDocument, IndicatorsDocument, NoticeDocument, OtherDocument}
}

// Document is one document of the programme, with its number and date (C03).
type Document struct {
	Key    string       `json:"-"` // empty for one that is not kept yet
	Number string       `json:"number"`
	Date   Date         `json:"date"` // zero where it is not known, with a note
	Kind   DocumentKind `json:"kind"`
	Title  string       `json:"title"`
	Note   string       `json:"note"`
	Change
}

const titleMost = 200

func (d Document) check(reason string) error {
	var list fault.List
	checkWords(&list,
		words{"number", d.Number, nameMost, true}, words{"title", d.Title, titleMost, true},
		words{"note", d.Note, titleMost, false}, words{"reason", reason, reasonMost, true})
	if !slices.Contains(DocumentKinds(), d.Kind) {
		list.Add(fault.New(fault.Invalid, "document.kind").At("kind"))
	}
	if d.Date.IsZero() && strings.TrimSpace(d.Note) == "" {
		list.Add(fault.New(fault.Invalid, "document.date").At("date"))
	}
	return list.Err()
}

// shipped returns the documents that came with the programme.
func shipped() ([]Document, error) {
	rows, err := table("data/documents.csv")
	if err != nil {
		return nil, err
	}
	out := make([]Document, 0, len(rows))
	for _, row := range rows {
		d := Document{
			Key: row["key"], Number: row["number"], Kind: DocumentKind(row["kind"]), Title: row["title"], Note: row["note"],
		}
		if err := d.Date.UnmarshalText([]byte(row["date"])); err != nil {
			return nil, fmt.Errorf("document %s: %w", d.Key, err)
		}
		out = append(out, d)
	}
	return out, nil
}

// Documents returns the programme's documents, by kind and date: those that came
// with the programme as the office changed them, and those that it added.
func (s *Service) Documents(ctx context.Context) ([]Document, error) {
	out, err := shipped()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, d := range out {
		at[d.Key] = i
	}
	var kept []*Document
	err = s.kept(ctx, documentRegister, func(key string, version int) any {
		d := &Document{Key: key, Change: Change{Version: version}}
		kept = append(kept, d)
		return d
	})
	if err != nil {
		return nil, err
	}
	for _, d := range kept {
		if i, ok := at[d.Key]; ok {
			out[i] = *d
			continue
		}
		out = append(out, *d)
	}
	slices.SortStableFunc(out, func(a, b Document) int {
		return order(a.Kind) - order(b.Kind)
	})
	return out, nil
}

func order(k DocumentKind) int { return slices.Index(DocumentKinds(), k) }

// Document returns one document, or a refusal document.unknown.
func (s *Service) Document(ctx context.Context, key string) (Document, error) {
	all, err := s.Documents(ctx)
	if err != nil {
		return Document{}, err
	}
	for _, d := range all {
		if d.Key == key {
			return d, nil
		}
	}
	return Document{}, fault.New(fault.NotFound, "document.unknown")
}

// KeepDocument adds a document, or changes the one with its key; Version is the
// version that the caller saw. It needs a number, a title and a date, or a note why
// there is no date, and a reason (C03, C15).
func (s *Service) KeepDocument(ctx context.Context, by access.Actor, d Document, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := d.check(reason); err != nil {
		return err
	}
	all, err := s.Documents(ctx)
	if err != nil {
		return err
	}
	if d.Key == "" {
		d.Key, d.Version = fmt.Sprintf("own-%03d", len(all)+1), 0
	} else if !slices.ContainsFunc(all, func(o Document) bool { return o.Key == d.Key }) {
		return fault.New(fault.NotFound, "document.unknown")
	}
	d.At, d.By, d.Reason = s.now(), by.Name, reason
	return s.keep(ctx, by, documentRegister, d.Key, d.Version, d, reason)
}

// hasOpinion reports whether a number is that of a standing document: an opinion,
// or the basis from above that it carries out (C71).
func (s *Service) hasOpinion(ctx context.Context, number string) (bool, error) {
	all, err := s.Documents(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(all, func(d Document) bool {
		return d.Number == number && (d.Kind == OpinionDocument || d.Kind == BasisDocument)
	}), nil
}

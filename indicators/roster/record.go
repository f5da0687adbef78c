package roster

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Record is one record of a register as it is stored: Version 0 is one that is
// not there yet, the document is JSON.
type Record struct {
	Register string
	Key      string
	Version  int
	Document string
}

// Records keeps records of registers.
type Records interface {
	// Records returns the records of a register, by key.
	Records(ctx context.Context, register string) ([]Record, error)
	// KeepRecord keeps a record as the version after the one that it was made
	// from, with its trail entry, or refuses with register.changed.
	KeepRecord(ctx context.Context, r Record, entry audit.Entry) error
}

// Change says who changed a record last, when and why. Version is 0 for what is
// as it came with the programme.
type Change struct {
	Version int       `json:"-"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
}

const (
	unitRegister     = "units"
	documentRegister = "documents"
	outsideRegister  = "outside" // with the year behind it
)

// keep stores one record with its trail entry.
func (s *Service) keep(ctx context.Context, by access.Actor, register, key string, version int, document any, reason string) error {
	raw, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("register %s: %w", register, err)
	}
	area, _, _ := strings.Cut(register, "/")
	entry := s.entry(by, "register."+area, register+"/"+key, reason)
	return s.store.KeepRecord(ctx, Record{Register: register, Key: key, Version: version, Document: string(raw)}, entry)
}

// kept calls fn with each record of a register; fn decodes into what it returns.
func (s *Service) kept(ctx context.Context, register string, fn func(key string, version int) any) error {
	records, err := s.store.Records(ctx, register)
	if err != nil {
		return err
	}
	for _, r := range records {
		if err := json.Unmarshal([]byte(r.Document), fn(r.Key, r.Version)); err != nil {
			return fmt.Errorf("register %s %s: %w", register, r.Key, err)
		}
	}
	return nil
}

// words checks one line of text.
type words struct {
	field, value string
	most         int
	needed       bool
}

func checkWords(list *fault.List, all ...words) {
	for _, w := range all {
		switch n := utf8.RuneCountInString(w.value); {
		case n == 0 && w.needed:
			list.Add(fault.New(fault.Invalid, "words.missing").At(w.field))
		case n > w.most:
			list.Add(fault.New(fault.Invalid, "words.long").At(w.field))
		case !clean(w.value):
			list.Add(fault.New(fault.Invalid, "words.marks").At(w.field))
		}
	}
}

func clean(text string) bool {
	for _, r := range text {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return false
		}
	}
	return utf8.ValidString(text)
}

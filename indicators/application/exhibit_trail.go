package application

import (
	"encoding/json"
	"fmt"
	"slices"

	"minyi/indicators"
	"minyi/indicators/roster"
)

// label is what the trail says of an exhibit: where it stands, which indicators it
// proves and of when it is. Its name and caption are words of the unit, which may speak
// of people; that they were changed shows in the count of edits.
type label struct {
	Place      int                 `json:"place"` // from 1
	File       string              `json:"file"`  // SHA-256, hex
	Indicators []indicators.Number `json:"indicators,omitempty"`
	Attachment Attachment          `json:"attachment,omitempty"`
	Dated      roster.Date         `json:"dated"`
	Edits      int                 `json:"edits"`
}

// labels are those of all exhibits of the dossier.
func (d *Dossier) labels() map[ExhibitID]label {
	out := make(map[ExhibitID]label, len(d.Exhibits))
	for n, e := range d.Exhibits {
		out[e.ID] = label{n + 1, string(e.File.Digest), slices.Clone(e.Indicators), e.Attachment, e.Dated, e.Edits}
	}
	return out
}

// apart is of two states the exhibits that are not the same in both, as JSON; "{}"
// where there were none on that side.
func apart(before, after map[ExhibitID]label) (was, is string, err error) {
	same := func(a, b label) bool {
		return a.Place == b.Place && a.File == b.File && slices.Equal(a.Indicators, b.Indicators) && a.Attachment == b.Attachment && a.Dated == b.Dated && a.Edits == b.Edits
	}
	for id, old := range before {
		if now, ok := after[id]; ok && same(old, now) {
			delete(before, id)
			delete(after, id)
		}
	}
	texts := [2]string{}
	for n, of := range []map[ExhibitID]label{before, after} {
		raw, err := json.Marshal(of)
		if err != nil {
			return "", "", fmt.Errorf("exhibits: %w", err)
		}
		texts[n] = string(raw)
	}
	return texts[0], texts[1], nil
}

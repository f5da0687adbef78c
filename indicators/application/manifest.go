package application

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"minyi/indicators"
	"minyi/indicators/canonical"
	"minyi/indicators/evidence"
)

// ManifestSchema is the form of the manifests that are written. Those of the
// first form, which name no sections and no list of files, are read as well.
const ManifestSchema = "minyi-dossier/2"

// Manifest is the text that a seal covers (C75): every word of the dossier, the
// digest of each of its sections and the digest of each of its files, as
// canonical JSON (RFC 8785).
type Manifest struct {
	Schema   string             `json:"schema,omitempty"`
	Format   int                `json:"format,omitempty"` // of the first form: 1
	UnitName string             `json:"unit_name"`
	Edition  indicators.Edition `json:"edition,omitempty"`
	Filing   int                `json:"filing,omitempty"` // of the dossier, counted from 1
	FiledAt  time.Time          `json:"filed_at"`
	FiledBy  string             `json:"filed_by"`
	Sections []SectionDigest    `json:"sections,omitempty"`
	Files    []FileDigest       `json:"files,omitempty"`
	Dossier  Dossier            `json:"dossier"`
}

// SectionDigest is the SHA-256 of one section's canonical JSON; the section is
// the member of that name in the manifest's dossier.
type SectionDigest struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// FileDigest is one file with its SHA-256 and its size in bytes.
type FileDigest struct {
	ID     ExhibitID       `json:"id"`
	Name   string          `json:"name"`
	Kind   evidence.Kind   `json:"kind"`
	Size   int64           `json:"size"`
	Digest evidence.Digest `json:"digest"`
}

// ledger reports whether a member of a dossier's JSON is no word of the unit's:
// counts of changes, decisions of others, earlier seals.
func ledger(member string) bool {
	return slices.Contains([]string{
		"version", "edits", "touched", "copied", "state", "seals", "formal", "proposed", "cancellation", "created_at", "created_by",
	}, member)
}

// members returns what the unit says, as JSON by member.
func (d *Dossier) members() (map[string]json.RawMessage, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	maps.DeleteFunc(all, func(member string, _ json.RawMessage) bool { return ledger(member) })
	return all, nil
}

// sections returns the digest of each section, by name. Round, unit and track
// name the dossier and are no sections of it.
func sections(members map[string]json.RawMessage) ([]SectionDigest, error) {
	var out []SectionDigest
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains([]string{"round", "unit", "track"}, name) {
			continue
		}
		text, err := canonical.JSON(members[name])
		if err != nil {
			return nil, fmt.Errorf("section %s: %w", name, err)
		}
		out = append(out, SectionDigest{Name: name, Digest: hexDigest(text)})
	}
	return out, nil
}

// manifest writes the manifest of the dossier as it stands.
func (d *Dossier) manifest(t Terms, by string, at time.Time) ([]byte, error) {
	members, err := d.members()
	if err != nil {
		return nil, err
	}
	m := struct {
		Manifest
		Dossier map[string]json.RawMessage `json:"dossier"` // in the place of Manifest.Dossier
	}{
		Manifest: Manifest{
			Schema: ManifestSchema, UnitName: t.Unit.Name, Edition: t.Round.Edition, Filing: len(d.Seals) + 1, FiledAt: at, FiledBy: by, Files: fileDigests(d.Exhibits),
		},
		Dossier: members,
	}
	if m.Sections, err = sections(members); err != nil {
		return nil, err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return canonical.JSON(text)
}

func fileDigests(all []Exhibit) []FileDigest {
	out := make([]FileDigest, len(all))
	for i, e := range all {
		out[i] = FileDigest{ID: e.ID, Name: e.File.Name, Kind: e.File.Kind, Size: e.File.Size, Digest: e.File.Digest}
	}
	return out
}

// ParseManifest reads a manifest of either form. It fails on a text that is none.
func ParseManifest(text []byte) (*Manifest, error) {
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	if m.Schema != ManifestSchema && m.Format != 1 || m.Dossier.Unit == "" {
		return nil, fmt.Errorf("manifest: of no known form")
	}
	return m, nil
}

// Altered returns the names of the sections that do not have the digest that the
// manifest itself says, and "files" where its list of files differs from the
// dossier's: what of a manifest was changed after it had been written. A manifest
// of the first form names no sections, so that nothing can be said of it.
func Altered(text []byte) ([]string, error) {
	var m struct {
		Schema   string                     `json:"schema"`
		Sections []SectionDigest            `json:"sections"`
		Files    []FileDigest               `json:"files"`
		Dossier  map[string]json.RawMessage `json:"dossier"`
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Schema != ManifestSchema {
		return nil, err
	}
	found, err := sections(m.Dossier)
	if err != nil {
		return nil, err
	}
	is := digestsOf(found)
	said := digestsOf(m.Sections)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if is[name] != said[name] {
			out = append(out, name)
		}
		delete(is, name)
	}
	out = append(out, slices.Sorted(maps.Keys(is))...)
	var exhibits []Exhibit
	if raw := m.Dossier["exhibits"]; !bytes.Equal(raw, []byte("null")) && json.Unmarshal(raw, &exhibits) == nil &&
		!slices.Equal(fileDigests(exhibits), m.Files) {
		out = append(out, "files")
	}
	return out, nil
}

func digestsOf(all []SectionDigest) map[string]string {
	out := map[string]string{}
	for _, s := range all {
		out[s.Name] = s.Digest
	}
	return out
}

// hexDigest is the SHA-256 of a text, hexadecimal.
func hexDigest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Package pack makes the public pack of a survey's result: a ZIP file from which anybody
// computes every published figure again, byte for byte, and by which he sees that
// nothing in it was changed. It holds sums and spreads, the scheme that was fixed before
// the fieldwork, and what the log of answers closed with; it holds no answer, no weight
// of a person, and nothing of what too few people said.
//
// It draws no sample and weights nobody (package tabulate does), signs nothing, and
// decides neither what is published nor when.
//
// # Why sums over groups, and not replicate weights
//
// The published standard errors are those of the linearized variance over all drawn
// units (Deville and Särndal 1992), which have more degrees of freedom than those of a
// few random groups, and which R computes too. Replicate tables that leave out one unit
// at a time would tell by subtraction what the three households of a village said. So
// the pack has for each figure the totals of its linearized values over groups of units,
// merged until each has enough answers, and the spread inside the groups as one number:
// together exactly the variance (tabulate.Footing).
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	figures from the pack | R 4.2.2 and jsonlite on the file alone, formulas by hand (testdata/judge.R) | a survey of 240 answers | 1e-9 | TestAnotherProgramMakesTheFiguresFromThePack
//	figures byte for byte | the signed document itself | the same, rebuilt from the file | exact | TestReproduceGivesThePublishedBytes
//	variance by groups | the variance over all units | the same | 1e-12 relative | TestGroupsAndTheRestAreTheVariance
//	a changed byte | every file and the container changed, one byte at a time | a small pack | named | TestEveryChangedByteIsFoundAndNamed
//	suppression | an attacker who subtracts what is shown from what it was summed up with | 40 made-up surveys with rare items | exact | TestNoHiddenFigureFollowsBySubtraction
//	suppression in all tables and crossings at once | linear programs over one set of unknowns; both ends of each range are held to every published count; R lpSolve 5.6.18 on the same equations (testdata/attack.R) | 12 made-up surveys with small groups | 1e-6 | TestS43NoHiddenCountIsToldByAllTablesOfASurveyAtOnce TestS43TheProgramsOfTheAttackAreThoseOfR
//	counts of margins and classes | by hand | small, guarded and large ones | exact | TestS43TheSignedDocumentHasNoSmallMarginOrClass
package pack

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed" // the words beside the files
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"minyi/indicators/canonical"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/release"
)

// Schema is the format of the packs that this package writes.
const Schema = "minyi-pack/1"

// The files of a pack. All but the last two are named in the manifest, whose digest
// stands in the release; the release itself and its signature come with them.
const (
	ManifestFile   = "manifest.json"
	BasisFile      = "basis.json"       // what the figures are computed from
	FiguresFile    = "figures.json"     // the figures
	SchemeFile     = "scheme.json"      // what was fixed before
	ClosingFile    = "closing.json"     // what the log closed with
	CheckpointFile = "checkpoint.txt"   // the log's last checkpoint, as it was signed
	UsedFile       = "used.txt"         // the used invitations, hashed
	ReadmeFile     = "README.txt"       // in words
	ReleaseFile    = "release.json"     // the signed document
	SignatureFile  = "release.sig.json" // and its signature
)

//go:embed readme.txt
var readme []byte

// Scheme is what was fixed before the fieldwork or before anybody saw a result.
type Scheme struct {
	Questionnaire release.Questionnaire `json:"questionnaire"`
	Sample        *release.Sample       `json:"sample"`
	Weights       *release.Weights      `json:"weights"` // digest, and the plan where it is not the usual one
	Margins       []Margin              `json:"margins"` // that the weights were brought to
	Population    float64               `json:"population"`
	Level         float64               `json:"level"`            // of the intervals
	Least         int                   `json:"least"`            // answers behind a figure, a cell and a group
	Tree          []string              `json:"tree"`             // by which cells are made, in this order
	Digest        string                `json:"digest,omitempty"` // published before the fieldwork
}

// Margin is a published distribution that the weights were brought to.
type Margin struct {
	Variable string `json:"variable"`
	Source   string `json:"source"`
}

// Closing is what the log of a survey closed with. Cast leaves are counted, superseded
// or excluded (by reason); spoiled ones were opened by their residents and are no votes.
type Closing struct {
	Origin     string           `json:"origin"`
	Keys       []string         `json:"keys"` // the lines of the log's verifiers
	Leaves     int64            `json:"leaves"`
	Cast       int64            `json:"cast"`
	Counted    int64            `json:"counted"`
	Superseded int64            `json:"superseded"`
	Excluded   int64            `json:"excluded"`
	Reasons    map[string]int64 `json:"reasons"`
	Spoiled    int64            `json:"spoiled"`
	Invited    int64            `json:"invited"`    // of the cast, those that came by a one-time invitation
	Tokens     int              `json:"tokens"`     // one-time invitations
	TokenRoot  string           `json:"token_root"` // published before the fieldwork
	Used       int              `json:"used"`       // of them
}

// Content is what a pack is made of, without the release.
type Content struct {
	Round      int
	Unit       string
	Survey     string
	Software   string
	Revision   int
	Basis      *Basis
	Scheme     Scheme
	Closing    *Closing // nil: no log was kept
	Checkpoint []byte
	Used       []byte
}

// Manifest names every file of a pack by its SHA-256, hexadecimal.
type Manifest struct {
	Schema   string            `json:"schema"`
	Round    int               `json:"round"`
	Unit     string            `json:"unit"`
	Survey   string            `json:"survey"`
	Revision int               `json:"revision"`
	Software string            `json:"software"`
	Files    map[string]string `json:"files"`
}

// File is one file of a pack.
type File struct {
	Name string
	Data []byte
}

// Make writes the files of a pack, the manifest first, and returns them with the
// manifest's digest.
func Make(c Content) ([]File, string, error) {
	files := []File{{ReadmeFile, readme}}
	type document struct {
		name string
		of   any
	}
	documents := []document{{BasisFile, c.Basis}, {FiguresFile, c.Basis.Figures()}, {SchemeFile, c.Scheme}}
	if c.Closing != nil {
		documents = append(documents, document{ClosingFile, c.Closing})
		files = append(files, File{CheckpointFile, c.Checkpoint}, File{UsedFile, c.Used})
	}
	for _, one := range documents {
		text, err := write(one.of)
		if err != nil {
			return nil, "", err
		}
		files = append(files, File{one.name, text})
	}
	m := Manifest{Schema: Schema, Round: c.Round, Unit: c.Unit, Survey: c.Survey, Revision: max(1, c.Revision), Software: c.Software, Files: map[string]string{}}
	for _, f := range files {
		m.Files[f.Name] = Digest(f.Data)
	}
	text, err := write(m)
	if err != nil {
		return nil, "", err
	}
	return append([]File{{ManifestFile, text}}, files...), Digest(text), nil
}

// Digest is the SHA-256 of a file, hexadecimal.
func Digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// write is a document as canonical JSON (RFC 8785).
func write(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("pack: write: %w", err)
	}
	return canonical.JSON(text)
}

// Signature is what stands under a release, with the key that it is checked with.
type Signature struct {
	Algorithm string `json:"algorithm"` // Ed25519
	KeyID     string `json:"key_id"`
	PublicKey []byte `json:"public_key"`
	Digest    string `json:"digest"`
	Signature []byte `json:"signature"`
}

// Sealed adds the release and its signature to the files of a pack.
func Sealed(files []File, document []byte, s Signature) ([]File, error) {
	s.Algorithm, s.Digest = "Ed25519", release.Digest(document)
	text, err := write(s)
	if err != nil {
		return nil, err
	}
	return append(slices.Clone(files), File{ReleaseFile, document}, File{SignatureFile, text}), nil
}

// Zip writes the files as they are, in the order of their names and without a time, so
// that the same files are the same bytes on every machine.
func Zip(files []File) ([]byte, error) {
	sorted := slices.SortedFunc(slices.Values(files), func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range sorted {
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store, Modified: time.Time{}})
		if err == nil {
			_, err = to.Write(f.Data)
		}
		if err != nil {
			return nil, fmt.Errorf("pack: %s: %w", f.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return out.Bytes(), nil
}

// largest is the most that one file of a pack may hold.
const largest = 256 << 20

// Open reads the files of a pack. What is no ZIP file is refused with pack.unreadable.
func Open(data []byte) (map[string][]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fault.New(fault.Invalid, "pack.unreadable")
	}
	out := map[string][]byte{}
	for _, f := range r.File {
		if _, twice := out[f.Name]; twice || f.UncompressedSize64 > largest {
			return nil, fault.New(fault.Invalid, "pack.unreadable")
		}
		text, err := read(f)
		if err != nil {
			text = nil // its checksum is wrong: named by Check as changed
		}
		out[f.Name] = text
	}
	return out, nil
}

func read(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("pack: %s: %w", f.Name, err)
	}
	defer func() { _ = r.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(r, largest))
	if err != nil {
		return nil, fmt.Errorf("pack: %s: %w", f.Name, err)
	}
	return text, nil
}

// Counts are the published counts of the log.
func (c *Closing) Counts() ledger.Counts {
	return ledger.Counts{
		Leaves: c.Leaves, Reasons: c.Reasons, States: map[ledger.State]int64{
			ledger.Counted: c.Counted, ledger.Superseded: c.Superseded, ledger.Excluded: c.Excluded, ledger.Spoiled: c.Spoiled,
		},
	}
}

// ClosingOf reads what the log closed with out of the files of a pack; nil of one
// without a log.
func ClosingOf(files []File) (*Closing, error) {
	for _, f := range files {
		if f.Name == ClosingFile {
			c := &Closing{}
			if err := json.Unmarshal(f.Data, c); err != nil {
				return nil, fmt.Errorf("pack: %s: %w", f.Name, err)
			}
			return c, nil
		}
	}
	return nil, nil
}

// RootOf is the root that a signed checkpoint names, hexadecimal; empty of a text that
// is none. Its signature is Check's.
func RootOf(checkpoint []byte) string {
	text, _, _ := bytes.Cut(checkpoint, []byte("\n\n"))
	c, err := ledger.ParseCheckpoint(string(text) + "\n")
	if err != nil {
		return ""
	}
	return hex.EncodeToString(c.Root[:])
}

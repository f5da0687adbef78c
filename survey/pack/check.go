package pack

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/release"
)

// Problem is something wrong with a pack: the file, and the code of what is wrong.
type Problem struct {
	File string
	Code string
	With []string // parameters of the code, in pairs
}

// Report is what a check found. Problems are empty for a sound pack.
type Report struct {
	Manifest Manifest
	Digest   string // of the manifest
	KeyID    string // of the key that signed the release
	Release  *release.Document
	Closing  *Closing // nil without a log
	Root     string   // of the log's last checkpoint, hexadecimal
	Figures  []byte   // computed anew
	Problems []Problem
}

// checking is a check under way.
type checking struct {
	Report
	files map[string][]byte
}

func (c *checking) wrong(file, code string, with ...string) {
	c.Problems = append(c.Problems, Problem{File: file, Code: code, With: with})
}

// Check checks all of a pack and says what is wrong with which file: the container, the
// digests, the signature, the figures, which are computed anew, the log's checkpoint,
// the counts and the list of used invitations. It refuses with pack.unreadable what is
// no ZIP file.
func Check(data []byte) (*Report, error) {
	files, err := Open(data)
	if err != nil {
		return nil, err
	}
	c := &checking{files: files}
	c.container(data)
	c.manifest()
	c.release()
	c.figures()
	c.closing()
	return &c.Report, nil
}

// container demands the bytes that Zip writes: a change in a place that no file holds
// is found too.
func (c *checking) container(data []byte) {
	var all []File
	for name, text := range c.files {
		all = append(all, File{name, text})
	}
	if again, err := Zip(all); err != nil || !bytes.Equal(again, data) {
		c.wrong("ZIP", "pack.container")
	}
}

// manifest checks that the files are those that the manifest names.
func (c *checking) manifest() {
	text := c.files[ManifestFile]
	c.Digest = Digest(text)
	if !strict(text, &c.Manifest) || c.Manifest.Schema != Schema {
		c.wrong(ManifestFile, "pack.file")
		return
	}
	named := append(slices.Collect(maps.Keys(c.Manifest.Files)), ManifestFile, ReleaseFile, SignatureFile)
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		if !slices.Contains(named, name) {
			c.wrong(name, "pack.extra")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Manifest.Files)) {
		text, ok := c.files[name]
		switch {
		case !ok:
			c.wrong(name, "pack.missing")
		case Digest(text) != c.Manifest.Files[name]:
			c.wrong(name, "pack.changed")
		}
	}
	for _, name := range []string{BasisFile, FiguresFile, SchemeFile, ReadmeFile} {
		if _, ok := c.Manifest.Files[name]; !ok {
			c.wrong(ManifestFile, "pack.unnamed", "file", name)
		}
	}
}

// release checks the signature, and that it covers the manifest.
func (c *checking) release() {
	document := c.files[ReleaseFile]
	var s Signature
	if !strict(c.files[SignatureFile], &s) || len(s.PublicKey) != ed25519.PublicKeySize || s.Algorithm != "Ed25519" {
		c.wrong(SignatureFile, "pack.file")
		return
	}
	key := ed25519.PublicKey(s.PublicKey)
	c.KeyID = release.KeyID(key)
	signed := ed25519.Verify(key, document, s.Signature)
	switch {
	case c.KeyID != s.KeyID, signed && s.Digest != release.Digest(document):
		c.wrong(SignatureFile, "pack.changed")
	case !signed && s.Digest == release.Digest(document):
		c.wrong(SignatureFile, "pack.signature")
		return
	case !signed:
		c.wrong(ReleaseFile, "pack.signature")
		return
	}
	c.signed(document)
}

// signed compares the signed document with the manifest.
func (c *checking) signed(document []byte) {
	d, err := release.Parse(document)
	if err != nil {
		c.wrong(ReleaseFile, "pack.file")
		return
	}
	c.Release = d
	if d.Pack == nil || d.Pack.Digest != c.Digest {
		c.wrong(ManifestFile, "pack.unsigned")
	}
	m := c.Manifest
	if m.Survey != d.Survey || m.Unit != d.Unit || m.Round != d.Round || m.Revision != d.Revision {
		c.wrong(ManifestFile, "pack.other")
	}
}

// figures computes the figures anew.
func (c *checking) figures() {
	again, err := figuresOf(c.files[BasisFile])
	if err != nil {
		c.wrong(BasisFile, "pack.file")
		return
	}
	c.Figures = again
	if !bytes.Equal(again, c.files[FiguresFile]) {
		c.wrong(FiguresFile, "pack.figures")
	}
	if c.Release == nil {
		return
	}
	var b Basis
	strict(c.files[BasisFile], &b)
	published, err := write(Published(c.Release, b.Least))
	if err != nil || !bytes.Equal(published, again) {
		c.wrong(ReleaseFile, "pack.figures")
	}
}

func figuresOf(basis []byte) ([]byte, error) {
	b := &Basis{}
	if !strict(basis, b) || !b.sound() {
		return nil, fault.New(fault.Invalid, "pack.file")
	}
	return write(b.Figures())
}

// Reproduce computes the figures of a pack from its basis and returns their bytes. It
// refuses with pack.unreadable what is no pack, and with pack.file a basis that is none.
// Whether they are the published ones is Check's.
func Reproduce(data []byte) ([]byte, error) {
	files, err := Open(data)
	if err != nil {
		return nil, err
	}
	return figuresOf(files[BasisFile])
}

// BasisOf reads the basis of a pack, refused as Reproduce does.
func BasisOf(data []byte) (*Basis, error) {
	files, err := Open(data)
	if err != nil {
		return nil, err
	}
	b := &Basis{}
	if !strict(files[BasisFile], b) || !b.sound() {
		return nil, fault.New(fault.Invalid, "pack.file")
	}
	return b, nil
}

// strict reads canonical JSON without unknown members.
func strict(text []byte, to any) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(to) == nil && !decoder.More()
}

// closing checks the log's last checkpoint, the counts and the list of used
// invitations against each other.
func (c *checking) closing() {
	text, ok := c.files[ClosingFile]
	if !ok {
		return
	}
	l := &Closing{}
	if !strict(text, l) {
		c.wrong(ClosingFile, "pack.file")
		return
	}
	c.Closing = l
	c.sums(l)
	verifiers, err := each(l.Keys, ledger.NewVerifier)
	if err != nil {
		c.wrong(ClosingFile, "pack.file")
		return
	}
	point, err := ledger.OpenCheckpoint(c.files[CheckpointFile], verifiers...)
	switch {
	case err != nil || len(verifiers) == 0:
		c.wrong(CheckpointFile, "pack.checkpoint")
	case point.Origin != l.Origin || point.Size != l.Leaves:
		c.wrong(ClosingFile, "pack.checkpoint")
	}
	c.Root = hex.EncodeToString(point.Root[:])
	c.used(l)
}

// sums checks that the counts add up, and that as many invitations were used as answers
// stand behind them: of a link that answered again the last.
func (c *checking) sums(l *Closing) {
	reasons := int64(0)
	for _, n := range l.Reasons {
		reasons += n
	}
	if l.Cast != l.Counted+l.Superseded+l.Excluded || l.Leaves != l.Cast+l.Spoiled || reasons != l.Excluded {
		c.wrong(ClosingFile, "pack.counts")
	}
	if behind := l.Invited - l.Superseded; behind != int64(l.Used) {
		c.wrong(ClosingFile, "pack.invited", "n", strconv.FormatInt(behind, 10), "want", strconv.Itoa(l.Used))
	}
}

// each reads every line.
func each[V any](lines []string, read func(string) (V, error)) (out []V, err error) {
	for _, line := range lines {
		one, err := read(line)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// used checks the list of used invitations: hashes in order, none twice, as many as
// are told.
func (c *checking) used(l *Closing) {
	lines, last := bytes.Split(c.files[UsedFile], []byte("\n")), ""
	if n := len(lines) - 1; n != l.Used || l.Used > l.Tokens || len(lines[n]) != 0 {
		c.wrong(UsedFile, "pack.used", "n", strconv.Itoa(n), "want", strconv.Itoa(l.Used))
		return
	}
	for _, line := range lines[:len(lines)-1] {
		const size = 64
		if len(line) != size || string(line) <= last {
			c.wrong(UsedFile, "pack.file")
			return
		}
		last = string(line)
	}
}

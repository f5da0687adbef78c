package application

import (
	"crypto/ed25519"
	"time"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Seal is what a filing leaves: Digest is the SHA-256 of the manifest, which
// holds every word of the dossier and the digest of every file; Signature is that
// of the service under the receipt.
type Seal struct {
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Digest     string    `json:"digest"`
	Met        int       `json:"met"`
	Applicable int       `json:"applicable"`
	Withdrawn  time.Time `json:"withdrawn"`           // zero while the filing stands
	Returned   bool      `json:"returned,omitempty"`  // taken back by the office, for completion
	From       int       `json:"from,omitempty"`      // the dossier's version that was filed: a second request from it is the same filing
	Key        string    `json:"key,omitempty"`       // public key of the service, hexadecimal
	Signature  string    `json:"signature,omitempty"` // Ed25519, hexadecimal
	Scan       *Scan     `json:"scan,omitempty"`      // of the printed file with signature and stamp
}

// Scan is the printed file with the leader's signature and the unit's stamp, as
// the unit scanned it (C75).
type Scan struct {
	File evidence.File `json:"file"`
	At   time.Time     `json:"at"`
	By   string        `json:"by"`
}

// Seal returns the seal that stands, the zero Seal for a draft.
func (d *Dossier) Seal() Seal {
	if d.State == Draft || len(d.Seals) == 0 {
		return Seal{}
	}
	return d.Seals[len(d.Seals)-1]
}

// last returns the latest seal, standing or not; nil where there is none.
func (d *Dossier) last() *Seal {
	if len(d.Seals) == 0 {
		return nil
	}
	return &d.Seals[len(d.Seals)-1]
}

// Sealed returns the seal with that digest, standing or not, or seal.unknown.
func (d *Dossier) Sealed(digest string) (Seal, error) {
	for _, s := range d.Seals {
		if s.Digest == digest {
			return s, nil
		}
	}
	return Seal{}, fault.New(fault.NotFound, "seal.unknown")
}

// File seals the dossier, signs its receipt and returns its manifest. It refuses
// with all Gaps at once, and anything but a draft; the window is the caller's to
// ask.
func (d *Dossier) File(t Terms, by string, now time.Time, key ed25519.PrivateKey) ([]byte, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	if err := d.overdue(now); err != nil {
		return nil, err
	}
	if err := d.Gaps(t).Err(); err != nil {
		return nil, err
	}
	at := now.UTC().Truncate(time.Millisecond)
	manifest, err := d.manifest(t, by, at)
	if err != nil {
		return nil, err
	}
	whole, _ := d.Count(t.Applicable)
	if d.Track == roster.Single {
		whole = Tally{}
	}
	seal := Seal{At: at, By: by, Digest: hexDigest(manifest), Met: whole.Met, Applicable: whole.Applicable(), From: d.Version}
	if err := d.sign(&seal, key); err != nil {
		return nil, err
	}
	d.State, d.Seals = Filed, append(d.Seals, seal)
	return manifest, nil
}

// repeated reports whether a request made from a version asks for the filing that
// was made from it already: a double click, or a retry on a bad line.
func (d *Dossier) repeated(seen int) bool {
	return seen > 0 && d.State == Filed && d.Seal().From == seen
}

// Withdraw turns a filed dossier into a draft again; its seal stays in the
// record. One that the office has rejected stays as it was filed.
func (d *Dossier) Withdraw(now time.Time) error {
	switch {
	case d.State == Cancelled:
		return fault.New(fault.Conflict, "dossier.cancelled")
	case d.State != Filed:
		return fault.New(fault.Conflict, "dossier.unfiled")
	case d.Formality() == FormalityRejected:
		return fault.New(fault.Conflict, "formal.final")
	}
	d.State = Draft
	d.last().Withdrawn = now.UTC()
	return nil
}

// scanned keeps the scan of the printed file of the filing that stands.
func (d *Dossier) scanned(digest string, scan Scan) error {
	if d.State != Filed || d.Seal().Digest != digest {
		return fault.New(fault.Conflict, "dossier.unfiled")
	}
	d.last().Scan = &scan
	return nil
}

// files returns the digests of all files that the dossier rests on: its exhibits
// and the scans of its printed files.
func (d *Dossier) files() []evidence.Digest {
	var out []evidence.Digest
	for _, e := range d.Exhibits {
		out = append(out, e.File.Digest)
	}
	for _, s := range d.Seals {
		if s.Scan != nil {
			out = append(out, s.Scan.File.Digest)
		}
	}
	return out
}

package evaluation

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/canonical"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// OpinionSchema is the format of the documents that institutions sign.
const OpinionSchema = "minyi-opinion/1"

// Opinion is what an institution says of a dossier: written from its assessors'
// opinions by the member who leads, and signed.
type Opinion struct {
	Dossier     application.Key  `json:"dossier"`
	Institution string           `json:"institution"`
	Version     int              `json:"version"`
	Levels      map[Item]string  `json:"levels"` // by heading, see LevelOpinion; none on the single track
	Overall     string           `json:"overall"`
	EditedBy    string           `json:"edited_by"`
	EditedAt    time.Time        `json:"edited_at"`
	Signature   OpinionSignature `json:"signature"` // zero while it is a draft
}

// OpinionSignature is the service's signature under the words that a member of
// the institution has confirmed with the password of the account.
type OpinionSignature struct {
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Digest   string    `json:"digest"`    // SHA-256 of Document, hexadecimal
	Document string    `json:"document"`  // canonical JSON (RFC 8785), the very bytes that are signed
	Key      string    `json:"key"`       // public key, Ed25519 (RFC 8032), hexadecimal
	Bytes    string    `json:"signature"` // hexadecimal
}

// Signed reports whether the opinion is signed; then nothing of it changes.
func (o Opinion) Signed() bool { return o.Signature.Digest != "" }

// OpinionDocument is what is signed: the words, whose they are and the sheets that
// they rest on.
type OpinionDocument struct {
	Schema      string         `json:"schema"`
	Round       int            `json:"round"`
	Unit        string         `json:"unit"`
	UnitName    string         `json:"unit_name"`
	Track       roster.Track   `json:"track"`
	Institution string         `json:"institution"`
	Contract    string         `json:"contract"`
	Levels      []OpinionLevel `json:"levels"`
	Overall     string         `json:"overall"`
	Sheets      []SignedSheet  `json:"sheets"`
	SignedBy    string         `json:"signed_by"`
	SignedAt    time.Time      `json:"signed_at"` // UTC, to the millisecond
}

// OpinionLevel is the opinion on one first-level heading.
type OpinionLevel struct {
	Heading string `json:"heading"`
	Text    string `json:"text"`
}

// SignedSheet names a sheet by its digest.
type SignedSheet struct {
	Assessor string          `json:"assessor"`
	Total    indicators.Mark `json:"total"` // hundredths
	Digest   string          `json:"digest"`
}

// Passwords confirms that who acts is who the account is for.
type Passwords interface {
	// Confirm refuses with password.wrong, and waits as the sign-in does.
	Confirm(ctx context.Context, by access.Actor, password, network string) error
}

// OpinionWork is what the member who leads works on.
type OpinionWork struct {
	Opinion  Opinion
	Unit     roster.Unit
	Headings []Heading
	Sources  []Source // what the institution's own assessors wrote
	Closed   bool     // the dossier's evaluation is closed
}

// Source is one assessor's opinion.
type Source struct {
	Assessor string
	Levels   map[Item]string
	Overall  string
}

// OpinionOf returns the opinion of the actor's institution on a dossier, written
// from its assessors' opinions where nothing is kept yet. Only the member who
// signs for the institution may, and only once every sheet of the dossier is
// submitted and no arbiter is missing, so that nobody who still marks is swayed.
func (s *Service) OpinionOf(ctx context.Context, by access.Actor, k application.Key) (*OpinionWork, error) {
	sheets, err := s.ofInstitution(ctx, by, k)
	if err != nil {
		return nil, err
	}
	terms, err := s.terms(ctx, k)
	if err != nil {
		return nil, err
	}
	w := &OpinionWork{Unit: terms.Unit, Headings: terms.Headings()}
	for _, a := range sheets {
		w.Sources = append(w.Sources, Source{Assessor: a.Assessor, Levels: a.Sheet.Opinions, Overall: a.Sheet.Opinion})
	}
	w.Opinion = Opinion{Dossier: k, Institution: by.Institution, Levels: map[Item]string{}}
	for _, h := range w.Headings {
		w.Opinion.Levels[h.Opinion] = together(w.Sources, func(x Source) string { return x.Levels[h.Opinion] })
	}
	w.Opinion.Overall = together(w.Sources, func(x Source) string { return x.Overall })
	all, err := s.Store.Opinions(ctx, k.Round)
	if err != nil {
		return nil, err
	}
	if n := slices.IndexFunc(all, func(o Opinion) bool { return o.Dossier == k && o.Institution == by.Institution }); n >= 0 {
		w.Opinion = all[n]
	}
	r, err := s.Store.ResultOf(ctx, k)
	w.Closed = r != nil
	return w, err
}

// together joins what several wrote, each text once.
func together(sources []Source, of func(Source) string) string {
	var out []string
	for _, x := range sources {
		if text := strings.TrimSpace(of(x)); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, "\n")
}

// ofInstitution returns the submitted sheets of the actor's institution on a
// dossier, to the member who signs for it.
func (s *Service) ofInstitution(ctx context.Context, by access.Actor, k application.Key) ([]Assignment, error) {
	if err := by.Require(access.Assessor); err != nil {
		return nil, err
	}
	_, _, err := s.Dossiers.Sealed(ctx, k)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "assignment.unknown") // no other words than for another's dossier
	}
	if err != nil {
		return nil, err
	}
	at, err := s.standing(ctx, k.Round)
	if err != nil {
		return nil, err
	}
	row, ok := at.row(k)
	if !ok || by.Institution == "" || !slices.Contains(row.Institutions, by.Institution) {
		return nil, fault.New(fault.NotFound, "assignment.unknown")
	}
	all, err := s.Store.AssignmentsOfDossier(ctx, k)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a Assignment) bool { return !a.Counts() || a.Institution != by.Institution })
	if err := s.signsFor(ctx, by, k.Round, all); err != nil {
		return nil, err
	}
	return all, row.unsigned()
}

// unsigned refuses an opinion while something of the marking is missing: a sheet,
// the arbiter, or what the model of the track waits for, as it may call one yet.
func (r Row) unsigned() error {
	for _, l := range r.Awaits {
		if l.Code != AwaitsOpinion && l.Code != AwaitsProblems {
			return fault.New(fault.Conflict, "opinion.early")
		}
	}
	return nil
}

// signsFor lets the member who leads the institution, where one is named; else
// whoever of it has a sheet on the dossier.
func (s *Service) signsFor(ctx context.Context, by access.Actor, round int, own []Assignment) error {
	i, err := s.institutionOf(ctx, round, by.Institution)
	if err != nil {
		return err
	}
	switch {
	case i.Lead != "" && access.Fold(i.Lead) != access.Fold(by.Name):
		return fault.New(fault.Forbidden, "opinion.lead", "lead", i.Lead)
	case i.Lead == "" && !slices.ContainsFunc(own, func(a Assignment) bool { return a.Assessor == by.Name }):
		return fault.New(fault.NotFound, "assignment.unknown")
	}
	return nil
}

func (s *Service) institutionOf(ctx context.Context, round int, name string) (Institution, error) {
	all, err := s.Store.Institutions(ctx, round)
	if err != nil {
		return Institution{}, err
	}
	n := slices.IndexFunc(all, func(i Institution) bool { return i.Name == name })
	if n < 0 {
		return Institution{}, fault.New(fault.NotFound, "assignment.unknown")
	}
	return all[n], nil
}

// stillUnsigned refuses to touch the sheets of a dossier once an institution has
// signed an opinion that names them.
func (s *Service) stillUnsigned(ctx context.Context, k application.Key) error {
	if r, err := s.Store.ResultOf(ctx, k); err != nil || r != nil {
		return err // what is closed is refused as such
	}
	all, err := s.Store.Opinions(ctx, k.Round)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(o Opinion) bool { return o.Dossier == k && o.Signed() }) {
		return fault.New(fault.Conflict, "opinion.signed")
	}
	return nil
}

// Words is what an opinion says.
type Words struct {
	Levels  map[Item]string
	Overall string
}

// SaveOpinion keeps the words as a draft. seen is the version that the form was
// made from.
func (s *Service) SaveOpinion(ctx context.Context, by access.Actor, k application.Key, seen int, w Words) error {
	_, err := s.keepOpinion(ctx, by, k, seen, w, "opinion.save", nil)
	return err
}

// SignOpinion keeps the words and signs them for the institution, once the member
// has confirmed it with the password. Every heading and the whole need words. It
// returns the digest of what was signed.
func (s *Service) SignOpinion(ctx context.Context, by access.Actor, k application.Key, seen int, w Words, password, network string) (string, error) {
	sheets, err := s.ofInstitution(ctx, by, k)
	if err != nil {
		return "", err
	}
	if err := s.Passwords.Confirm(ctx, by, password, network); err != nil {
		return "", err
	}
	i, err := s.institutionOf(ctx, k.Round, by.Institution)
	if err != nil {
		return "", err
	}
	return s.keepOpinion(ctx, by, k, seen, w, "opinion.sign", func(o *Opinion, t Terms) error {
		return s.sign(o, t, i, sheets, by)
	})
}

func (s *Service) keepOpinion(ctx context.Context, by access.Actor, k application.Key, seen int, w Words, action string,
	more func(*Opinion, Terms) error,
) (digest string, err error) {
	if _, err := s.ofInstitution(ctx, by, k); err != nil {
		return "", err
	}
	terms, err := s.terms(ctx, k)
	if err != nil {
		return "", err
	}
	if err := w.check(terms.Headings()); err != nil {
		return "", err
	}
	entry := s.entry(by, action, "opinion/"+string(k.ID())+"/"+by.Institution)
	err = s.Store.UpdateOpinion(ctx, k, by.Institution, entry, func(o *Opinion) error {
		if o.Version != seen {
			return fault.New(fault.Conflict, "opinion.conflict")
		}
		o.Levels, o.Overall, o.EditedBy, o.EditedAt = w.Levels, w.Overall, by.Name, s.Now().UTC().Truncate(time.Millisecond)
		if more != nil {
			if err := more(o, terms); err != nil {
				return err
			}
		}
		digest, entry.After = o.Signature.Digest, o.Signature.Digest
		return nil
	})
	return digest, err
}

// check refuses words on headings that the dossier does not have, and too many.
func (w Words) check(headings []Heading) error {
	var list fault.List
	for item, text := range w.Levels {
		if !slices.ContainsFunc(headings, func(h Heading) bool { return h.Opinion == item }) {
			return fault.New(fault.Invalid, "request.invalid")
		}
		checkText(&list, string(item), text, longestOpinion)
	}
	checkText(&list, string(Overall), w.Overall, longestOpinion)
	return list.Err()
}

// sign makes the document of the words and signs it with the service's key.
func (s *Service) sign(o *Opinion, t Terms, i Institution, sheets []Assignment, by access.Actor) error {
	d := OpinionDocument{
		Schema: OpinionSchema, Round: o.Dossier.Round, Unit: string(o.Dossier.Unit), UnitName: t.Unit.Name, Track: o.Dossier.Track,
		Institution: i.Name, Contract: i.Contract, Levels: []OpinionLevel{}, Overall: strings.TrimSpace(o.Overall),
		SignedBy: by.Name, SignedAt: s.Now().UTC().Truncate(time.Millisecond),
	}
	var list fault.List
	for _, h := range t.Headings() {
		text := strings.TrimSpace(o.Levels[h.Opinion])
		if text == "" {
			list.Add(fault.New(fault.Invalid, "opinion.level", "heading", h.Name).At(string(h.Opinion)))
		}
		d.Levels = append(d.Levels, OpinionLevel{Heading: h.Name, Text: text})
	}
	if d.Overall == "" {
		list.Add(fault.New(fault.Invalid, "opinion.overall").At(string(Overall)))
	}
	if err := list.Err(); err != nil {
		return err
	}
	for _, a := range sheets {
		d.Sheets = append(d.Sheets, SignedSheet{Assessor: a.Assessor, Total: a.Sheet.Total, Digest: a.Sheet.Digest})
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("opinion: %w", err)
	}
	text, err := canonical.JSON(raw)
	if err != nil {
		return fmt.Errorf("opinion: %w", err)
	}
	if len(s.Key) != ed25519.PrivateKeySize {
		return fmt.Errorf("opinion: the signing key has %d bytes, not %d", len(s.Key), ed25519.PrivateKeySize)
	}
	public, _ := s.Key.Public().(ed25519.PublicKey)
	o.Signature = OpinionSignature{
		By: by.Name, At: d.SignedAt, Digest: digestOf(text), Document: string(text),
		Key: hex.EncodeToString(public), Bytes: hex.EncodeToString(ed25519.Sign(s.Key, text)),
	}
	return nil
}

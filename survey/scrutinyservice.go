package survey

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
	"minyi/survey/invite"
	"minyi/survey/ledger"
	"minyi/survey/pack"
	"minyi/survey/scrutiny"
)

// Scrutinies keeps the scrutiny of each round; every change goes with its trail entry.
type Scrutinies interface {
	// Scrutiny returns that of a round, an empty one where there is none.
	Scrutiny(ctx context.Context, year int) (*scrutiny.Round, error)
	// UpdateScrutiny loads it, applies the rule and saves what it left.
	UpdateScrutiny(ctx context.Context, year int, entry audit.Entry, rule func(*scrutiny.Round) error) (*scrutiny.Round, error)
}

// Final is the end of a survey's public log: its closing checkpoint as it was signed,
// and the lines of the verifiers.
type Final struct {
	Checkpoint []byte
	Keys       []string
	Size       int64
	Root       ledger.Hash
}

// Ledger ends the logs of surveys and publishes how their leaves were counted.
type Ledger interface {
	// Final ends the log of a survey for good; it may be repeated.
	Final(ctx context.Context, sv *Survey) (Final, error)
	// Counted publishes the counts of a closed log.
	Counted(ctx context.Context, by access.Actor, sv *Survey, c ledger.Counts) error
}

// Scrutiny returns the scrutiny of a round as everybody may read it.
func (s *Service) Scrutiny(ctx context.Context, year int) (*scrutiny.Round, error) {
	if s.Scrutinies == nil {
		return &scrutiny.Round{Year: year}, nil
	}
	return s.Scrutinies.Scrutiny(ctx, year)
}

func (s *Service) scrutinize(ctx context.Context, by access.Actor, role access.Role, year int, action string, rule func(*scrutiny.Round) error) error {
	if err := by.Require(role); err != nil {
		return err
	}
	if _, err := s.Rounds.Round(ctx, year); err != nil {
		return err
	}
	entry := audit.Entry{At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: "scrutiny/" + strconv.Itoa(year)}
	_, err := s.Scrutinies.UpdateScrutiny(ctx, year, entry, rule)
	return err
}

// NameExaminers names the two examiners of a round. The refusals are those of
// scrutiny.Round.Name.
func (s *Service) NameExaminers(ctx context.Context, by access.Actor, year int, all []scrutiny.Examiner) error {
	return s.scrutinize(ctx, by, access.Office, year, "scrutiny.name", func(r *scrutiny.Round) error { return r.Name(all) })
}

// AnnounceLot announces the lottery of the public lot. The refusals are those of
// scrutiny.Round.Announce.
func (s *Service) AnnounceLot(ctx context.Context, by access.Actor, year int, l scrutiny.Lot) error {
	return s.scrutinize(ctx, by, access.Office, year, "scrutiny.announce", func(r *scrutiny.Round) error { return r.Announce(l, s.Now()) })
}

// EnterLot takes in the number that was drawn. The refusals are those of
// scrutiny.Round.Enter.
func (s *Service) EnterLot(ctx context.Context, by access.Actor, year int, number string) error {
	return s.scrutinize(ctx, by, access.Office, year, "scrutiny.draw", func(r *scrutiny.Round) error { return r.Enter(number, s.Now()) })
}

// HandOpenings makes the file of all openings of a survey for one examiner (0 or 1),
// once, and notes its digest on the record. Before the review is closed it is refused
// with review.open, without a log with full.nolog.
func (s *Service) HandOpenings(ctx context.Context, by access.Actor, id ID, examiner int) ([]byte, error) {
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if err := l.survey.reviewed(); err != nil {
		return nil, err
	}
	var file bytes.Buffer
	all, err := s.opened(ctx, l)
	if err != nil {
		return nil, err
	}
	if err := scrutiny.Write(&file, s.Origin(id), all); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(file.Bytes())
	h := scrutiny.Handed{Survey: string(id), Examiner: examiner, Digest: hex.EncodeToString(sum[:]), By: by.Name, At: s.Now().UTC()}
	err = s.scrutinize(ctx, by, access.Agency, l.survey.Round, "scrutiny.hand", func(r *scrutiny.Round) error { return r.Hand(h) })
	return file.Bytes(), err
}

// opened are the openings of every leaf of a closed survey; full.nolog where there is
// none.
func (s *Service) opened(ctx context.Context, l *live) (all []ledger.Opening, err error) {
	err = s.Openings(ctx, l.survey.ID, func(o ledger.Opening) error {
		if o.Index == NoLeaf {
			return fault.New(fault.Conflict, "full.waiting")
		}
		o.Row = slices.Clone(o.Row)
		all = append(all, o)
		return nil
	})
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Conflict, "full.nolog")
	}
	return all, err
}

// TakeSignature takes in an examiner's signature under the statement of a released
// survey. The refusals are those of scrutiny.Round.Sign, and release.none.
func (s *Service) TakeSignature(ctx context.Context, by access.Actor, id ID, examiner int, signature string) error {
	l, err := s.get(id)
	if err != nil {
		return err
	}
	statement, err := s.ExaminersStatement(l.survey)
	if err != nil {
		return err
	}
	return s.scrutinize(ctx, by, access.Office, l.survey.Round, "scrutiny.sign", func(r *scrutiny.Round) error {
		return r.Sign(string(id), examiner, statement, signature, s.Now())
	})
}

// ExaminersStatement is what the examiners of a released survey sign; release.none
// before the release, full.nolog without a log.
func (s *Service) ExaminersStatement(sv *Survey) (string, error) {
	c, err := closingOf(sv.Draft)
	if err != nil {
		return "", err
	}
	if sv.State != Released {
		return "", fault.New(fault.Conflict, "release.none")
	}
	return scrutiny.Statement(c.Origin, c.Root, c.Digest), nil
}

// ClosedLog is what a release says of its log: the counts, root and list of used
// invitations of the pack, and the digest of its manifest.
type ClosedLog struct {
	pack.Closing
	Root   string
	Digest string
	Used   []byte
}

func closingOf(d *Draft) (*ClosedLog, error) {
	if d == nil || d.Pack == nil {
		return nil, fault.New(fault.Conflict, "release.none")
	}
	files, err := unpacked(d.Pack)
	if err != nil {
		return nil, err
	}
	c, err := pack.ClosingOf(files)
	if err != nil || c == nil {
		return nil, fault.New(fault.Conflict, "full.nolog")
	}
	out := &ClosedLog{Closing: *c, Digest: pack.Digest(files[0].Data)}
	for _, f := range files {
		switch f.Name {
		case pack.UsedFile:
			out.Used = f.Data
		case pack.CheckpointFile:
			out.Root = pack.RootOf(f.Data)
		}
	}
	return out, nil
}

// Named returns a survey of residents as it stands: its unit and state, no answer.
func (s *Service) Named(id ID) (*Survey, error) {
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	return l.survey, nil
}

// Closing is what a published release says of its log. It refuses with full.nolog one
// without.
func (r *Release) Closing() (*ClosedLog, error) { return closingOf(r.Draft) }

// Answered reports whether an invitation of a published survey is in its list of used
// ones: false means that nobody answered with it. What is no invitation of this survey
// is refused with token.unknown.
func (s *Service) Answered(r *Release, invitation string) (bool, error) {
	if i := strings.LastIndexByte(invitation, '/'); i >= 0 {
		invitation = invitation[i+1:] // of a link that was copied whole
	}
	token, err := s.Signer.Parse(strings.TrimSpace(invitation))
	if batch, ok := r.Survey.Batches.Find(token.Serial); err != nil || token.Survey != r.Survey.Number || !ok || batch.Kind != invite.OneTime {
		return false, invite.Unknown()
	}
	c, err := r.Closing()
	if err != nil {
		return false, err
	}
	return ledger.Used(c.Used, s.Signer.Format(token)), nil
}

// DrawnLeaves are the leaves that the lot opens of a published survey, in the order drawn.
// Only the office and the agency read them, on the record, to show them to those who
// were invited. It is refused with lot.none before the number is known, and with
// published.none before the results are.
func (s *Service) DrawnLeaves(ctx context.Context, by access.Actor, id ID) ([]ledger.Opening, error) {
	if err := by.Require(access.Office, access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	r, err := s.Scrutiny(ctx, l.survey.Round)
	if err != nil {
		return nil, err
	}
	if r.Lot == nil || r.Lot.Number == "" {
		return nil, fault.New(fault.Conflict, "lot.none")
	}
	published, err := s.Book.Published(ctx, l.survey.Round)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(published, func(f scorebook.Finding) bool { return f.Unit == l.survey.Unit && f.Instrument == scorebook.Survey }) {
		return nil, fault.New(fault.NotFound, "published.none")
	}
	out, err := s.draw(ctx, l, r.Lot)
	if err != nil {
		return nil, err
	}
	return out, s.Store.Record(ctx, s.entry(by, "scrutiny.lot", id))
}

// draw opens the leaves that a lot draws.
func (s *Service) draw(ctx context.Context, l *live, lot *scrutiny.Lot) ([]ledger.Opening, error) {
	all, err := s.opened(ctx, l)
	if err != nil {
		return nil, err
	}
	final, err := s.Ledger.Final(ctx, l.survey)
	if err != nil {
		return nil, err
	}
	drawn, err := ledger.Lot(final.Root, lot.Number, final.Size, min(lot.Count, int(final.Size)))
	if err != nil {
		return nil, err
	}
	out := make([]ledger.Opening, len(drawn))
	for i, at := range drawn {
		k := slices.IndexFunc(all, func(o ledger.Opening) bool { return o.Index == at })
		if k < 0 {
			return nil, fault.New(fault.Conflict, "full.waiting")
		}
		out[i] = all[k]
	}
	return out, nil
}

// invitations are the texts of all one-time invitations of a survey, or of those used.
func (s *Service) invitations(sv *Survey, used bool) (out []string) {
	for _, b := range sv.Batches {
		if b.Kind != invite.OneTime {
			continue
		}
		for k := range b.Count {
			serial := b.First + k
			if !used || s.Intake.Spent(sv.Number, serial) {
				out = append(out, s.Signer.Format(invite.Token{Survey: sv.Number, Serial: serial}))
			}
		}
	}
	return out
}

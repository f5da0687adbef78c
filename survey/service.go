package survey

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/survey/invite"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
	"minyi/survey/release"
)

// Rounds gives the units and the rounds of the register.
type Rounds interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Book takes findings; filing the same twice changes nothing.
type Book interface {
	File(ctx context.Context, by access.Actor, f scorebook.Finding) error
	Refile(ctx context.Context, by access.Actor, f scorebook.Finding, reason string) error
	Closed(ctx context.Context, round int) (map[scorebook.Instrument]scorebook.Closing, error)
	CloseInstrument(ctx context.Context, by access.Actor, round int, i scorebook.Instrument) error
	Published(ctx context.Context, round int) ([]scorebook.Finding, error)
}

// Library gives the published versions of questionnaires.
type Library interface {
	Published(ctx context.Context, r library.Ref) (library.Printed, error)
}

// Config is what a Service is made of. Now is the programme's clock.
type Config struct {
	Store     Store
	Intake    Intake
	Rounds    Rounds
	Book      Book
	People    access.People // knows whose accounts are of one person; nil: accounts alone are told apart
	Library   Library       // nil: the built-in form is the only one
	Filed     Applicants    // nil: every unit may be surveyed without a reason
	Contacts  Contacts      // keeps the calls; nil: there are none
	Forms     Papers        // keeps the forms on paper; nil: there are none
	Arrivals  Arrivals      // counts answers by day; nil: the monitor shows no days
	Signer    *invite.Signer
	Cipher    keyring.Algorithm  // of what is sealed from now on; empty: AES-256-GCM
	Vault     Vault              // keeps the wave keys; nil: no traces are kept
	Rolls     Rolls              // keeps uploaded frames and lists of people, sealed; nil: none are taken
	Secret    []byte             // 32 bytes: keys resends, salts and receipts of this installation
	Host      string             // of the base address: begins the origin of each survey's log; "localhost" when empty
	Key       ed25519.PrivateKey // signs releases
	Now       func() time.Time
	NewID     func() string
	Software  string       // name and version of the program, for the release; "minyi" when empty
	Code      release.Code // of the program's build, for the release
	Herald    Herald       // publishes what is fixed before the fieldwork; nil: nothing is
	Notice    string       // version of the privacy notice that residents read before the first question
	Rehearsal bool         // the people of this installation's rounds are made up

	Scrutinies Scrutinies // keeps examiners and public lots; nil: there are none
	Ledger     Ledger     // ends the public logs; nil: there are none
}

// Service is the survey half of the house. It is safe for concurrent use.
type Service struct {
	Config
	formKey, contentKey, saltKey    *keyed
	markKey                         *keyed
	draftCode, draftName, draftSeal *keyed
	guard                           guard
	board                           switchboard
	boards                          boards
	rhythms                         rhythms
	likenesses                      likenesses
	proved                          proved[release.Document]
	counted                         proved[release.Census]

	closing sync.Mutex // one close at a time, so that a failed one takes back its own seal only

	mu   sync.RWMutex
	live map[uint16]*live
	byID map[ID]uint16
}

// live is a survey in memory, with its questionnaire ready. It is never changed,
// only replaced.
type live struct {
	survey *Survey
	paper  *questionnaire.Questionnaire
	cells  *cells   // of the quota; nil without one
	wave   *wave    // nil where no traces are kept
	out    []Record // excluded by the review

	opens, ends time.Time // of the fieldwork's window, UTC
}

// NewService reads all surveys, finishes what a stop cut short (the settling of
// a closed survey, the filing of a signed release) and is then ready. What is
// refused there (a full disk, a round whose survey part is closed) does not keep
// the service from starting: the next start and File try again.
func NewService(ctx context.Context, c Config) (*Service, error) {
	if len(c.Secret) < 32 || len(c.Key) != ed25519.PrivateKeySize {
		return nil, errors.New("survey: the secret or the signing key is missing")
	}
	s := &Service{
		Config: c, live: map[uint16]*live{}, byID: map[ID]uint16{}, guard: guard{links: map[invite.Token]*tries{}},
		formKey: newKeyed(subkey(c.Secret, "form")), contentKey: newKeyed(subkey(c.Secret, "content")), saltKey: newKeyed(subkey(c.Secret, "salt")),
		markKey:   newKeyed(subkey(c.Secret, "revise")),
		draftCode: newKeyed(subkey(c.Secret, "draft-code")), draftName: newKeyed(subkey(c.Secret, "draft-name")), draftSeal: newKeyed(subkey(c.Secret, "draft-seal")),
	}
	if s.Software == "" {
		s.Software = "minyi"
	}
	if s.Host == "" {
		s.Host = "localhost"
	}
	all, err := c.Store.Surveys(ctx)
	if err != nil {
		return nil, err
	}
	for _, sv := range all {
		if err := errors.Join(s.keep(sv), s.leaveOut(ctx, sv)); err != nil {
			return nil, err
		}
		if err := s.resume(ctx, sv); err != nil && fault.KindOf(err) == 0 {
			return nil, err
		}
	}
	return s, nil
}

func subkey(secret []byte, name string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("minyi/survey/" + name + "/v1"))
	return h.Sum(nil)
}

// public is the key that anyone can check a release with.
func (s *Service) public() ed25519.PublicKey {
	return ed25519.PublicKey(s.Key[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

// resume finishes what was acknowledged but not done when the process ended.
func (s *Service) resume(ctx context.Context, sv *Survey) error {
	if sv.State != Closed && sv.State != Released {
		return nil
	}
	if err := s.settle(ctx, sv); err != nil {
		return err
	}
	if err := s.tend(ctx, sv, s.Now()); err != nil {
		return err
	}
	if sv.State == Released && sv.Draft != nil && sv.Draft.FiledAt.IsZero() {
		return s.file(ctx, access.Command("survey"), sv)
	}
	return nil
}

// keep puts a survey in memory in place of its older version.
func (s *Service) keep(sv *Survey) error {
	s.mu.RLock()
	old := s.live[sv.Number]
	s.mu.RUnlock()
	next := &live{
		survey: sv, cells: newCells(sv.Quota), opens: sv.Window.From.Start().UTC(), ends: sv.Window.End().UTC(),
	}
	if old != nil {
		next.out = old.out
	}
	var err error
	if next.wave, err = s.wake(sv); err != nil {
		return fmt.Errorf("survey %s: wave key: %w", sv.ID, err)
	}
	if old != nil && old.survey.Paper.Hash == sv.Paper.Hash {
		next.paper = old.paper
	} else {
		paper, err := sv.Paper.Questionnaire()
		if err != nil {
			return fmt.Errorf("survey %s: %w", sv.ID, err)
		}
		next.paper = paper
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.live[sv.Number]; now == nil || now.survey.Version < sv.Version {
		s.live[sv.Number] = next
		s.byID[sv.ID] = sv.Number
	}
	return nil
}

// update runs a rule through the store and keeps what it left.
func (s *Service) update(ctx context.Context, id ID, entry audit.Entry, rule func(*Survey) error) (*Survey, error) {
	return s.updateOf(ctx, OfResidents, id, entry, rule)
}

// updateOf is update for the surveys of one audience; another's is unknown.
func (s *Service) updateOf(ctx context.Context, who Audience, id ID, entry audit.Entry, rule func(*Survey) error) (*Survey, error) {
	sv, err := s.Store.Update(ctx, id, entry, func(sv *Survey) error {
		if err := sv.asks(who); err != nil {
			return err
		}
		return rule(sv)
	})
	if err != nil {
		return nil, err
	}
	return sv, s.keep(sv)
}

func (s *Service) byNumber(number uint16) (*live, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	l, ok := s.live[number]
	return l, ok
}

// get returns a survey of residents; any other is unknown to the verbs of these.
func (s *Service) get(id ID) (*live, error) { return s.getOf(OfResidents, id) }

func (s *Service) getOf(who Audience, id ID) (*live, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	number, ok := s.byID[id]
	if !ok {
		return nil, fault.New(fault.NotFound, "survey.unknown")
	}
	return s.live[number], s.live[number].survey.asks(who)
}

func (s *Service) entry(by access.Actor, action string, id ID) audit.Entry {
	return audit.Entry{At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: "survey/" + string(id)}
}

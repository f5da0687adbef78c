package survey

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/ledger"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
)

// Trial lets people go the residents' way through a questionnaire before it is
// used, draft or published, behind links that cannot be guessed. It has no intake:
// nothing that anybody answers there is kept anywhere. It is safe for concurrent
// use.
type Trial struct {
	papers Contents
	key    []byte
	now    func() time.Time

	mu    sync.Mutex
	ready map[[sha256.Size]byte]*questionnaire.Questionnaire
}

// Contents gives a questionnaire of the library as it stands.
type Contents interface {
	Content(ctx context.Context, r library.Ref) ([]byte, error)
}

// NewTrial returns trials of a library's questionnaires; secret is the same after
// a restart.
func NewTrial(papers Contents, secret []byte, now func() time.Time) *Trial {
	return &Trial{
		papers: papers, key: subkey(secret, "trial"), now: now,
		ready: map[[sha256.Size]byte]*questionnaire.Questionnaire{},
	}
}

// proofSize is how many characters of a trial's link prove that it was made here:
// 80 bits.
const proofSize = 20

// Token returns what stands in the link of a trial.
func (t *Trial) Token(r library.Ref) string {
	h := hmac.New(sha256.New, t.key)
	h.Write([]byte(r.String()))
	return hex.EncodeToString(h.Sum(nil))[:proofSize] + "." + r.String()
}

func (t *Trial) ref(token string) (library.Ref, error) {
	_, text, _ := strings.Cut(token, ".")
	r, ok := library.ParseRef(text)
	if !ok || !hmac.Equal([]byte(t.Token(r)), []byte(token)) {
		return r, invite.Unknown()
	}
	return r, nil
}

// Open returns the form behind a trial's link. An unfinished draft is shown as far
// as it can be: a text without a translation has the words of the other language,
// rules that are not sound are left out, and so are questions that cannot be asked
// yet. What cannot be shown at all is refused with trial.unsound.
func (t *Trial) Open(ctx context.Context, token string) (*Form, error) {
	r, err := t.ref(token)
	if err != nil {
		return nil, err
	}
	text, err := t.papers.Content(ctx, r)
	if err != nil {
		return nil, err
	}
	q, err := t.paper(text)
	if err != nil {
		return nil, err
	}
	const usual = 365 * 24 * time.Hour
	return &Form{
		SurveyID: trial, Channel: Sampled, Questionnaire: q, Version: q.Hash(), Trial: true,
		Closes: t.now().Add(usual), DraftDays: Terms{}.drafts(),
	}, nil
}

// shown is how many questionnaires are kept ready.
const shown = 32

func (t *Trial) paper(text []byte) (*questionnaire.Questionnaire, error) {
	sum := sha256.Sum256(text)
	t.mu.Lock()
	q := t.ready[sum]
	t.mu.Unlock()
	if q != nil {
		return q, nil
	}
	sound, err := showable(text)
	if err != nil {
		return nil, err
	}
	q, err = sound.Fill(sampled(sound))
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.ready) >= shown {
		clear(t.ready)
	}
	t.ready[sum] = q
	return q, nil
}

// showable parses a draft, mending what can be mended.
func showable(text []byte) (*questionnaire.Questionnaire, error) {
	if q, err := questionnaire.Parse(text); err == nil {
		return q, nil
	}
	f, err := questionnaire.Read(text)
	if err != nil {
		return nil, err
	}
	for _, bare := range []bool{false, true} {
		whole, err := f.Mended(bare)
		if err != nil {
			return nil, err
		}
		q, err := questionnaire.Parse(whole.JSON())
		if err == nil {
			return q, nil
		}
		for bare && whole.LeaveOut(fault.All(err)) {
			if q, err = questionnaire.Parse(whole.JSON()); err == nil {
				return q, nil
			}
		}
	}
	return nil, fault.New(fault.Conflict, "trial.unsound")
}

// sampled fills a paper with what its authors say of each placeholder, and the
// counties of the region.
func sampled(q *questionnaire.Questionnaire) questionnaire.Filling {
	f := questionnaire.Filling{Values: map[string]questionnaire.Text{}, Areas: counties(frame.Region)}
	for name, says := range q.Placeholders() {
		f.Values[name] = questionnaire.Text{Zh: bracketed(says.Zh, name), En: bracketed(says.En, name)}
	}
	return f
}

func bracketed(says, name string) string {
	says = strings.Map(func(r rune) rune {
		if r < ' ' || r == '{' || r == '}' || r == '\u007f' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(says, " "))
	if says = strings.TrimSpace(says); says == "" {
		says = name
	}
	return "〔" + says + "〕"
}

// Submit thanks and keeps nothing.
func (t *Trial) Submit(_ context.Context, in Submission) (Receipt, error) {
	if _, err := t.ref(in.Token); err != nil {
		return Receipt{}, err
	}
	const noReceipt = "——"
	return Receipt{Code: noReceipt, Disposition: in.Sheet.Disposition, SurveyID: trial}, nil
}

// Commit makes a commitment as in a survey; nobody will find it in a log.
func (t *Trial) Commit(ctx context.Context, in Submission) (ledger.Commitment, int, error) {
	c, err := t.seal(ctx, in)
	return c.commitment, in.Attempt, err
}

// Audit opens it as in a survey; nothing is kept.
func (t *Trial) Audit(ctx context.Context, in Submission) (Challenge, error) {
	c, err := t.seal(ctx, in)
	if err != nil {
		return Challenge{}, err
	}
	return c.challenge(trial), nil
}

// trial stands where a survey has its id and the origin of its log.
const trial = "trial"

func (t *Trial) seal(ctx context.Context, in Submission) (c committed, err error) {
	form, err := t.Open(ctx, in.Token)
	switch {
	case err != nil:
		return c, err
	case in.Attempt < 0 || in.Attempt >= MostAttempts:
		return c, errMost()
	}
	l := &live{survey: &Survey{ID: trial, Paper: Paper{Hash: form.Version}}, paper: form.Questionnaire}
	return l.seal(newKeyed(t.key), trial, invite.Batch{}, in, l.paper.PackTexts(in.Sheet)), nil
}

// DraftCode is empty: a trial has no draft to go on with.
func (t *Trial) DraftCode(string, string) string { return "" }

// Keep keeps nothing.
func (t *Trial) Keep(context.Context, string, string, []byte) error { return nil }

// Resume finds no draft.
func (t *Trial) Resume(context.Context, string, string) ([]byte, error) {
	return nil, fault.New(fault.NotFound, "draft.unknown")
}

// Hash is zero: nobody reviews a trial.
func (t *Trial) Hash(ID, Kind, string) Digest { return Digest{} }

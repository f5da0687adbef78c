// Package respond is the resident's door: a link is opened, the questions are
// answered one a page or all on one, the answers are looked over and sent, and
// the receipt is shown. No account, no cookie and no script are needed: between
// two pages the answers travel in hidden fields. They are kept as a draft too, so that another
// device can go on with a short code, but no step depends on that. A small script
// only improves it: it saves at each tap, remembers unsent answers on the phone
// and sends again when the network fails.
//
// Pages on which nothing is answered yet are the same for everyone but for two
// places, the address that their form posts to and the end of the form. They are
// rendered and packed once, when somebody first asks for them, and spliced after
// that (splice.go); so is the page of thanks, once a day. A survey has so many of
// them, in each of two languages and three text sizes, and in each coding that
// browsers ask for (none, gzip, brotli):
//
//   - one first page, which no order of items touches;
//   - one page with all questions for each variant of the paper, 44 with twelve
//     items: 22 orders of the items, each with the scales in two directions;
//   - one page for each question at each number that the orders give it, and for
//     a scale in each direction: 9 questions outside the items at one number, the
//     first item at one and eleven items at eleven numbers in two directions, 253
//     with twelve items. Where rules leave questions out, also one for each number
//     of questions that residents are told there are.
//
// A one-time link and a poster differ on the first page and on that with all
// questions. Those used last are kept, up to 16 MiB. Which variant a form shows
// follows from its ticket alone.
//
// It decides nothing: the link, the window and the storing belong to survey, the
// check of the answers to questionnaire. It puts no address, device or time
// beside an answer: what the review of quality is told goes to the service in a
// trace of its own.
//
// # The defence
//
// What can be prevented is prevented before an answer is judged, channel by channel:
//
//   - Sampled people have a one-time link each: 80 bits that cannot be guessed, by
//     letter from the agency and not from the surveyed unit, spent with the answer.
//     Only these answers enter the estimate, and nothing here ever slows them. Who
//     is drawn, who hands the letters out and who replaces whom is left to people.
//   - Halls and interviewers have no channel of their own yet: no account and no
//     device is bound to a sheet, and survey.Trace.Mode is always survey.Self.
//   - Posters have no identity. Their answers stand apart from the estimate, each
//     poster has its dates and its cap (settings of the agency), and one under attack
//     asks for work (toll.go). No SMS code is sent, no foreign puzzle shown and no
//     cookie set: none of them stops whoever is determined.
//
// All else scores and refuses nothing; the review of quality decides, by people:
//
//   - times at the questions, by the server's clock, signed (pace.go);
//   - forms sent before they can have been read (speed.go);
//   - a field that no person sees (layout.html, "bait"); who fills it in gets the
//     receipt that everybody gets;
//   - sheets an hour from one network (meter.go), counted in memory under a key that
//     is drawn anew each day and never stored: a restart begins at nothing. From
//     PosterHour sheets an hour on (a setting, see DefaultPosterHour), or where a
//     poster takes far more than it usually does, posters ask for work; from a fifth
//     of it, sheets carry a sign.
package respond

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/ledger"
	"minyi/web/view"
)

//go:embed pages/*.html pages/*.css pages/*.js pages/*.png
var files embed.FS

// Surveys is what the door asks of the survey service.
//
// Open returns the form behind a token. Of a spent one-time link and of a closed
// survey it returns the form together with the refusal token.spent or
// survey.closed, so that an equal resend of a form can still be read, and Submit
// can answer it with the same receipt.
type Surveys interface {
	Open(ctx context.Context, token string) (*survey.Form, error)
	Submit(ctx context.Context, s survey.Submission) (survey.Receipt, error)

	// Commit makes the commitment to a sheet, with the attempt that it belongs to;
	// Audit opens it instead of taking the sheet in.
	Commit(ctx context.Context, s survey.Submission) (ledger.Commitment, int, error)
	Audit(ctx context.Context, s survey.Submission) (survey.Challenge, error)

	// DraftCode is the short code of a form's draft; Keep stores the draft, Resume
	// gives it back. The door reads and writes it, the service does not look inside.
	DraftCode(token, formKey string) string
	Keep(ctx context.Context, token, code string, sheet []byte) error
	Resume(ctx context.Context, token, code string) ([]byte, error)

	// Hash is a keyed hash for the review of quality, zero where none is kept.
	Hash(id survey.ID, kind survey.Kind, value string) survey.Digest
}

// Deps are what the door needs from outside.
type Deps struct {
	Surveys Surveys
	Texts   *view.Texts
	Secret  []byte           // signs the hidden form ticket; at least 32 bytes, the same after a restart
	Now     func() time.Time // the programme's clock, for the date on the receipt
	NewID   func() string    // random, not guessable, 16 to 64 letters, digits or dashes
	Base    string           // configured base address, e.g. "https://minyi.example"; empty when there is none
	Log     *slog.Logger

	Prefix string // address of a trial's links, such as "/try/"; empty for the residents' own
	Framed bool   // our own pages may show these in a frame, as a preview that opens anywhere

	PosterHour int // sheets an hour before posters ask for work; 0: DefaultPosterHour
}

// MaxBody is the largest form that the door reads, in bytes.
const MaxBody = 64 << 10

// Door serves the residents' pages. Its handlers need neither a session nor the
// form token of the staff's pages: the door checks a ticket of its own.
type Door struct {
	deps    Deps
	pages   *pages
	shelf   *shelf
	scripts map[view.Lang]asset
	card    asset     // the picture of a link's preview
	work    asset     // the script that works for a poster under attack
	macs    sync.Pool // *reckoner keyed with the secret
	rooms   rooms     // for the fields of forms

	meter    *meter
	readings readings
}

// shelved is how many bytes of ready pages are kept in memory, of all surveys
// together.
const shelved = 16 << 20

// breath is the pause between two pages that are packed as well as can be.
const breath = 400 * time.Millisecond

// New parses the pages of the door. It fails on a page that does not parse and
// on a secret that is too short.
func New(deps Deps) (*Door, error) {
	if len(deps.Secret) < sha256.Size {
		return nil, errors.New("respond: the secret has less than 32 bytes")
	}
	p, err := newPages(deps.Texts, deps.Framed)
	if err != nil {
		return nil, err
	}
	d := &Door{deps: deps, pages: p, shelf: newShelf(shelved, breath), scripts: map[view.Lang]asset{}, meter: newMeter(deps.PosterHour)}
	d.macs.New = func() any { return &reckoner{hash: hmac.New(sha256.New, deps.Secret)} }
	if d.card, err = newCard(); err != nil {
		return nil, err
	}
	if d.work, err = newWork(); err != nil {
		return nil, err
	}
	for _, lang := range view.Langs() {
		if d.scripts[lang], err = newScript(deps.Texts, lang); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Open answers GET: the first page, or with ?view=all every question on one.
func (d *Door) Open(c *fiber.Ctx) error {
	v := d.visit(c)
	form, err := d.deps.Surveys.Open(c.UserContext(), v.token)
	if err != nil {
		return d.gone(c, v, err)
	}
	if whole := c.Query("qr"); whole != "" {
		return d.picture(c, v, whole)
	}
	v.opened(form, d.fresh(v.token))
	v.at = form.Questionnaire.Questions()[0].ID
	if _, ok := form.Questionnaire.Question(c.Query("at")); ok && form.Trial && d.deps.Framed {
		v.at = c.Query("at")
	}
	if v.all {
		v.code = d.deps.Surveys.DraftCode(v.token, v.ticket.key)
	}
	return d.show(c, v, nil)
}

// Answer answers POST: one step of the paged way, or the sending.
func (d *Door) Answer(c *fiber.Ctx) error {
	v := d.visit(c)
	if foreign(c, d.deps.Base) {
		return d.gone(c, v, errForeign())
	}
	room := d.rooms.take()
	defer d.rooms.put(room)
	if err := v.read(c, room); err != nil {
		return d.gone(c, v, err)
	}
	form, err := d.deps.Surveys.Open(c.UserContext(), v.token)
	if err != nil && v.do == doSave {
		return late(c, err)
	}
	if form == nil || (err != nil && !resend(err, v)) {
		return d.gone(c, v, err)
	}
	t, signed := d.signed(v.token, v.ticketText)
	if !signed {
		t = d.fresh(v.token)
	}
	v.opened(form, t)
	if err := v.unfold(); err != nil {
		return d.gone(c, v, err)
	}
	d.timed(v, d.deps.Now())
	if !signed {
		return d.again(c, v, errTicket())
	}
	return d.step(c, v)
}

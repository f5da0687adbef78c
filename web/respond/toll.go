package respond

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/web/view"
)

// What a poster under attack asks for before it takes a sheet: a little work, which
// a phone does by script unseen, or else a wait. Both are bound to the form's own
// ticket, so that neither serves a second form; the page that asks carries
// everything typed. One-time links are never asked.
//
// The work is as hashcash has it (A. Back, 2002), in parts, so that it takes about
// equally long each time: for each part a number whose SHA-256 begins with
// workBits zeros. 4 parts of 2^13 trials are 32,768 hashes in the mean: 0.3 to 1 s
// on an old phone, under 0.1 s on a desk. The signed day keeps work from being laid
// in stock for longer than until tomorrow.
const (
	workParts = 4
	workBits  = 13
	waitTime  = 20 * time.Second
)

// seen is what the defence makes of a form that is about to be kept.
type seen struct {
	signs survey.Sign
	asks  bool // for work or a wait, which the form has not brought
}

// defend counts the form and looks it over. What it sees scores; only a poster
// under attack asks for something.
func (d *Door) defend(c *fiber.Ctx, v *visit) seen {
	s := seen{signs: v.pace.signs}
	if v.form.Trial {
		return s
	}
	now, from := d.deps.Now(), network(view.ClientOf(c))
	came := d.meter.network(v.form.SurveyID, v.form.Channel, from, now)
	if came*scored > d.meter.most {
		s.signs |= survey.SignRate
	}
	if d.rushed(v) {
		s.signs |= survey.SignFast
	}
	if v.form.Channel != survey.Poster {
		return s
	}
	attacked := d.meter.poster(canonical(v.token), now)
	if came <= d.meter.most && !attacked {
		return s
	}
	if d.worked(v, now) || d.waited(v, now) {
		s.signs |= survey.SignWorked
		return s
	}
	s.asks = true
	return s
}

// seed is what the work of a form begins with, on a day: 16 bytes in 22 letters.
func (d *Door) seed(v *visit, day int32) string {
	sum := d.mac("minyi/work/v1\n", v.ticket.text, "\n", strconv.Itoa(int(day)))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// worked checks the work: one number for each part, by the seed of today or of
// yesterday.
func (d *Door) worked(v *visit, now time.Time) bool {
	const longest = 11 * workParts // ten digits and a point
	numbers := strings.Split(v.work, ".")
	if v.work == "" || len(v.work) > longest || len(numbers) != workParts {
		return false
	}
	return done(d.seed(v, dayNumber(now)), numbers) || done(d.seed(v, dayNumber(now)-1), numbers)
}

func done(seed string, numbers []string) bool {
	for part, number := range numbers {
		sum := sha256.Sum256([]byte(seed + "." + strconv.Itoa(part) + "." + number))
		if binary.BigEndian.Uint32(sum[:])>>(32-workBits) != 0 {
			return false
		}
	}
	return true
}

// bound writes the moment from which a form may be sent without work, signed.
func (d *Door) bound(v *visit, from time.Time) string {
	text := strconv.FormatInt(from.Unix(), 36)
	sum := d.mac("minyi/wait/v1\n", v.ticket.text, "\n", text)
	return text + "." + base64.RawURLEncoding.EncodeToString(sum[:16])
}

// until reads that moment; false where there is none, or none of this form.
func (d *Door) until(v *visit) (time.Time, bool) {
	text, _, _ := strings.Cut(v.wait, ".")
	at := issuedAt(text)
	if v.wait == "" || at.IsZero() {
		return at, false
	}
	return at, hmac.Equal([]byte(v.wait), []byte(d.bound(v, at)))
}

func (d *Door) waited(v *visit, now time.Time) bool {
	from, ours := d.until(v)
	return ours && !now.Before(from)
}

// waitPage asks for work or a wait.
type waitPage struct {
	frame
	Seconds string // still to wait
	Wait    string // the signed moment
	Seed    string // of the work; empty where work was brought that does not fit
	Bits    int
	Parts   int
	Work    string // address of the script that works
}

// ask shows the page that asks, with everything typed in it. A wait that has begun
// goes on.
func (d *Door) ask(c *fiber.Ctx, v *visit) error {
	now := d.deps.Now()
	from, ours := d.until(v)
	if !ours {
		from = now.Add(waitTime)
	}
	if d.meter.tell(v.form.SurveyID, now) {
		d.deps.Log.WarnContext(c.UserContext(), "a poster asks for work", slog.String("survey", string(v.form.SurveyID)))
	}
	left := strconv.FormatInt(max(from.Unix()-now.Unix(), 1), 10)
	v.at = sending
	p := &waitPage{frame: d.frame(v, nil), Seconds: left, Wait: d.bound(v, from), Bits: workBits, Parts: workParts}
	if v.work == "" {
		p.Seed, p.Work = d.seed(v, dayNumber(now)), d.work.path
	}
	p.At, p.Tools, p.Head, p.End = sending, nil, d.say(v, "respond.wait.title", nil), d.end(v, nowhere)
	c.Status(fiber.StatusTooManyRequests)
	c.Set(fiber.HeaderRetryAfter, left)
	return d.render(c, v, "wait", p)
}

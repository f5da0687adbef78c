package drill

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"minyi/cmd/load/stage"
)

// Mail takes the mail server and the messaging gateway away while residents answer:
// they refuse, they hang, they cut the line after they have read everything. Nothing
// of the service waits for them; messages wait, the office sees them at
// /office/messages and the operator in the metrics; and when both are back each is
// taken once. The short form only lets them hang, which is what could block most.
func Mail(short bool) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const links = 20_000
		s, err := open(ctx, o, links)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		p, err := openPostOffice()
		if err != nil {
			return err
		}
		defer p.close()
		host, port, err := net.SplitHostPort(p.mail)
		if err != nil {
			return err
		}
		s.start.Args = append(s.start.Args, "--smtp-host", host, "--smtp-port", port, "--smtp-security", "none", "--smtp-from", "minyi@office.example",
			"--webhook-url", p.hook, "--webhook-private")
		s.start.Env = append(s.start.Env, "MINYI_WEBHOOK_SECRET=a secret of the drill, long enough")
		metrics, staff, err := s.furnished(ctx)
		if err != nil {
			return err
		}
		d := &mailing{site: s, out: out, post: p, metrics: metrics, staff: staff}
		if err := d.addressed(ctx); err != nil {
			return err
		}
		ailments := []ailment{hangs}
		if !short {
			ailments = []ailment{refuses, hangs, drops}
		}
		l := s.busy(ctx, 2, 100*time.Millisecond)
		for _, a := range ailments {
			if err := d.without(ctx, a); err != nil {
				l.stop()
				return err
			}
		}
		return d.ends(ctx, l, short)
	}
}

type mailing struct {
	*site
	out     *Outcome
	post    *postOffice
	metrics string
	staff   *stage.Staff
	office  *stage.Person
	sent    int
	longest time.Duration // until everything was taken
}

const (
	messagesEach = 6
	mailPatience = 4 * time.Minute
)

// addressed gives the applicant an address that letters reach, as people do: asked
// for, and confirmed by the code that came.
func (d *mailing) addressed(ctx context.Context) (err error) {
	base := "http://" + d.server.Address
	if d.office, err = stage.Enter(ctx, base, d.staff.Office); err != nil {
		return err
	}
	unit, err := stage.Enter(ctx, base, d.staff.Applicant)
	if err != nil {
		return err
	}
	if _, err := unit.Post(ctx, "/inbox/settings/email", url.Values{"email": {"unit@unit.example"}}); err != nil {
		return err
	}
	came, err := until(ctx, patience, func() (bool, error) {
		d.post.mu.Lock()
		defer d.post.mu.Unlock()
		return len(d.post.codes) > 0, nil
	})
	if err != nil || !came {
		return fmt.Errorf("%w: no letter with a code came: %w", errStatus, err)
	}
	r, err := unit.Post(ctx, d.post.codes[0], url.Values{})
	if err == nil && r.Status != http.StatusSeeOther {
		err = fmt.Errorf("address confirmed: %w %d", errStatus, r.Status)
	}
	if err != nil {
		return err
	}
	return d.drained(ctx) // what the reminders of the start have posted
}

// outbox is how many deliveries wait, and how many of them have failed once.
func (d *mailing) outbox(ctx context.Context) (waiting, failed float64, err error) {
	page, err := meters(ctx, d.metrics)
	return page[`minyi_outbox{state="waiting"}`], page[`minyi_outbox{state="failed"}`], err
}

// drained waits until nothing waits any more.
func (d *mailing) drained(ctx context.Context) error {
	done, err := until(ctx, mailPatience, func() (bool, error) {
		waiting, failed, err := d.outbox(ctx)
		return waiting == 0 && failed == 0, err
	})
	if err == nil && !done {
		d.out.wrong("deliveries still waited %v after the servers were back", mailPatience)
	}
	return err
}

// without posts messages while the servers ail, looks who sees it, and lets them
// recover.
func (d *mailing) without(ctx context.Context, a ailment) error {
	const ways = 2 // letter and ping
	d.post.turn(a)
	if err := d.folder.Post(ctx, d.staff.Applicant, string(a), messagesEach); err != nil {
		return err
	}
	d.sent += messagesEach
	told, err := until(ctx, mailPatience, func() (bool, error) {
		waiting, failed, err := d.outbox(ctx)
		return failed >= ways && waiting+failed >= ways*messagesEach, err
	})
	if err != nil {
		return err
	}
	if !told {
		d.out.wrong("%s: the metrics do not say that deliveries fail", a)
	}
	page, err := d.office.Get(ctx, "/office/messages?state=failed")
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK || !bytes.Contains(page.Body, []byte(d.staff.Applicant.Name)) {
		d.out.wrong("%s: the office's page does not name the delivery that failed", a)
	}
	d.post.turn(well)
	begin := time.Now()
	err = d.drained(ctx)
	d.longest = max(d.longest, time.Since(begin))
	return err
}

// ends judges what was taken, and that nobody noticed.
func (d *mailing) ends(ctx context.Context, l *loading, short bool) error {
	const felt = 500 * time.Millisecond
	p95 := l.lately()
	sheets := l.undisturbed(d.out)
	d.out.count("answers", len(sheets))
	d.out.time("p95", p95.Quantile(0.95))
	if !short && p95.Quantile(0.95) > felt {
		d.out.wrong("the residents' 95th percentile was %v", p95.Quantile(0.95))
	}
	d.post.mu.Lock()
	letters, pings := 0, 0
	for id, times := range d.post.taken {
		if times != 1 {
			d.out.wrong("%s was taken %d times", id, times)
		}
		if id[:4] == "ping" {
			pings++
		} else {
			letters++
		}
	}
	d.post.mu.Unlock()
	if letters < d.sent || pings < d.sent {
		d.out.wrong("%d messages, %d letters and %d pings were taken", d.sent, letters, pings)
	}
	d.out.count("messages", d.sent)
	d.out.time("drained", d.longest)
	if err := unfailing(ctx, d.out, d.metrics); err != nil {
		return err
	}
	d.settled(ctx, d.out, sheets)
	return d.closing(ctx, d.out, len(sheets))
}

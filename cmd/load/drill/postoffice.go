package drill

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// ailment is what is wrong with the mail server and with the gateway.
type ailment string

// The ailments.
const (
	well    ailment = ""        // both take what comes
	refuses ailment = "refuses" // no connection; the gateway answers 500
	hangs   ailment = "hangs"   // a connection on which nothing is ever said
	drops   ailment = "drops"   // all is read, and the connection cut before an answer
)

// postOffice is a mail server and a messaging gateway, well or not.
type postOffice struct {
	mail, hook string // addresses
	server     *smtp.Server
	gateway    *http.Server

	mu     sync.Mutex
	ails   ailment
	turned chan struct{}    // closed when the ailment changes
	taken  map[string]int   // by id: letters and pings that were acknowledged
	codes  []string         // addresses of confirmation in letters
	opened map[net.Conn]any // connections to the mail server
}

// openPostOffice listens with both.
func openPostOffice() (*postOffice, error) {
	p := &postOffice{taken: map[string]int{}, opened: map[net.Conn]any{}, turned: make(chan struct{})}
	mail, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // until the drill ends
	if err != nil {
		return nil, err
	}
	hook, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // until the drill ends
	if err != nil {
		return nil, errors.Join(err, mail.Close())
	}
	p.mail, p.hook = mail.Addr().String(), "http://"+hook.Addr().String()+"/"
	p.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &letters{p, c.Conn()}, nil }))
	p.server.Domain, p.server.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	p.gateway = &http.Server{Handler: http.HandlerFunc(p.ping), ReadHeaderTimeout: patience}
	go func() { _ = p.server.Serve(&lobby{mail, p}) }()
	go func() { _ = p.gateway.Serve(hook) }()
	return p, nil
}

func (p *postOffice) close() {
	p.turn(well)
	_, _ = p.server.Close(), p.gateway.Close() // the drill is over
}

// turn changes what is wrong; what hung is let go.
func (p *postOffice) turn(to ailment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ails = to
	close(p.turned)
	p.turned = make(chan struct{})
	for c := range p.opened {
		_ = c.Close() // one that hung, or none
	}
	clear(p.opened)
}

func (p *postOffice) now() (ailment, chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ails, p.turned
}

func (p *postOffice) take(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken[id]++
}

// lobby lets connections in, or not.
type lobby struct {
	net.Listener
	office *postOffice
}

// Accept implements net.Listener.
func (l *lobby) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		switch ails, _ := l.office.now(); ails {
		case refuses:
			_ = c.Close()
		case hangs:
			l.office.mu.Lock()
			l.office.opened[c] = nil
			l.office.mu.Unlock()
		case well, drops:
			return c, nil
		}
	}
}

// letters is one connection of the mail server.
type letters struct {
	office *postOffice
	conn   net.Conn
}

// Reset, Logout, Mail and Rcpt implement smtp.Session: anybody may send to anybody.
func (*letters) Reset() {}

// Logout implements smtp.Session.
func (*letters) Logout() error { return nil }

// Mail implements smtp.Session.
func (*letters) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session.
func (*letters) Rcpt(string, *smtp.RcptOptions) error { return nil }

// Data reads a letter.
func (l *letters) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if ails, _ := l.office.now(); ails == drops {
		return errors.Join(l.conn.Close(), io.ErrClosedPipe)
	}
	if code := regexp.MustCompile(`/inbox/confirm/[\w-]+`).Find(regexp.MustCompile(`=\r?\n`).ReplaceAll(raw, nil)); code != nil {
		l.office.mu.Lock()
		defer l.office.mu.Unlock()
		l.office.codes = append(l.office.codes, string(code))
		return nil
	}
	if id := regexp.MustCompile(`(?i)Message-ID:\s*<([^@>]+)@`).FindSubmatch(raw); id != nil {
		l.office.take("letter " + string(id[1]))
	}
	return nil
}

// ping is the gateway.
func (p *postOffice) ping(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // what it says is judged elsewhere
	switch ails, turned := p.now(); ails {
	case refuses:
		w.WriteHeader(http.StatusInternalServerError)
	case hangs:
		select {
		case <-turned:
		case <-r.Context().Done():
		}
		w.WriteHeader(http.StatusInternalServerError)
	case drops:
		panic(http.ErrAbortHandler) // net/http: cuts the connection
	case well:
		p.take("ping " + r.Header.Get("Minyi-Delivery"))
	}
}

// until waits for something that comes about by itself.
func until(ctx context.Context, limit time.Duration, is func() (bool, error)) (bool, error) {
	const step = 200 * time.Millisecond
	for end := time.Now().Add(limit); time.Now().Before(end); {
		if done, err := is(); done || err != nil {
			return done, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(step):
		}
	}
	return false, nil
}

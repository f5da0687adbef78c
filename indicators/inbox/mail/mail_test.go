package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"mime"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"minyi/indicators/inbox"
	"minyi/indicators/inbox/mail"
)

const password = "s3cret-of-the-mail-server"

// postOffice is a real mail server in this process, by another hand than the client.
type postOffice struct {
	net.Listener
	addr *net.TCPAddr

	mu      sync.Mutex
	down    bool
	refuse  map[string]error // by recipient
	letters []string
	to      []string
}

func (p *postOffice) Accept() (net.Conn, error) {
	for {
		c, err := p.Listener.Accept()
		if err != nil {
			return nil, err
		}
		p.mu.Lock()
		down := p.down
		p.mu.Unlock()
		if !down {
			return c, nil
		}
		if err := c.Close(); err != nil {
			return nil, err
		}
	}
}

// set changes how it behaves, while it serves.
func (p *postOffice) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *postOffice) got() (letters, to []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.letters...), append([]string(nil), p.to...)
}

type session struct {
	office *postOffice
	to     string
	auth   bool
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != "minyi" || pass != password {
			return smtp.ErrAuthFailed
		}
		s.auth = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	s.to = to
	return s.office.refuse[to]
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	s.office.letters, s.office.to = append(s.office.letters, string(raw)), append(s.office.to, s.to)
	return nil
}

// certificate makes one for localhost and the file that trusts it.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	raw, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, file
}

// opened starts a mail server and returns the settings of a client that it takes.
func opened(t *testing.T, security string) (*postOffice, mail.Config) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pair, ca := certificate(t)
	addr, _ := l.Addr().(*net.TCPAddr)
	p := &postOffice{Listener: l, addr: addr, refuse: map[string]error{}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{office: p}, nil }))
	server.Domain, server.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	cfg := mail.Config{
		Host: "localhost", Port: addr.Port, Security: security, User: "minyi", Password: password, From: "minyi@office.example", CA: ca,
		Timeout: time.Minute, Now: func() time.Time { return time.Date(2020, 8, 24, 1, 0, 0, 0, time.UTC) },
	}
	var serve net.Listener = p
	switch security {
	case mail.Implicit:
		serve = tls.NewListener(p, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
	case mail.StartTLS:
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	default:
		cfg.User, cfg.Password = "", ""
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(serve) }()
	t.Cleanup(func() {
		_ = server.Close() // the listener below it is closed with it
		<-ended
	})
	return p, cfg
}

func client(t *testing.T, cfg mail.Config) *mail.Server {
	t.Helper()
	s, err := mail.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func letter(to string) inbox.Letter {
	return inbox.Letter{To: to, ID: "m-1.abc", Subject: "有一条新消息", Body: "请登录查看：https://minyi.example/inbox\n"}
}

func TestALetterArrivesInEveryWayOfSecuringTheConnection(t *testing.T) {
	t.Parallel()
	for _, security := range []string{mail.StartTLS, mail.Implicit, mail.Plain} {
		t.Run(security, func(t *testing.T) {
			t.Parallel()
			office, cfg := opened(t, security)
			if err := client(t, cfg).Send(t.Context(), letter("li@unit.example")); err != nil {
				t.Fatal(err)
			}
			letters, to := office.got()
			if len(letters) != 1 || to[0] != "li@unit.example" {
				t.Fatalf("got %d letters to %v", len(letters), to)
			}
			m, err := netmail.ReadMessage(strings.NewReader(letters[0]))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			if err != nil || subject != "有一条新消息" {
				t.Errorf("subject: got %q, %v", subject, err)
			}
			for name, want := range map[string]string{
				"Message-ID": "<m-1.abc@office.example>", "Auto-Submitted": "auto-generated", "From": "<minyi@office.example>",
				"Date": "Mon, 24 Aug 2020 01:00:00 +0000",
			} {
				if got := m.Header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

// failed is how a server does not take a letter.
func failed(t *testing.T, err error) inbox.DeliveryError {
	t.Helper()
	var u *inbox.DeliveryError
	if !errors.As(err, &u) {
		t.Fatalf("got %v, want it undelivered", err)
	}
	for _, secret := range []string{password, "li@unit.example", "minyi@office"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error holds %q: %v", secret, err)
		}
	}
	return *u
}

func TestWhatServersDoDecidesWhetherALetterIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, security string
		change         func(*postOffice, *mail.Config)
		want           inbox.DeliveryError
	}{
		{"a recipient that does not exist", mail.StartTLS, func(p *postOffice, _ *mail.Config) {
			p.set(func() { p.refuse["li@unit.example"] = &smtp.SMTPError{Code: 550, Message: "no li@unit.example here"} })
		}, inbox.DeliveryError{Reason: inbox.Refused, Final: true}},
		{"a mailbox that is full for now", mail.StartTLS, func(p *postOffice, _ *mail.Config) {
			p.set(func() { p.refuse["li@unit.example"] = &smtp.SMTPError{Code: 452, Message: "later"} })
		}, inbox.DeliveryError{Reason: inbox.Busy}},
		{"a wrong password", mail.StartTLS, func(_ *postOffice, c *mail.Config) { c.Password = "wrong" }, inbox.DeliveryError{Reason: inbox.BadSignIn, Server: true}},
		{"a certificate that nobody vouches for", mail.StartTLS, func(_ *postOffice, c *mail.Config) { c.CA = "" }, inbox.DeliveryError{Reason: inbox.BadTLS, Server: true}},
		{"the same, with TLS from the start", mail.Implicit, func(_ *postOffice, c *mail.Config) { c.CA = "" }, inbox.DeliveryError{Reason: inbox.BadTLS, Server: true}},
		{"a server that hangs up", mail.StartTLS, func(p *postOffice, _ *mail.Config) { p.set(func() { p.down = true }) }, inbox.DeliveryError{Reason: inbox.Unreachable, Server: true}},
		{"a server without STARTTLS gets nothing in the clear", mail.Plain, func(_ *postOffice, c *mail.Config) { c.Security = mail.StartTLS }, inbox.DeliveryError{Reason: inbox.Broken, Server: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			office, cfg := opened(t, c.security)
			c.change(office, &cfg)
			if got := failed(t, client(t, cfg).Send(t.Context(), letter("li@unit.example"))); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if letters, _ := office.got(); len(letters) > 0 {
				t.Errorf("the server took %d letters", len(letters))
			}
		})
	}
}

func TestAServerThatDoesNotAnswerIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	addr, _ := l.Addr().(*net.TCPAddr) // nobody accepts: the connection stands, no greeting comes
	cfg := mail.Config{
		Host: "localhost", Port: addr.Port, Security: mail.Plain, From: "minyi@office.example", Timeout: 50 * time.Millisecond,
		Now: func() time.Time { return time.Unix(0, 0) },
	}
	if got, want := failed(t, client(t, cfg).Send(context.WithoutCancel(t.Context()), letter("li@unit.example"))),
		(inbox.DeliveryError{Reason: inbox.TooSlow, Server: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSettingsThatCannotHoldAreNamed(t *testing.T) {
	t.Parallel()
	good := mail.Config{Host: "mail.example", Security: mail.StartTLS, From: "minyi@office.example"}
	for name, change := range map[string]func(*mail.Config){
		"smtp-security": func(c *mail.Config) { c.Security = "ssl" },
		"smtp-from":     func(c *mail.Config) { c.From = "nobody" },
		"smtp-user":     func(c *mail.Config) { c.Password = password },
		"smtp-ca":       func(c *mail.Config) { c.CA = filepath.Join(t.TempDir(), "none.pem") },
		"smtp-host":     func(c *mail.Config) { c.Host = "" },
	} {
		cfg := good
		change(&cfg)
		_, err := mail.New(cfg)
		if err == nil || !strings.HasPrefix(err.Error(), name) || strings.Contains(err.Error(), password) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := mail.New(good); err != nil {
		t.Errorf("good settings: got %v", err)
	}
}

// Package mail hands letters to one mail server by SMTP (RFC 5321), with STARTTLS
// (RFC 3207) or TLS from the start (RFC 8314). It knows no inbox, keeps nothing and
// does not try again; it logs nothing, since what servers say repeats addresses.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"minyi/indicators/inbox"
)

// The ways in which a connection is secured.
const (
	StartTLS = "starttls" // begins in plain text and must turn to TLS
	Implicit = "tls"      // TLS from the first byte
	Plain    = "none"     // none at all: only within one machine or a closed network
)

// Config names the mail server. The password reaches no log.
type Config struct {
	Host     string
	Port     int    // 0: 587, with TLS from the start 465, without any 25
	Security string // StartTLS, Implicit or Plain
	User     string // empty: no sign-in
	Password string
	From     string        // address of the sender
	CA       string        // file of certificates (PEM) to trust beside the system's; empty: none
	Timeout  time.Duration // for one letter; 0: 30 s
	Now      func() time.Time
}

// Server sends letters by one mail server.
type Server struct {
	Config
	tls *tls.Config
}

const defaultTimeout = 30 * time.Second

// New makes a Server, without asking it anything yet; settings that cannot hold are
// errors that name the setting.
func New(cfg Config) (*Server, error) {
	s := &Server{Config: cfg, tls: &tls.Config{ServerName: cfg.Host, MinVersion: tls.VersionTLS12}}
	ports := map[string]int{StartTLS: gomail.DefaultPortTLS, Implicit: gomail.DefaultPortSSL, Plain: gomail.DefaultPort}
	port, known := ports[cfg.Security]
	if !known {
		return nil, fmt.Errorf("smtp-security: %q is none of %s, %s, %s", cfg.Security, StartTLS, Implicit, Plain)
	}
	if s.Port == 0 {
		s.Port = port
	}
	if s.Timeout == 0 {
		s.Timeout = defaultTimeout
	}
	if err := gomail.NewMsg().From(cfg.From); err != nil || cfg.From == "" {
		return nil, errors.New("smtp-from: an e-mail address is needed")
	}
	if cfg.User == "" && cfg.Password != "" {
		return nil, errors.New("smtp-user: a password without a name")
	}
	if cfg.CA != "" {
		if err := s.trust(cfg.CA); err != nil {
			return nil, err
		}
	}
	_, err := s.client()
	return s, err
}

// trust adds a file of certificates to those of the system.
func (s *Server) trust(file string) error {
	pem, err := os.ReadFile(file) //nolint:gosec // the operator names it
	if err != nil {
		return fmt.Errorf("smtp-ca: %w", err)
	}
	if s.tls.RootCAs, err = x509.SystemCertPool(); err != nil {
		s.tls.RootCAs = x509.NewCertPool()
	}
	if !s.tls.RootCAs.AppendCertsFromPEM(pem) {
		return fmt.Errorf("smtp-ca: %s holds no certificate", file)
	}
	return nil
}

func (s *Server) client() (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(s.Port), gomail.WithTimeout(s.Timeout), gomail.WithTLSConfig(s.tls), gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	switch s.Security {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	c, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("smtp-host: %w", err)
	}
	return c, nil
}

// Send hands the letter to the server and returns nil once it has taken it, else an
// *inbox.DeliveryError. Every attempt at one letter carries the same Message-ID.
func (s *Server) Send(ctx context.Context, l inbox.Letter) error {
	m, err := s.compose(l)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	err = c.DialAndSendWithContext(ctx, m)
	if err == nil || m.IsDelivered() {
		return nil // taken, although the farewell may have failed
	}
	return reason(err)
}

func (s *Server) compose(l inbox.Letter) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := errors.Join(m.From(s.From), m.To(l.To)); err != nil {
		return nil, &inbox.DeliveryError{Reason: inbox.Refused, Final: true}
	}
	_, domain, _ := strings.Cut(m.GetFrom()[0].Address, "@")
	m.SetMessageIDWithValue(l.ID + "@" + domain)
	m.SetDateWithValue(s.Now())
	m.Subject(l.Subject)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no machine answers it
	m.SetBodyString(gomail.TypeTextPlain, l.Body)
	return m, nil
}

// reason says why a letter was not taken, in none of the server's words.
func reason(err error) *inbox.DeliveryError {
	var late net.Error
	var dial *net.OpError
	var sent *gomail.SendError
	var reply *textproto.Error
	var unknown x509.UnknownAuthorityError
	var named x509.HostnameError
	var invalid x509.CertificateInvalidError
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &late) && late.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return &inbox.DeliveryError{Reason: inbox.TooSlow, Server: true}
	case errors.As(err, &unknown), errors.As(err, &named), errors.As(err, &invalid), errors.As(err, &header):
		return &inbox.DeliveryError{Reason: inbox.BadTLS, Server: true}
	case errors.As(err, &sent):
		return refused(sent)
	case errors.As(err, &reply) && reply.Code >= authFailed && reply.Code < authFailed+10:
		return &inbox.DeliveryError{Reason: inbox.BadSignIn, Server: true}
	case errors.As(err, &reply):
		return &inbox.DeliveryError{Reason: inbox.Busy, Server: true}
	case errors.As(err, &dial), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &inbox.DeliveryError{Reason: inbox.Unreachable, Server: true}
	}
	return &inbox.DeliveryError{Reason: inbox.Broken, Server: true} // such as: no STARTTLS, no sign-in offered
}

// authFailed and the nine codes after it are what servers say to a sign-in that they
// do not take (RFC 4954, 6).
const authFailed = 530

// refused reads what the server said to a letter: for good where its code begins with
// a 5, and about the recipient or the letter alone.
func refused(e *gomail.SendError) *inbox.DeliveryError {
	switch {
	case e.Reason == gomail.ErrSMTPMailFrom && !e.IsTemp() && e.ErrorCode() >= authFailed:
		return &inbox.DeliveryError{Reason: inbox.BadSignIn, Server: true}
	case e.ErrorCode() == 0:
		return &inbox.DeliveryError{Reason: inbox.Unreachable, Server: true}
	case e.IsTemp():
		return &inbox.DeliveryError{Reason: inbox.Busy}
	}
	return &inbox.DeliveryError{Reason: inbox.Refused, Final: true}
}

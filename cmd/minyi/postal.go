package main

import (
	"time"

	"github.com/spf13/pflag"

	"minyi/indicators/inbox"
	"minyi/indicators/inbox/gateway"
	"minyi/indicators/inbox/mail"
)

// postal are the operator's settings of the ways beside the inbox. The password and
// the secret are better given by a variable or the file: what stands on a command
// line is read by every account of the machine.
type postal struct {
	smtp mail.Config
	hook gateway.Config
}

// postalFlags declares them.
func (p *postal) postalFlags(f *pflag.FlagSet) {
	f.StringVar(&p.smtp.Host, "smtp-host", "", "")
	f.IntVar(&p.smtp.Port, "smtp-port", 0, "")
	f.StringVar(&p.smtp.Security, "smtp-security", mail.StartTLS, "")
	f.StringVar(&p.smtp.User, "smtp-user", "", "")
	f.StringVar(&p.smtp.Password, "smtp-password", "", "")
	f.StringVar(&p.smtp.From, "smtp-from", "", "")
	f.StringVar(&p.smtp.CA, "smtp-ca", "", "")
	f.StringVar(&p.hook.URL, "webhook-url", "", "")
	f.StringVar(&p.hook.Secret, "webhook-secret", "", "")
	f.StringVar(&p.hook.Identity, "webhook-identity", gateway.ByAccount, "")
	f.BoolVar(&p.hook.Private, "webhook-private", false, "")
}

// mailer returns the mail server, nil where none is named.
func (p *postal) mailer() (inbox.Mailer, error) {
	if p.smtp.Host == "" {
		return nil, nil //nolint:nilnil // no server is a good answer
	}
	cfg := p.smtp
	cfg.Now = time.Now
	server, err := mail.New(cfg)
	if err != nil {
		return nil, usageError{err}
	}
	return server, nil
}

// gateway returns the messaging gateway, nil where none is named.
func (p *postal) gateway() (inbox.Gateway, error) {
	if p.hook.URL == "" {
		return nil, nil //nolint:nilnil // no gateway is a good answer
	}
	cfg := p.hook
	cfg.Now = time.Now
	hook, err := gateway.New(cfg)
	if err != nil {
		return nil, usageError{err}
	}
	return hook, nil
}

// checkPostal says what of them cannot hold.
func (p *postal) checkPostal() error {
	if _, err := p.mailer(); err != nil {
		return err
	}
	_, err := p.gateway()
	return err
}

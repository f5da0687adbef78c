// Package gateway tells a messaging gateway by HTTP that something is there for
// somebody: a small signed JSON document, described in README.md beside this file. It
// follows no redirect, and reaches no private address unless the operator allows it.
// It knows no inbox, keeps nothing, does not try again and logs nothing.
package gateway

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"minyi/indicators/inbox"
)

// What the document says of whom a message is for.
const (
	ByAccount = "account" // the name of the account
	ByPhone   = "phone"   // HMAC-SHA256 of the telephone number, under the secret
)

// Config names the gateway. The secret reaches no log.
type Config struct {
	URL      string // https; http only where private addresses are allowed
	Secret   string // of at least 32 characters; shared with the gateway
	Identity string // ByAccount or ByPhone
	Private  bool   // whether the address may lead into this machine or a private network
	Timeout  time.Duration
	Now      func() time.Time
}

// Hook posts to one gateway.
type Hook struct {
	Config
	client *http.Client
}

const (
	shortSecret    = 32
	defaultTimeout = 20 * time.Second
)

// New makes a Hook, without asking the gateway anything yet; settings that cannot hold
// are errors that name the setting.
func New(cfg Config) (*Hook, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && (u.Scheme != "http" || !cfg.Private)) {
		return nil, errors.New("webhook-url: an https address is needed; http only together with webhook-private")
	}
	if len(cfg.Secret) < shortSecret {
		return nil, fmt.Errorf("webhook-secret: at least %d characters are needed", shortSecret)
	}
	if cfg.Identity != ByAccount && cfg.Identity != ByPhone {
		return nil, fmt.Errorf("webhook-identity: %q is neither %s nor %s", cfg.Identity, ByAccount, ByPhone)
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	h := &Hook{Config: cfg}
	dialer := &net.Dialer{Timeout: cfg.Timeout, Control: h.guard}
	h.client = &http.Client{
		Timeout:       cfg.Timeout,
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConns: 1, IdleConnTimeout: cfg.Timeout}, // no proxy of the environment: it would hide where a name leads
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return h, nil
}

// errPrivate says that a name led to a private address.
var errPrivate = errors.New("a private address")

// guard looks at the address that a name led to, when it is dialled: a name cannot
// lead elsewhere after it was looked at.
func (h *Hook) guard(_, address string, _ syscall.RawConn) error {
	if h.Private {
		return nil
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil || !public(at.Addr().Unmap()) {
		return errPrivate
	}
	return nil
}

// public reports whether an address belongs to nobody's own network: neither this
// machine, nor RFC 1918, 3927, 4193, 6598, nor a group.
func public(a netip.Addr) bool {
	shared := netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
	mapped := netip.MustParsePrefix("64:ff9b::/96")  // RFC 6052: IPv4 behind a translator
	broad := netip.MustParsePrefix("255.0.0.0/8")    // broadcast
	nowhere := netip.MustParsePrefix("0.0.0.0/8")    // RFC 1122: this network
	return a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a) && !mapped.Contains(a) && !broad.Contains(a) && !nowhere.Contains(a)
}

// document is what the gateway gets.
type document struct {
	Version  int        `json:"version"`
	ID       string     `json:"id"`
	Kind     inbox.Kind `json:"kind"`
	To       to         `json:"to"`
	Language string     `json:"language"`
	Text     string     `json:"text"`
	Link     string     `json:"link"`
	Posted   string     `json:"posted_at"`
	Due      string     `json:"due_at,omitempty"`
}

type to struct {
	Account string `json:"account,omitempty"`
	Phone   string `json:"phone_hmac_sha256,omitempty"`
}

// NeedsPhone reports whether the gateway finds people by their numbers.
func (h *Hook) NeedsPhone() bool { return h.Identity == ByPhone }

// mac is HMAC-SHA256 under the secret, in hex.
func (h *Hook) mac(text []byte) string {
	m := hmac.New(sha256.New, []byte(h.Secret))
	m.Write(text)
	return hex.EncodeToString(m.Sum(nil))
}

// Post sends the document and returns nil once the gateway answered with a status
// from 200 to 299, else an *inbox.DeliveryError.
func (h *Hook) Post(ctx context.Context, p inbox.Ping) error {
	doc := document{
		Version: 1, ID: p.ID, Kind: p.Kind, Language: p.Lang, Text: p.Text, Link: p.Link, Posted: p.At.UTC().Format(time.RFC3339),
	}
	if h.Identity == ByPhone {
		doc.To.Phone = h.mac([]byte(p.Phone))
	} else {
		doc.To.Account = p.Account
	}
	if !p.Due.IsZero() {
		doc.Due = p.Due.UTC().Format(time.RFC3339)
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	request, err := h.request(ctx, p.ID, body)
	if err != nil {
		return err
	}
	response, err := h.client.Do(request)
	if err != nil {
		return reason(err)
	}
	defer func() { _ = response.Body.Close() }() // nothing of it is needed
	const enough = 4 << 10
	_, _ = io.CopyN(io.Discard, response.Body, enough) // so that the connection serves again
	return verdict(response.StatusCode)
}

func (h *Hook) request(ctx context.Context, id string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	stamp := strconv.FormatInt(h.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "minyi")
	r.Header.Set("Minyi-Delivery", id)
	r.Header.Set("Minyi-Timestamp", stamp)
	r.Header.Set("Minyi-Signature", "v1="+h.mac(append([]byte(stamp+"."), body...)))
	return r, nil
}

// reason says why there was no answer, without the address.
func reason(err error) *inbox.DeliveryError {
	var late net.Error
	switch {
	case errors.Is(err, errPrivate):
		return &inbox.DeliveryError{Reason: inbox.Elsewhere, Server: true}
	case errors.As(err, &late) && late.Timeout():
		return &inbox.DeliveryError{Reason: inbox.TooSlow, Server: true}
	}
	return &inbox.DeliveryError{Reason: inbox.Unreachable, Server: true}
}

// verdict reads the gateway's status.
func verdict(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		return &inbox.DeliveryError{Reason: inbox.Elsewhere, Server: true}
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return &inbox.DeliveryError{Reason: inbox.BadSignIn, Server: true}
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return &inbox.DeliveryError{Reason: inbox.Busy}
	case status >= 400 && status < 500:
		return &inbox.DeliveryError{Reason: inbox.Refused, Final: true}
	}
	return &inbox.DeliveryError{Reason: inbox.Busy, Server: true}
}

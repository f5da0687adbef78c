package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestS27AForgedAddressChangesNeitherLimitNorTrail sends each request with another
// X-Forwarded-For from one socket: the limit by network counts them as one network's,
// and the trail does not name the client's own text.
func TestS27AForgedAddressChangesNeitherLimitNorTrail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	form := url.Values{"csrf": {csrfIn(b.get("/login").body)}}
	last := reply{}
	for n := range 20 {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/objections", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", n))
		r.Header.Set("X-Real-Ip", fmt.Sprintf("198.51.100.%d", n))
		r.Header.Set("Forwarded", fmt.Sprintf("for=198.51.100.%d", n))
		last = b.do(r)
	}
	if last.status != http.StatusTooManyRequests {
		t.Errorf("twenty requests with forged addresses: got %d, want 429", last.status)
	}
	entries, err := h.programme.Trail(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprint(entries), "198.51.100.") {
		t.Error("the trail names an address that the client made up")
	}
}

// TestS52TLSOrLoopback opens the door as serve does: without a certificate only on
// loopback or behind a named proxy, with one for TLS 1.2 and above.
func TestS52TLSOrLoopback(t *testing.T) {
	t.Parallel()
	cert, key := pair(t)
	for name, row := range map[string]struct {
		cfg  config
		open bool
	}{
		"plain on every address":    {config{listen: "0.0.0.0:0"}, false},
		"plain on loopback":         {config{listen: "127.0.0.1:0"}, true},
		"plain behind a proxy":      {config{listen: "0.0.0.0:0", proxies: []string{"127.0.0.1/32"}}, true},
		"TLS on every address":      {config{listen: "0.0.0.0:0", cert: cert, key: key}, true},
		"TLS with a key of no pair": {config{listen: "127.0.0.1:0", cert: cert, key: cert}, false},
	} {
		l, err := openDoor(t.Context(), &row.cfg)
		if (err == nil) != row.open {
			t.Errorf("%s: got %v", name, err)
		}
		if err == nil {
			_ = l.Close()
		}
	}
	l, err := openDoor(t.Context(), &config{listen: "127.0.0.1:0", cert: cert, key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = c.(*tls.Conn).Handshake(); _ = c.Close() }()
		}
	}()
	for version, open := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		d := tls.Dialer{Config: &tls.Config{MinVersion: version, MaxVersion: version, InsecureSkipVerify: true}}
		c, err := d.DialContext(t.Context(), "tcp", l.Addr().String())
		if (err == nil) != open {
			t.Errorf("%s: got %v, want it open: %t", tls.VersionName(version), err, open)
		}
		if err == nil {
			_ = c.Close()
		}
	}
}

// pair writes a certificate for loopback and its key.
func pair(t *testing.T) (cert, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, &form, &form, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
}

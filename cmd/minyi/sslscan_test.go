package main

import (
	"encoding/xml"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// tlsScan is what sslscan writes of a door.
type tlsScan struct {
	Test struct {
		Protocols []struct {
			Type    string `xml:"type,attr"`
			Version string `xml:"version,attr"`
			Enabled int    `xml:"enabled,attr"`
		} `xml:"protocol"`
		Ciphers []struct {
			Version  string `xml:"sslversion,attr"`
			Cipher   string `xml:"cipher,attr"`
			Bits     int    `xml:"bits,attr"`
			Strength string `xml:"strength,attr"`
		} `xml:"cipher"`
		Heartbleed []struct {
			Vulnerable int `xml:"vulnerable,attr"`
		} `xml:"heartbleed"`
		Renegotiation *struct {
			Secure int `xml:"secure,attr"`
		} `xml:"renegotiation"`
		Compression *struct {
			Supported int `xml:"supported,attr"`
		} `xml:"compression"`
	} `xml:"ssltest"`
}

// TestReadersS52SslscanFindsNothingWeak lets sslscan, which brings an OpenSSL of its own
// with all that is old, try every protocol and cipher on the door that serve opens with a
// certificate: TLS 1.2 and 1.3 only, every cipher with forward secrecy and authenticated.
func TestReadersS52SslscanFindsNothingWeak(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sslscan"); err != nil {
		if os.Getenv("MINYI_READERS") != "" {
			t.Fatal("sslscan is missing (Debian: sslscan)")
		}
		t.Skip("sslscan is not installed")
	}
	cert, key := pair(t)
	l, err := openDoor(t.Context(), &config{listen: "127.0.0.1:0", cert: cert, key: key})
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	out, err := exec.CommandContext(t.Context(), "sslscan", "--no-colour", "--xml=-", l.Addr().String()).Output()
	if err != nil {
		t.Fatalf("sslscan: %v\n%s", err, out)
	}
	var got tlsScan
	if err := xml.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tried, open := 0, ""
	for _, p := range got.Test.Protocols {
		tried++
		if p.Enabled == 1 {
			open += p.Type + p.Version + " "
		}
	}
	if open != "tls1.2 tls1.3 " || tried < 6 {
		t.Errorf("of %d protocols open: %s, want TLS 1.2 and 1.3\n%s", tried, open, out)
	}
	if len(got.Test.Ciphers) < 4 {
		t.Errorf("%d ciphers were found\n%s", len(got.Test.Ciphers), out)
	}
	for _, c := range got.Test.Ciphers {
		forward := c.Version == "TLSv1.3" || strings.HasPrefix(c.Cipher, "ECDHE-")
		if sealed := strings.Contains(c.Cipher, "GCM") || strings.Contains(strings.ToUpper(c.Cipher), "CHACHA20"); !forward || !sealed || c.Bits < 128 || c.Strength == "weak" || c.Strength == "medium" {
			t.Errorf("%s %s, %d bits, sslscan calls it %s", c.Version, c.Cipher, c.Bits, c.Strength)
		}
	}
	for _, h := range got.Test.Heartbleed {
		if h.Vulnerable != 0 {
			t.Error("heartbleed")
		}
	}
	if c := got.Test.Compression; c != nil && c.Supported != 0 {
		t.Error("it compresses")
	}
	t.Logf("%d ciphers on %s", len(got.Test.Ciphers), open)
}

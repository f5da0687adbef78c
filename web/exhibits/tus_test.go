package exhibits_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators/application"
)

// The sections named below are those of the tus protocol, version 1.0.0
// (tus.io/protocols/resumable-upload).

// tus sends a request of the protocol.
func (c *client) tus(method, path string, body []byte, header map[string]string) answer {
	r := httptest.NewRequestWithContext(c.h.t.Context(), method, path, bytes.NewReader(body))
	r.Header.Set("Tus-Resumable", "1.0.0")
	r.Header.Set("X-Csrf-Token", c.token)
	for k, v := range header {
		if v == "" {
			r.Header.Del(k)
		} else {
			r.Header.Set(k, v)
		}
	}
	return c.do(r)
}

// begin creates an upload and returns its address.
func (c *client) begin(name string, size int, more string) string {
	c.h.t.Helper()
	got := c.tus(http.MethodPost, desk+"/uploads", nil, map[string]string{"Upload-Length": strconv.Itoa(size), "Upload-Metadata": meta(name, more)})
	if got.status != http.StatusCreated {
		c.h.t.Fatalf("creation: got %d %s", got.status, got.body)
	}
	return got.header.Get("Location")
}

func meta(name, indicator string) string {
	b := base64.StdEncoding.EncodeToString
	return "filename " + b([]byte(name)) + ",indicator " + b([]byte(indicator)) + ",dated " + b([]byte("2020-05-01"))
}

func piece(offset int) map[string]string {
	return map[string]string{"Content-Type": "application/offset+octet-stream", "Upload-Offset": strconv.Itoa(offset)}
}

// offset asks how much has come.
func (c *client) offset(path string) string {
	return c.tus(http.MethodHead, path, nil, nil).header.Get("Upload-Offset")
}

func TestTusCreatesAppendsAndResumes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client("xixia")
	body := pdf(strings.Repeat("minutes ", 2000))
	got := c.tus(http.MethodOptions, desk+"/uploads", nil, map[string]string{"Tus-Resumable": ""}) // OPTIONS
	got.want(t, http.StatusNoContent)
	for name, want := range map[string]string{
		"Tus-Version": "1.0.0", "Tus-Resumable": "1.0.0", "Tus-Max-Size": "52428800",
		"Tus-Extension": "creation,expiration,termination,checksum", "Tus-Checksum-Algorithm": "sha256,sha1",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.header.Get(name), want)
		}
	}
	path := c.begin("报告.pdf", len(body), "1、2、3")
	head := c.tus(http.MethodHead, path, nil, nil) // HEAD
	if head.status != http.StatusOK || head.header.Get("Upload-Offset") != "0" || head.header.Get("Upload-Length") != strconv.Itoa(len(body)) ||
		head.header.Get("Cache-Control") != "no-store" || head.header.Get("Upload-Expires") == "" {
		t.Errorf("HEAD: got %d %v", head.status, head.header)
	}
	first := c.tus(http.MethodPatch, path, body[:7000], piece(0)) // PATCH
	if first.status != http.StatusNoContent || first.header.Get("Upload-Offset") != "7000" {
		t.Errorf("PATCH: got %d %v", first.status, first.header)
	}
	h.open() // the server was stopped and started: what was told to have come is there
	if got := c.offset(path); got != "7000" {
		t.Errorf("after a restart: got %s bytes, want 7000", got)
	}
	c.get(desk+"/exhibits").want(t, 200, "没有传完的文件", "报告.pdf · 43%")
	last := c.tus(http.MethodPatch, path, body[7000:], piece(7000))
	if last.status != http.StatusNoContent || last.header.Get("Upload-Offset") != strconv.Itoa(len(body)) {
		t.Errorf("the last piece: got %d %v %s", last.status, last.header, last.body)
	}
	if got := c.offset(path); got != strconv.Itoa(len(body)) {
		t.Errorf("when done: got %s", got)
	}
	d := h.stored("640105")
	if len(d.Exhibits) != 1 || d.Exhibits[0].File.Name != "报告.pdf" || len(d.Exhibits[0].Indicators) != 3 || len(h.blobs()) != 1 {
		t.Errorf("got %+v and %d files", d.Exhibits, len(h.blobs()))
	}
	sent := c.get(desk + "/exhibits/" + string(d.Exhibits[0].ID))
	if sent.body != string(body) {
		t.Errorf("sent back %d bytes, want the %d that came", len(sent.body), len(body))
	}
}

func TestTusRefusesWhatTheProtocolForbids(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, other := h.client("xixia"), h.client("yinchuan")
	body := pdf(strings.Repeat("x", 5000))
	path := c.begin("a.pdf", len(body), "1")
	c.tus(http.MethodPatch, path, body[:1000], piece(0)).want(t, http.StatusNoContent)
	with := func(header map[string]string, name, value string) map[string]string {
		header[name] = value
		return header
	}
	sum := sha1.Sum(body[1000:2000])
	checksum := func(raw []byte) string { return "sha1 " + base64.StdEncoding.EncodeToString(raw) }
	for _, row := range []struct {
		name   string
		got    answer
		status int
	}{
		{"another version", c.tus(http.MethodHead, path, nil, map[string]string{"Tus-Resumable": "0.2.2"}), http.StatusPreconditionFailed},
		{"no version", c.tus(http.MethodPatch, path, nil, with(piece(1000), "Tus-Resumable", "")), http.StatusPreconditionFailed},
		{"an offset too small", c.tus(http.MethodPatch, path, body[500:600], piece(500)), http.StatusConflict},
		{"an offset too large", c.tus(http.MethodPatch, path, body[3000:], piece(3000)), http.StatusConflict},
		{"no offset", c.tus(http.MethodPatch, path, body, with(piece(0), "Upload-Offset", "")), http.StatusBadRequest},
		{"another type", c.tus(http.MethodPatch, path, body, with(piece(1000), "Content-Type", "text/plain")), http.StatusUnsupportedMediaType},
		{"a damaged piece", c.tus(http.MethodPatch, path, body[1000:1999], with(piece(1000), "Upload-Checksum", checksum(sum[:]))), 460},
		{"an unknown sum", c.tus(http.MethodPatch, path, body[1000:2000], with(piece(1000), "Upload-Checksum", "crc32 AAAA")), http.StatusBadRequest},
		{"an upload that is not there", c.tus(http.MethodHead, desk+"/uploads/none", nil, nil), http.StatusNotFound},
		{"another unit's", other.tus(http.MethodHead, path, nil, nil), http.StatusNotFound},
		{"another unit's piece", other.tus(http.MethodPatch, path, body[1000:], piece(1000)), http.StatusNotFound},
		{"another unit's end", other.tus(http.MethodDelete, path, nil, nil), http.StatusNotFound},
		{"no form token", c.tus(http.MethodPatch, path, body[1000:], with(piece(1000), "X-Csrf-Token", "")), http.StatusForbidden},
		{"no length", c.tus(http.MethodPost, desk+"/uploads", nil, map[string]string{"Upload-Metadata": meta("a.pdf", "1")}), http.StatusUnprocessableEntity},
		{"too large", c.tus(http.MethodPost, desk+"/uploads", nil, map[string]string{"Upload-Length": "52428801", "Upload-Metadata": meta("a.pdf", "1")}), http.StatusRequestEntityTooLarge},
		{"an archive", c.tus(http.MethodPost, desk+"/uploads", nil, map[string]string{"Upload-Length": "10", "Upload-Metadata": meta("a.zip", "1")}), http.StatusUnprocessableEntity},
		{"no place", c.tus(http.MethodPost, desk+"/uploads", nil, map[string]string{"Upload-Length": "10", "Upload-Metadata": meta("a.pdf", "")}), http.StatusUnprocessableEntity},
		{"broken metadata", c.tus(http.MethodPost, desk+"/uploads", nil, map[string]string{"Upload-Length": "10", "Upload-Metadata": "filename !!"}), http.StatusBadRequest},
	} {
		if row.got.status != row.status {
			t.Errorf("%s: got %d, want %d: %.200s", row.name, row.got.status, row.status, row.got.body)
		}
	}
	if got := c.offset(path); got != "1000" {
		t.Errorf("after all of them: got %s bytes, want 1000", got)
	}
	c.tus(http.MethodPatch, path, body[1000:2000], with(piece(1000), "Upload-Checksum", checksum(sum[:]))).want(t, http.StatusNoContent)
	c.tus(http.MethodDelete, path, nil, nil).want(t, http.StatusNoContent) // Termination
	c.tus(http.MethodHead, path, nil, nil).want(t, http.StatusNotFound)
	gone := c.begin("b.pdf", 100, "1")
	h.mu.Lock()
	h.wall = h.wall.Add(application.UploadTerm)
	h.mu.Unlock()
	c.tus(http.MethodHead, gone, nil, nil).want(t, http.StatusGone) // Expiration
	if d := h.stored("640105"); len(d.Exhibits) != 0 || len(h.blobs()) != 0 {
		t.Errorf("something was kept: %v, %v", d.Exhibits, h.blobs())
	}
}

// listen serves the house on a real port.
func (h *house) listen() string {
	h.t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(h.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	app := h.app
	done := make(chan error, 1)
	go func() { done <- app.Listener(l) }()
	h.t.Cleanup(func() {
		app.ShutdownWithTimeout(time.Minute)
		<-done
	})
	return l.Addr().String()
}

// raw writes the head of a PATCH and a part of its body onto a connection.
func (c *client) raw(conn net.Conn, path string, offset, length int, body []byte) {
	var cookies []string
	for k, v := range c.cookies {
		cookies = append(cookies, k+"="+v)
	}
	fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nTus-Resumable: 1.0.0\r\nX-Csrf-Token: %s\r\nUpload-Offset: %d\r\n"+
		"Content-Type: application/offset+octet-stream\r\nContent-Length: %d\r\n\r\n", path, strings.Join(cookies, "; "), c.token, offset, length)
	conn.Write(body)
}

// A line that is cut in the middle of a piece loses nothing of what came before.
func TestTusGoesOnAfterACutLine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client("xixia")
	address := h.listen()
	body := pdf(strings.Repeat("a long document ", 20_000))
	path := c.begin("a.pdf", len(body), "1")
	offset := 0
	for range 2 {
		var d net.Dialer
		conn, err := d.DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		c.raw(conn, path, offset, len(body)-offset, body[offset:offset+100_000])
		// The other side takes it in before the line is cut.
		deadline := time.Now().Add(time.Minute)
		for want := strconv.Itoa(offset + 1); ; {
			n, err := strconv.Atoi(c.offset(path))
			if err == nil && n > offset && n >= offset+60_000 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("got %d bytes, want more than %s", n, want)
			}
			time.Sleep(time.Millisecond)
		}
		conn.Close()
		// The upload is free again once the server has seen the end of the line.
		for {
			n, err := strconv.Atoi(c.offset(path))
			if err != nil {
				t.Fatal(err)
			}
			got := c.tus(http.MethodPatch, path, body[n:n+10], piece(n))
			if got.status == http.StatusNoContent {
				offset = n + 10
				break
			}
			if got.status != http.StatusLocked && got.status != http.StatusConflict || time.Now().After(deadline) {
				t.Fatalf("going on: got %d %s", got.status, got.body)
			}
			time.Sleep(time.Millisecond)
		}
	}
	c.tus(http.MethodPatch, path, body[offset:], piece(offset)).want(t, http.StatusNoContent)
	e := h.stored("640105").Exhibits
	if len(e) != 1 || c.get(desk+"/exhibits/"+string(e[0].ID)).body != string(body) {
		t.Errorf("got %+v, want the same bytes", e)
	}
}

// Two tabs send the same file to the same upload: one byte is never taken twice,
// and both end with all of it.
func TestTusTwoTabsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	body := pdf(strings.Repeat("minutes ", 10_000))
	one, two := h.client("xixia"), h.client("xixia")
	path := one.begin("a.pdf", len(body), "1")
	var group sync.WaitGroup
	for _, c := range []*client{one, two} {
		group.Go(func() {
			for {
				head := c.tus(http.MethodHead, path, nil, nil)
				if head.status == http.StatusLocked {
					continue
				}
				n, err := strconv.Atoi(head.header.Get("Upload-Offset"))
				if err != nil {
					t.Errorf("HEAD: got %d %v", head.status, err)
					return
				}
				if n == len(body) {
					return
				}
				got := c.tus(http.MethodPatch, path, body[n:min(n+3000, len(body))], piece(n))
				switch got.status {
				case http.StatusNoContent, http.StatusConflict, http.StatusLocked:
				default:
					t.Errorf("PATCH: got %d %s", got.status, got.body)
					return
				}
			}
		})
	}
	group.Wait()
	e := h.stored("640105").Exhibits
	if len(e) != 1 || len(h.blobs()) != 1 {
		t.Fatalf("got %d exhibits and %d files, want one of each", len(e), len(h.blobs()))
	}
	if r, err := h.folder.Read(t.Context(), e[0].File.Digest); err != nil {
		t.Error(err)
	} else if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, body) || r.Close() != nil {
		t.Errorf("got %d bytes, %v", len(back), err)
	}
}

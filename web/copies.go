package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/copies"
	"minyi/web/login"
	"minyi/web/mark"
	"minyi/web/view"
)

// headerCopy names a copy beside its bytes, for what may not be changed inside.
const headerCopy = "X-Minyi-Copy"

// errUnlisted says that a page of staff answers with a file that the list of files does
// not know: it is not sent.
var errUnlisted = errors.New("web: a file that is not on the list of files")

// staffed reports whether others than applicants have a part in a route.
func staffed(r route) bool {
	return !r.open && slices.ContainsFunc(r.who, func(role access.Role) bool { return role != access.Applicant })
}

// shown is what a route shows of results: a form that is sent shows nothing.
func (a *App) shown(r route) pageOf {
	if r.method != get {
		return pageOf{}
	}
	return a.results[r.path]
}

// copied keeps account of what staff take away and read (S45, S50): a file on the list
// is marked or left as it is, and noted before it goes out; a page with results is noted
// once in ten minutes, and says on paper who printed it.
func (a *App) copied(r route) []fiber.Handler {
	if a.cfg.Copies == nil || !staffed(r) {
		return nil
	}
	shows := a.shown(r)
	file, listed := a.files[r.path]
	return []fiber.Handler{func(c *fiber.Ctx) error {
		by := login.Actor(c)
		if c.Method() == fiber.MethodHead || by.Anonymous() {
			return c.Next()
		}
		purpose, err := a.purpose(c, cmp.Or(file.purpose, shows.purpose))
		if err != nil {
			return err
		}
		t := &taking{app: a, c: c, by: by, file: file, purpose: purpose}
		if listed {
			view.SetTaking(c, t)
		}
		noted, err := a.reading(c, by, shows.what, purpose)
		if err != nil {
			return err
		}
		if err := c.Next(); err != nil {
			return err
		}
		if err := t.rest(listed); err != nil || t.done || c.Response().StatusCode() != fiber.StatusOK {
			return err
		}
		return noted()
	}}
}

// purpose is what somebody has said that a copy is for, else what its kind is usually
// for.
func (a *App) purpose(c *fiber.Ctx, usual string) (string, error) {
	typed, err := copies.Purpose(c.Query("purpose"))
	if typed == "" && usual != "" {
		typed = a.cfg.Texts.Say(view.LangOf(c), "copy.usual."+usual, nil)
	}
	return typed, err
}

// asked is a path with what was asked beside it, without what changes no result.
func asked(c *fiber.Ctx) string {
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return c.Path()
	}
	for _, name := range []string{"lang", "done", "purpose"} {
		query.Del(name)
	}
	if text := query.Encode(); text != "" {
		const most = 200
		return c.Path() + "?" + text[:min(most, len(text))]
	}
	return c.Path()
}

// reading readies a page with results: what it says on paper, and its entry. A page that
// shows nothing has none.
func (a *App) reading(c *fiber.Ctx, by access.Actor, shows, purpose string) (noted func() error, err error) {
	if shows == "" {
		return func() error { return nil }, nil
	}
	r, err := a.cfg.Copies.Reading(by, asked(c))
	if err != nil {
		return nil, err
	}
	r.Shows, r.Purpose = shows, purpose
	view.SetPrinted(c, view.Printed{Reader: by.Name, Role: string(by.Role), Purpose: purpose, Serial: r.Serial, At: a.cfg.Now()})
	return func() error { return a.cfg.Copies.Read(c.UserContext(), by, r) }, nil
}

// taking is one file on its way to somebody.
type taking struct {
	app     *App
	c       *fiber.Ctx
	by      access.Actor
	file    fileOf
	purpose string
	done    bool
}

// whole is up to which length a file is noted with its digest before it goes out; a
// longer one that is left as it is gets its digest when it has gone.
const whole = 1 << 20

// Take implements view.Taking.
func (t *taking) Take(name, mediaType string, size int64, r io.Reader) (io.Reader, int64, error) {
	t.done = true
	serial, err := t.app.cfg.Copies.Serial()
	if err != nil {
		return nil, 0, err
	}
	note := copies.Copy{Serial: serial, Purpose: t.purpose, Path: asked(t.c), File: name, Way: string(t.file.way)}
	t.c.Set(headerCopy, serial)
	if t.file.way != marked && (size < 0 || size > whole) {
		s := &sending{from: r, left: size, hash: sha256.New(), sent: t.sent(serial)}
		return s, size, t.app.cfg.Copies.Handed(t.c.UserContext(), t.by, note)
	}
	data, err := all(r)
	if err != nil {
		return nil, 0, err
	}
	if t.file.way == marked {
		if data, err = t.app.marker.File(mediaType, data, t.app.mark(t.c, t.by, serial, t.purpose)); err != nil {
			return nil, 0, err
		}
	}
	sum := sha256.Sum256(data)
	note.Digest, note.Bytes = hex.EncodeToString(sum[:]), int64(len(data))
	return bytes.NewReader(data), int64(len(data)), t.app.cfg.Copies.Handed(t.c.UserContext(), t.by, note)
}

// sent notes the digest of what has gone out as a stream, after the handler has
// returned.
func (t *taking) sent(serial string) func(digest string, bytes int64) error {
	ctx, by, notes := context.WithoutCancel(t.c.UserContext()), t.by, t.app.cfg.Copies
	return func(digest string, bytes int64) error { return notes.Sent(ctx, by, serial, digest, bytes) }
}

// rest takes what a handler has answered with by itself.
func (t *taking) rest(listed bool) error {
	res := t.c.Response()
	how := res.Header.Peek(fiber.HeaderContentDisposition)
	if t.done || res.StatusCode() != fiber.StatusOK || !bytes.HasPrefix(how, []byte("attachment")) {
		return nil
	}
	if !listed || res.IsBodyStream() {
		return errors.Join(errUnlisted, res.CloseBodyStream())
	}
	_, about, err := mime.ParseMediaType(string(how))
	if err != nil {
		return fmt.Errorf("web: name of a file: %w", err)
	}
	body := bytes.Clone(res.Body())
	r, _, err := t.Take(about["filename"], string(res.Header.ContentType()), int64(len(body)), bytes.NewReader(body))
	if err != nil {
		res.ResetBody()
		return err
	}
	if body, err = all(r); err != nil {
		return err
	}
	res.SetBody(body)
	return nil
}

func all(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(r)
	if closer, ok := r.(io.Closer); ok {
		err = errors.Join(err, closer.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("web: read a file: %w", err)
	}
	return data, nil
}

// mark is what a copy says of itself.
func (a *App) mark(c *fiber.Ctx, by access.Actor, serial, purpose string) mark.Mark {
	lang, now := view.LangOf(c), a.cfg.Now()
	say := func(key string, params map[string]string) string { return a.cfg.Texts.Say(lang, key, params) }
	return mark.Mark{
		Serial: serial, Reader: by.Name, Purpose: purpose, At: now, Sheet: say("copy.sheet", nil),
		Lines: []string{
			say("copy.line", map[string]string{"reader": by.Name, "role": say("role."+string(by.Role), nil), "at": view.DateTime(lang, now), "serial": serial}),
			say("copy.for", map[string]string{"purpose": purpose}),
		},
	}
}

// sending is a stream on its way, whose digest is noted before its last piece leaves.
type sending struct {
	from  io.Reader
	left  int64 // bytes to come; negative where that is not known
	n     int64
	hash  hash.Hash
	sent  func(digest string, bytes int64) error
	noted bool
}

// Read gives the next piece.
func (s *sending) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	if last := errors.Is(err, io.EOF) || s.left >= 0 && s.n >= s.left; last && !s.noted {
		s.noted = true
		if wrong := s.sent(hex.EncodeToString(s.hash.Sum(nil)), s.n); wrong != nil {
			return 0, wrong // the last piece is kept back: a part never passes for the whole
		}
	}
	return n, err
}

// Close ends the stream from the receiver's side.
func (s *sending) Close() error {
	if closer, ok := s.from.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// FileWay is a route that answers with a file, and how its copies are marked.
type FileWay struct{ Path, Way string }

// FilesOfStaff lists every route by which staff take a file away.
func FilesOfStaff() (out []FileWay) {
	for path, f := range filesOfStaff() {
		out = append(out, FileWay{path, string(f.way)})
	}
	slices.SortFunc(out, func(a, b FileWay) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// PagesOfResults lists every page that shows a mark, a rank, a sample, a running
// estimate or a release before it is public, with what it shows.
func PagesOfResults() map[string]string {
	out := map[string]string{}
	for path, p := range pagesOfResults() {
		out[path] = p.what
	}
	return out
}

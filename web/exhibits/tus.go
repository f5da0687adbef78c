package exhibits

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // the protocol names it: it finds damage, not deceit
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// The server of the tus resumable upload protocol (tus.io/protocols/resumable-upload,
// version 1.0.0): its core, creation, expiration, termination and checksum.
//
// It is our own because the server library, tusd, answers net/http requests: behind
// Fiber it would get every piece as a whole in memory and no deadline to move, and
// it keeps its state in files of its own beside our store, our quota and our leave.
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,expiration,termination,checksum"
	tusSums       = "sha256,sha1"

	headerResumable = "Tus-Resumable"
	headerOffset    = "Upload-Offset"
	headerLength    = "Upload-Length"
	headerMetadata  = "Upload-Metadata"
	headerExpires   = "Upload-Expires"

	statusChecksum = 460 // Checksum Mismatch, as the protocol names it
)

// Tus answers a request of the protocol by what do says, and its refusals by the
// protocol's statuses with their sentence as plain text.
func (d *Door) Tus(do func(c *fiber.Ctx, k application.Key) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(headerResumable, tusVersion)
		if c.Method() == fiber.MethodOptions {
			return do(c, application.Key{})
		}
		if c.Get(headerResumable) != tusVersion {
			c.Set("Tus-Version", tusVersion)
			return d.say(c, fiber.StatusPreconditionFailed, fault.New(fault.Invalid, "request.invalid"))
		}
		k, err := keyOf(c)
		if err == nil {
			err = do(c, k)
		}
		if refusals := fault.All(err); len(refusals) > 0 {
			return d.say(c, tusStatus(refusals[0]), refusals[0])
		}
		return err
	}
}

func (d *Door) say(c *fiber.Ctx, status int, r *fault.Refusal) error {
	c.Status(status).Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.SendString(d.texts.Refusal(view.LangOf(c), r))
}

func tusStatus(r *fault.Refusal) int {
	switch r.Code {
	case "upload.expired":
		return fiber.StatusGone
	case "upload.busy":
		return fiber.StatusLocked
	case "upload.checksum":
		return statusChecksum
	case "upload.type":
		return fiber.StatusUnsupportedMediaType
	case "request.invalid":
		return fiber.StatusBadRequest
	}
	return view.FormStatus(r.Kind)
}

// Describe says what the server can do.
func (d *Door) Describe(c *fiber.Ctx, _ application.Key) error {
	limits, _ := d.service.Limits()
	c.Set("Tus-Version", tusVersion)
	c.Set("Tus-Extension", tusExtensions)
	c.Set("Tus-Checksum-Algorithm", tusSums)
	c.Set("Tus-Max-Size", strconv.FormatInt(limits.File, 10))
	return c.SendStatus(fiber.StatusNoContent)
}

// Begin makes room for a file: headers Upload-Length and Upload-Metadata with
// filename, dated, and indicator or attachment.
func (d *Door) Begin(c *fiber.Ctx, k application.Key) error {
	size, err := strconv.ParseInt(c.Get(headerLength), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "upload.size")
	}
	meta, err := metadata(c.Get(headerMetadata))
	if err != nil {
		return err
	}
	place, err := placing(meta["indicator"], meta["dated"], meta["attachment"])
	if err != nil {
		return err
	}
	u, err := d.service.BeginUpload(c.UserContext(), login.Actor(c), k, place, meta["filename"], size)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, base(k)+"/uploads/"+string(u.ID))
	setExpiry(c, u)
	return c.SendStatus(fiber.StatusCreated)
}

func setExpiry(c *fiber.Ctx, u application.Upload) {
	c.Set(headerExpires, u.Expires.UTC().Format(http.TimeFormat))
}

// metadata reads "key base64,key base64".
func metadata(header string) (map[string]string, error) {
	out := map[string]string{}
	for pair := range strings.SplitSeq(header, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		raw, err := base64.StdEncoding.DecodeString(value)
		if _, twice := out[key]; err != nil || twice {
			return nil, fault.New(fault.Invalid, "request.invalid")
		}
		out[key] = string(raw)
	}
	return out, nil
}

// Offset says how much of a file has come.
func (d *Door) Offset(c *fiber.Ctx, k application.Key) error {
	u, err := d.service.OwnUpload(c.UserContext(), login.Actor(c), k, application.UploadID(c.Params("upload")))
	if err != nil {
		return err
	}
	c.Set(headerLength, strconv.FormatInt(u.Size, 10))
	c.Set(headerOffset, strconv.FormatInt(u.Received, 10))
	setExpiry(c, u)
	return c.SendStatus(fiber.StatusOK)
}

// Receive takes a piece. The answer comes when it is on disk.
func (d *Door) Receive(c *fiber.Ctx, k application.Key) error {
	if c.Get(fiber.HeaderContentType) != "application/offset+octet-stream" {
		return fault.New(fault.Invalid, "upload.type")
	}
	at, err := strconv.ParseInt(c.Get(headerOffset), 10, 64)
	if err != nil || at < 0 {
		return fault.New(fault.Invalid, "request.invalid")
	}
	line := listen(c)
	defer line.stop()
	p := evidence.Piece{At: at, Most: int64(max(0, c.Request().Header.ContentLength())), From: line}
	if err := checked(&p, c.Get("Upload-Checksum")); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(c.UserContext()), receiving)
	defer stop()
	u, err := d.service.Receive(ctx, login.Actor(c), k, application.UploadID(c.Params("upload")), p)
	if line.broken != nil { // there is nobody to answer
		c.Context().SetConnectionClose()
		return fault.New(fault.Invalid, "request.invalid")
	}
	if err != nil {
		return err
	}
	c.Set(headerOffset, strconv.FormatInt(u.Received, 10))
	setExpiry(c, u)
	return c.SendStatus(fiber.StatusNoContent)
}

// checked reads the header Upload-Checksum into the piece.
func checked(p *evidence.Piece, header string) error {
	if header == "" {
		return nil
	}
	algorithm, value, _ := strings.Cut(header, " ")
	switch algorithm {
	case "sha256":
		p.Sum = sha256.New()
	case "sha1":
		p.Sum = sha1.New() //nolint:gosec // see above
	default:
		return fault.New(fault.Invalid, "request.invalid")
	}
	var err error
	if p.Want, err = base64.StdEncoding.DecodeString(value); err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	return nil
}

// Drop ends an upload and forgets what has come of it.
func (d *Door) Drop(c *fiber.Ctx, k application.Key) error {
	if err := d.service.DropUpload(c.UserContext(), login.Actor(c), k, application.UploadID(c.Params("upload"))); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

const (
	receiving = time.Hour        // for one request, however slow the line
	silence   = 60 * time.Second // between two bytes
)

// line is a body on its way. The server bounds the time of a whole request, which
// a large piece on a slow line exceeds: here each byte has that time.
type line struct {
	from   io.Reader
	conn   net.Conn
	guard  *time.Timer
	broken error
}

func listen(c *fiber.Ctx) *line {
	l := &line{from: c.Context().RequestBodyStream(), conn: c.Context().Conn()}
	if l.from == nil {
		l.from = bytes.NewReader(c.Body())
	}
	l.guard = time.AfterFunc(silence, func() { _ = l.conn.SetReadDeadline(time.Unix(1, 0)) })
	_ = l.conn.SetReadDeadline(time.Time{}) // a connection that is gone says so at the next read
	return l
}

// Read gives the next bytes.
func (l *line) Read(p []byte) (int, error) {
	l.guard.Reset(silence)
	n, err := l.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		l.broken = err
	}
	return n, err
}

func (l *line) stop() { l.guard.Stop() }

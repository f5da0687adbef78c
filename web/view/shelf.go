package view

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

// Shelf holds the files that one door's pages load, each at an address that carries
// a digest of its bytes, so that browsers may keep it for good.
type Shelf []shelved

// ShelfFile is a file to put on a shelf: Name stands at the end of its address, Path
// is where it lies. A path that ends in .gz is of a packed file.
type ShelfFile struct{ Name, Path string }

type shelved struct {
	name, address, media string
	plain, packed        []byte
}

// LoadShelf reads the files, unpacks those that lie packed, and packs the others. It
// fails on a file that is not there or cannot be unpacked.
func LoadShelf(files fs.ReadFileFS, list ...ShelfFile) (Shelf, error) {
	var out Shelf
	for _, f := range list {
		raw, err := files.ReadFile(f.Path)
		if err != nil {
			return nil, fmt.Errorf("shelf: %w", err)
		}
		one := shelved{name: f.Name, media: media(f.Name)}
		if strings.HasSuffix(f.Path, ".gz") {
			one.packed = raw
			one.plain, err = unpacked(raw)
		} else {
			one.plain = raw
			one.packed, err = packed(raw)
		}
		if err != nil {
			return nil, fmt.Errorf("shelf: %s: %w", f.Path, err)
		}
		sum := sha256.Sum256(one.plain)
		one.address = "/static/" + hex.EncodeToString(sum[:6]) + "/" + f.Name
		out = append(out, one)
	}
	return out, nil
}

// media is what a file is by its name.
func media(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

func unpacked(raw []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func packed(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Paths are the addresses of all files.
func (s Shelf) Paths() (out []string) {
	for _, f := range s {
		out = append(out, f.address)
	}
	return out
}

// Path is the address of a file, empty for an unknown name.
func (s Shelf) Path(name string) string {
	for _, f := range s {
		if f.name == name {
			return f.address
		}
	}
	return ""
}

// Serve sends the file that the request's address names, packed to whoever takes it
// so; an unknown one is refused with page.missing.
func (s Shelf) Serve(c *fiber.Ctx) error {
	for _, f := range s {
		if f.name != path.Base(c.Path()) {
			continue
		}
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		c.Set(fiber.HeaderContentType, f.media)
		if c.AcceptsEncodings("gzip") == "gzip" {
			c.Set(fiber.HeaderContentEncoding, "gzip")
			return c.Send(f.packed)
		}
		return c.Send(f.plain)
	}
	return fault.New(fault.NotFound, "page.missing")
}

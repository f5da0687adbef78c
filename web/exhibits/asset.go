package exhibits

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

//go:embed assets tus
var assetFiles embed.FS

// The files that the pages load, by the name at the end of their address.
const (
	styleFile   = "exhibits.css"
	scriptFile  = "exhibits.js"
	libraryFile = "tus-4.3.1.js"
	noticeFile  = "tus-4.3.1.txt"
)

// asset is a file at an address that carries a digest of its bytes, so that
// browsers may keep it for good.
type asset struct {
	name, address, media string
	plain, packed        []byte
}

// loadAssets reads the files, unpacks the library, and packs the others.
func loadAssets() ([]asset, error) {
	const javascript, style, text = "text/javascript; charset=utf-8", "text/css; charset=utf-8", "text/plain; charset=utf-8"
	var out []asset
	for _, f := range []struct{ name, file, media string }{
		{styleFile, "assets/exhibits.css", style},
		{scriptFile, "assets/exhibits.js", javascript},
		{libraryFile, "tus/tus.min.js.gz", javascript},
		{noticeFile, "tus/NOTICE.txt", text},
	} {
		raw, err := assetFiles.ReadFile(f.file)
		if err != nil {
			return nil, fmt.Errorf("exhibits: %w", err)
		}
		one := asset{name: f.name, media: f.media}
		if strings.HasSuffix(f.file, ".gz") {
			one.packed = raw
			one.plain, err = unpacked(raw)
		} else {
			one.plain = raw
			one.packed, err = packed(raw)
		}
		if err != nil {
			return nil, fmt.Errorf("exhibits: %s: %w", f.file, err)
		}
		sum := sha256.Sum256(one.plain)
		one.address = "/static/" + hex.EncodeToString(sum[:6]) + "/" + f.name
		out = append(out, one)
	}
	return out, nil
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

// AssetPaths are the addresses of all files of the door.
func (d *Door) AssetPaths() (out []string) {
	for _, a := range d.assets {
		out = append(out, a.address)
	}
	return out
}

// assetPath is the address of a file of the door, empty for an unknown name.
func (d *Door) assetPath(name string) string {
	for _, a := range d.assets {
		if a.name == name {
			return a.address
		}
	}
	return ""
}

// Asset serves a file of the door, packed to whoever takes it so.
func (d *Door) Asset(c *fiber.Ctx) error {
	for _, a := range d.assets {
		if a.name != path.Base(c.Path()) {
			continue
		}
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		c.Set(fiber.HeaderContentType, a.media)
		if c.AcceptsEncodings("gzip") == "gzip" {
			c.Set(fiber.HeaderContentEncoding, "gzip")
			return c.Send(a.packed)
		}
		return c.Send(a.plain)
	}
	return fault.New(fault.NotFound, "page.missing")
}

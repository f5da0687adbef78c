package monitor

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

//go:embed assets
var assetFiles embed.FS

// asset is a file at an address that carries a digest of its bytes, so that browsers
// may keep it for good.
type asset struct {
	name, address, media string
	text                 []byte
}

func loadAssets() (out []asset, err error) {
	for _, f := range []asset{{name: "monitor.css", media: "text/css; charset=utf-8"}, {name: "monitor.js", media: "text/javascript; charset=utf-8"}} {
		if f.text, err = assetFiles.ReadFile("assets/" + f.name); err != nil {
			return nil, fmt.Errorf("monitor: %w", err)
		}
		sum := sha256.Sum256(f.text)
		f.address = "/static/" + hex.EncodeToString(sum[:6]) + "/" + f.name
		out = append(out, f)
	}
	return out, nil
}

// AssetPaths are the addresses of all files of the door.
func (d *Door) AssetPaths() (out []string) {
	for _, a := range d.assets {
		out = append(out, a.address)
	}
	return out
}

// Asset serves a file of the door.
func (d *Door) Asset(c *fiber.Ctx) error {
	for _, a := range d.assets {
		if a.name == path.Base(c.Path()) {
			c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
			c.Set(fiber.HeaderContentType, a.media)
			return c.Send(a.text)
		}
	}
	return fault.New(fault.NotFound, "page.missing")
}

package apply

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

//go:embed assets
var assetFiles embed.FS

// asset is a file at an address that carries a digest of its bytes, so that
// browsers may keep it for good.
type asset struct {
	name, media, address string
	text                 []byte
}

// loadAssets reads the style and the script, in this order. The script counts,
// compares and saves while one works; whatever it sends, the server checks.
func loadAssets() (out []asset, err error) {
	for _, f := range []asset{{name: "apply.css", media: "text/css; charset=utf-8"}, {name: "apply.js", media: "text/javascript; charset=utf-8"}} {
		if f.text, err = assetFiles.ReadFile("assets/" + f.name); err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
		sum := sha256.Sum256(f.text)
		f.address = "/static/" + hex.EncodeToString(sum[:6]) + "/" + f.name
		out = append(out, f)
	}
	return out, nil
}

// AssetPaths are the addresses of all files of the door.
func (d *Door) AssetPaths() []string {
	out := make([]string, len(d.assets))
	for i, a := range d.assets {
		out[i] = a.address
	}
	return out
}

// Asset sends a file of the door.
func (d *Door) Asset(c *fiber.Ctx) error {
	for _, a := range d.assets {
		if a.address == c.Path() {
			c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
			c.Set(fiber.HeaderContentType, a.media)
			return c.Send(a.text)
		}
	}
	return fault.New(fault.NotFound, "page.missing")
}

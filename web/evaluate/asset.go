package evaluate

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"path"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

//go:embed assets/sheet.js assets/sheet.css
var assetFiles embed.FS

// asset is a file of the sheet with the address that carries a digest of its
// bytes.
type asset struct {
	raw       []byte
	address   string
	mediaType string
}

func assets() map[string]asset {
	out := map[string]asset{}
	for name, mediaType := range map[string]string{"sheet.js": "text/javascript; charset=utf-8", "sheet.css": "text/css; charset=utf-8"} {
		raw, err := assetFiles.ReadFile("assets/" + name)
		if err != nil {
			panic(err) // embedded above
		}
		sum := sha256.Sum256(raw)
		out[name] = asset{raw, "/static/" + hex.EncodeToString(sum[:6]) + "/" + name, mediaType}
	}
	return out
}

// AssetPaths are the addresses of the sheet's script and of its style.
func (d *Door) AssetPaths() []string {
	return []string{d.assets["sheet.js"].address, d.assets["sheet.css"].address}
}

// Asset serves them.
func (d *Door) Asset(c *fiber.Ctx) error {
	one, ok := d.assets[path.Base(c.Path())]
	if !ok {
		return fault.New(fault.NotFound, "page.missing")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, one.mediaType)
	return c.Send(one.raw)
}

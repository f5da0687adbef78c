package view

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"

	"github.com/gofiber/fiber/v2"
)

//go:embed layout/*.html
var layoutFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// Assets maps an asset's name to its address, which carries a digest of its
// bytes, so that browsers may keep it for good.
type Assets map[string]string

func assets() Assets {
	a := Assets{}
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	for _, e := range entries {
		raw, err := assetFiles.ReadFile(path.Join("assets", e.Name()))
		if err != nil {
			panic(err) // likewise
		}
		sum := sha256.Sum256(raw)
		a[e.Name()] = "/static/" + hex.EncodeToString(sum[:6]) + "/" + e.Name()
	}
	return a
}

// URL returns the address of an asset.
func (a Assets) URL(name string) string { return a[name] }

// MountAssets serves the assets at their digest addresses.
func MountAssets(r fiber.Router) {
	for name, address := range assets() {
		raw, err := assetFiles.ReadFile(path.Join("assets", name))
		if err != nil {
			panic(err) // the folder is embedded above
		}
		r.Get(address, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
			c.Type(path.Ext(name)[1:], "utf-8")
			return c.Send(raw)
		})
	}
}

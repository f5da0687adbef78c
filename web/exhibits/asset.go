package exhibits

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"minyi/web/view"
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

func loadAssets() (view.Shelf, error) {
	return view.LoadShelf(assetFiles,
		view.ShelfFile{Name: styleFile, Path: "assets/exhibits.css"},
		view.ShelfFile{Name: scriptFile, Path: "assets/exhibits.js"},
		view.ShelfFile{Name: libraryFile, Path: "tus/tus.min.js.gz"},
		view.ShelfFile{Name: noticeFile, Path: "tus/NOTICE.txt"})
}

// AssetPaths are the addresses of all files of the door.
func (d *Door) AssetPaths() []string { return d.assets.Paths() }

// Asset serves a file of the door.
func (d *Door) Asset(c *fiber.Ctx) error { return d.assets.Serve(c) }

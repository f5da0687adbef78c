package results

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"minyi/web/view"
)

//go:embed assets echarts
var assetFiles embed.FS

// The files that the pages load, by the name at the end of their address.
const (
	styleFile   = "results.css"
	scriptFile  = "results.js"
	libraryFile = "echarts-6.1.0.js"
	noticeFile  = "echarts-6.1.0.txt"
)

func loadAssets() (view.Shelf, error) {
	return view.LoadShelf(assetFiles,
		view.ShelfFile{Name: styleFile, Path: "assets/results.css"},
		view.ShelfFile{Name: scriptFile, Path: "assets/results.js"},
		view.ShelfFile{Name: libraryFile, Path: "echarts/echarts.min.js.gz"},
		view.ShelfFile{Name: noticeFile, Path: "echarts/NOTICE.txt"})
}

// AssetPaths are the addresses of all files of the door.
func (d *Door) AssetPaths() []string { return d.assets.Paths() }

// Asset serves a file of the door.
func (d *Door) Asset(c *fiber.Ctx) error { return d.assets.Serve(c) }

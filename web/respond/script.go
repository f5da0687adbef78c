package respond

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/web/view"
)

// asset is a file served under an address that carries its digest.
type asset struct {
	path string
	kind string
	body []byte
}

const assetFolder = "/static/respond/"

func newAsset(body []byte, kind, ending string) asset {
	sum := sha256.Sum256(body)
	return asset{path: assetFolder + hex.EncodeToString(sum[:6]) + ending, kind: kind, body: body}
}

// newCard is the picture that a messenger shows beside a link. No page shows it.
func newCard() (asset, error) {
	picture, err := files.ReadFile("pages/card.png")
	if err != nil {
		return asset{}, fmt.Errorf("respond: %w", err)
	}
	return newAsset(picture, "image/png", ".png"), nil
}

// wordsPlace is where the script takes in what it says, in one language.
const wordsPlace = "/*words*/{}"

// newScript puts the words of a language into the script.
func newScript(texts *view.Texts, lang view.Lang) (asset, error) {
	source, err := files.ReadFile("pages/respond.js")
	if err != nil {
		return asset{}, fmt.Errorf("respond: %w", err)
	}
	words := map[string]string{}
	for _, name := range []string{"send.busy", "send.wait", "send.fail", "draft", "draft.resume", "draft.forget", "aloud"} {
		words[path.Ext("." + name)[1:]] = texts.Say(lang, "respond."+name, nil)
	}
	text, err := json.Marshal(words)
	if err != nil {
		return asset{}, fmt.Errorf("respond: words of the script: %w", err)
	}
	body := []byte(strings.Replace(bare(string(source)), wordsPlace, string(text), 1))
	return newAsset(body, "text/javascript; charset=utf-8", ".js"), nil
}

// newWork is the script of the page that asks for work; it says nothing.
func newWork() (asset, error) {
	source, err := files.ReadFile("pages/work.js")
	if err != nil {
		return asset{}, fmt.Errorf("respond: %w", err)
	}
	return newAsset([]byte(bare(string(source))), "text/javascript; charset=utf-8", ".js"), nil
}

// bare drops indentation, empty lines and lines of comment: the file is written to
// be read, the script to be sent.
func bare(source string) string {
	var out []string
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "//") {
			out = append(out, line)
		}
	}
	text := strings.Join(out, "\n")
	for _, end := range []string{";", "{", ","} {
		text = strings.ReplaceAll(text, end+"\n", end)
	}
	return text
}

// AssetPath returns the route of the door's files: the small script, one for each
// language, and the picture of the preview, each named by the digest of its bytes.
func (d *Door) AssetPath() string { return assetFolder + ":name" }

// Asset serves the file of the address asked for.
func (d *Door) Asset(c *fiber.Ctx) error {
	for _, one := range []asset{d.scripts[view.Chinese], d.scripts[view.English], d.work, d.card} {
		if one.path == c.Path() {
			c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
			c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
			c.Set(fiber.HeaderContentType, one.kind)
			if one.path == d.card.path {
				return c.Send(one.body) // a picture is packed already
			}
			return send(c, one.body)
		}
	}
	return fault.New(fault.NotFound, "page.missing")
}

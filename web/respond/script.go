package respond

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/web/view"
)

// asset is a file served under an address that carries its digest.
type asset struct {
	path string
	body []byte
}

const scriptFolder = "/static/respond/"

// wordsPlace is where the script takes in what it says, in one language.
const wordsPlace = "/*words*/{}"

// newScript puts the words of a language into the script.
func newScript(texts *view.Texts, lang view.Lang) (asset, error) {
	source, err := files.ReadFile("pages/respond.js")
	if err != nil {
		return asset{}, fmt.Errorf("respond: %w", err)
	}
	words := map[string]string{}
	for name, key := range map[string]string{"busy": "respond.send.busy", "wait": "respond.send.wait", "fail": "respond.send.fail"} {
		words[name] = texts.Say(lang, key, nil)
	}
	text, err := json.Marshal(words)
	if err != nil {
		return asset{}, fmt.Errorf("respond: words of the script: %w", err)
	}
	body := []byte(strings.Replace(string(source), wordsPlace, string(text), 1))
	sum := sha256.Sum256(body)
	return asset{path: scriptFolder + hex.EncodeToString(sum[:6]) + ".js", body: body}, nil
}

// ScriptPath returns the route of the small script: a file for each language,
// named by the digest of its bytes.
func (d *Door) ScriptPath() string { return scriptFolder + ":name" }

// Script serves the small script of the address asked for.
func (d *Door) Script(c *fiber.Ctx) error {
	for _, s := range d.scripts {
		if s.path == c.Path() {
			c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
			c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
			c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
			return send(c, s.body)
		}
	}
	return fault.New(fault.NotFound, "page.missing")
}

// Package view holds what every page shares: the language files, the layouts,
// the style sheet, number and date formats, and the renderer that turns one
// typed struct into one page. It knows no rule and no store.
package view

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"minyi/indicators/fault"
)

// Lang is a language of the pages.
type Lang string

// The languages: Chinese first, English second.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

// Langs returns the languages, the default first.
func Langs() []Lang { return []Lang{Chinese, English} }

// ParseLang returns the language of that name and whether there is one.
func ParseLang(s string) (Lang, bool) {
	l := Lang(s)
	return l, slices.Contains(Langs(), l)
}

//go:embed text
var textFiles embed.FS

// Texts are the message catalogues of all languages.
type Texts struct {
	say map[Lang]map[string]string
}

// LoadTexts reads the embedded language files. A key that stands twice in one
// language is an error, so that no area of the product overwrites another's.
func LoadTexts() (*Texts, error) {
	t := &Texts{say: map[Lang]map[string]string{}}
	for _, lang := range Langs() {
		t.say[lang] = map[string]string{}
		files, err := fs.Glob(textFiles, path.Join("text", string(lang), "*.json"))
		if err != nil {
			return nil, fmt.Errorf("texts: %w", err)
		}
		for _, name := range files {
			if err := t.load(lang, name); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

func (t *Texts) load(lang Lang, name string) error {
	raw, err := textFiles.ReadFile(name)
	if err != nil {
		return fmt.Errorf("texts: %w", err)
	}
	var messages map[string]string
	if err := json.Unmarshal(raw, &messages); err != nil {
		return fmt.Errorf("texts: %s: %w", name, err)
	}
	for key, message := range messages {
		if _, twice := t.say[lang][key]; twice {
			return fmt.Errorf("texts: %s: key %s stands in another file too", name, key)
		}
		t.say[lang][key] = message
	}
	return nil
}

// Keys returns every key of a language, sorted.
func (t *Texts) Keys(lang Lang) []string {
	keys := make([]string, 0, len(t.say[lang]))
	for key := range t.say[lang] {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Has reports whether the key is known.
func (t *Texts) Has(lang Lang, key string) bool {
	_, ok := t.say[lang][key]
	return ok
}

// Say returns the message of a key with its {placeholders} filled. An unknown
// key comes back in double brackets: ugly on a page, and a test looks for it.
func (t *Texts) Say(lang Lang, key string, params fault.Params) string {
	message, ok := t.say[lang][key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(params) == 0 {
		return message
	}
	return fill(message, params)
}

// fill puts values in the place of {names}, once over the message: what a value
// holds is never looked at again.
func fill(message string, params fault.Params) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(message, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := params[name]
		if !closed || !known {
			out.WriteByte('{')
			message = rest
			continue
		}
		out.WriteString(value)
		message = after
	}
}

// Refusal returns the sentence of a refusal: what is wrong and what to do.
func (t *Texts) Refusal(lang Lang, r *fault.Refusal) string {
	return t.Say(lang, "fault."+r.Code, r.Params)
}

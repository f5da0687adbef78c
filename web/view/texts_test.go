package view_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/web/view"
)

func texts(t *testing.T) *view.Texts {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestEveryKeyStandsInEveryLanguage(t *testing.T) {
	t.Parallel()
	texts := texts(t)
	placeholder := regexp.MustCompile(`\{[a-z_0-9]+\}`)
	for _, key := range texts.Keys(view.Chinese) {
		if !texts.Has(view.English, key) {
			t.Errorf("%s is missing in English", key)
			continue
		}
		zh := placeholder.FindAllString(texts.Say(view.Chinese, key, nil), -1)
		en := placeholder.FindAllString(texts.Say(view.English, key, nil), -1)
		slices.Sort(zh)
		slices.Sort(en)
		if !slices.Equal(slices.Compact(zh), slices.Compact(en)) {
			t.Errorf("%s: placeholders %v in Chinese, %v in English", key, zh, en)
		}
	}
	for _, key := range texts.Keys(view.English) {
		if !texts.Has(view.Chinese, key) {
			t.Errorf("%s is missing in Chinese", key)
		}
	}
}

// sources reads every file of the repository with that ending, tests left out.
func sources(t *testing.T, ending string) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..")
	found := map[string]string{}
	for _, folder := range []string{"cmd", "survey", "stats", "web", "indicators"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ending) || strings.HasSuffix(path, "_test.go") {
				return err
			}
			raw, err := os.ReadFile(path)
			found[path] = string(raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// known reports whether a key has words; one that is the beginning of a key
// put together at run time, whether any key begins so.
func known(texts *view.Texts, lang view.Lang, key string) bool {
	if !strings.HasSuffix(key, ".") && !strings.HasSuffix(key, "_") {
		return texts.Has(lang, key)
	}
	return slices.ContainsFunc(texts.Keys(lang), func(k string) bool { return strings.HasPrefix(k, key) })
}

func TestEveryCodeAndKeyOfTheSourcesHasWords(t *testing.T) {
	t.Parallel()
	texts := texts(t)
	code := regexp.MustCompile(`fault\.New\(\s*[\w.()]+,\s*"([^"]+)"`)
	key := regexp.MustCompile(`[{(]\s*-?\s*(?:if |with )?t "([^"]+)"`)
	done := regexp.MustCompile(`view\.See\(c, [^\n]*, "([^"]+)"\)`)
	looked := 0
	demand := func(path, key string) {
		looked++
		for _, lang := range view.Langs() {
			if !known(texts, lang, key) {
				t.Errorf("%s: %s has no words in %s", path, key, lang)
			}
		}
	}
	for path, text := range sources(t, ".go") {
		for _, m := range code.FindAllStringSubmatch(text, -1) {
			demand(path, "fault."+m[1])
		}
		for _, m := range done.FindAllStringSubmatch(text, -1) {
			demand(path, "done."+m[1])
		}
	}
	for path, text := range sources(t, ".html") {
		for _, m := range key.FindAllStringSubmatch(text, -1) {
			demand(path, m[1])
		}
	}
	const least = 100
	if looked < least {
		t.Errorf("only %d codes and keys were found: the patterns no longer see them", looked)
	}
}

// TestEveryWordOfAPageIsFilled holds the calls of t in pages against the words: a
// text with {n} in it is given an n.
func TestEveryWordOfAPageIsFilled(t *testing.T) {
	t.Parallel()
	texts := texts(t)
	call := regexp.MustCompile(`[{(]\s*-?\s*(?:if |with )?t "([^"]+)"([^{}]*)`)
	for path, page := range sources(t, ".html") {
		for _, m := range call.FindAllStringSubmatch(page, -1) {
			if !texts.Has(view.Chinese, m[1]) {
				continue // the beginning of a key
			}
			for _, hole := range regexp.MustCompile(`\{([a-z_0-9]+)\}`).FindAllStringSubmatch(texts.Say(view.Chinese, m[1], nil), -1) {
				if !strings.Contains(m[2], `"`+hole[1]+`"`) {
					t.Errorf("%s: %s is not given its %s", path, m[1], hole[1])
				}
			}
		}
	}
}

// TestNoWordsStandInAnAttributeForScripts keeps words out of attributes such as
// data-on: html/template takes whatever begins so for a script, and quotes it.
func TestNoWordsStandInAnAttributeForScripts(t *testing.T) {
	t.Parallel()
	script := regexp.MustCompile(`\sdata-on[a-z]*="\{\{`)
	for path, page := range sources(t, ".html") {
		if got := script.FindString(page); got != "" {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestSayFillsPlaceholdersAndShowsUnknownKeys(t *testing.T) {
	t.Parallel()
	texts := texts(t)
	got := texts.Say(view.English, "error.id", fault.Params{"id": "7{id}"})
	if want := "If you need help, please quote 7{id}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := texts.Say(view.English, "no.such.key", nil), "⟦no.such.key⟧"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

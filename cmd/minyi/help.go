package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"minyi/web/view"
)

// speak gives every command and flag its words in the operator's language.
func speak(root *cobra.Command, texts *view.Texts, lang view.Lang) {
	key := "command." + strings.ReplaceAll(root.CommandPath(), " ", ".")
	root.Short = texts.Say(lang, key, nil)
	if texts.Has(lang, key+".long") {
		root.Long = root.Short + "\n\n" + texts.Say(lang, key+".long", nil)
	}
	words := func(f *pflag.Flag) {
		own := key + ".flag." + f.Name
		if !texts.Has(lang, own) {
			own = "flag." + f.Name
		}
		f.Usage = texts.Say(lang, own, nil)
	}
	root.InitDefaultHelpFlag()
	root.LocalFlags().VisitAll(words)
	root.PersistentFlags().VisitAll(words)
	for _, c := range root.Commands() {
		speak(c, texts, lang)
	}
}

// chosenLang finds --lang among the arguments before they are parsed, since the
// help that parsing prints is in that language already.
func chosenLang(args []string) string {
	for i, a := range args {
		if value, ok := strings.CutPrefix(a, "--lang="); ok {
			return value
		}
		if a == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

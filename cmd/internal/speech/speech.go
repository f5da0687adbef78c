// Package speech gives a command line its words: every command, flag and
// sentence in the operator's language, from the language files. It decides
// nothing.
package speech

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"minyi/web/view"
)

// Fill gives every command and flag below root its words: the keys are
// command.PATH, command.PATH.long, command.PATH.flag.NAME and flag.NAME.
func Fill(root *cobra.Command, texts *view.Texts, lang view.Lang) {
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
	if !root.HasParent() {
		headings(root, texts, lang)
	}
	root.InitDefaultHelpFlag()
	root.LocalFlags().VisitAll(words)
	root.PersistentFlags().VisitAll(words)
	for _, c := range root.Commands() {
		Fill(c, texts, lang)
	}
}

// headings puts the heads of cobra's help into the operator's language.
func headings(root *cobra.Command, texts *view.Texts, lang view.Lang) {
	say := func(key string) string { return texts.Say(lang, "command.heading."+key, nil) }
	root.SetUsageTemplate(strings.NewReplacer(
		"Global Flags:", say("global"), "Available Commands:", say("commands"), "Usage:", say("usage"), "Flags:", say("flags"),
		`Use "{{.CommandPath}} [command] --help" for more information about a command.`, say("more")+` "{{.CommandPath}} `+say("named")+` --help"`,
	).Replace(root.UsageTemplate()))
}

// Chosen finds --lang among the arguments before they are parsed, since the
// help that parsing prints is in that language already.
func Chosen(args []string) string {
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

// Lang is the language of that name, else the one that LC_ALL, LC_MESSAGES or
// LANG ask for, else English.
func Lang(named string) view.Lang {
	for _, s := range []string{named, os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")} {
		if strings.HasPrefix(s, "zh") {
			return view.Chinese
		}
		if s != "" {
			return view.English
		}
	}
	return view.English
}

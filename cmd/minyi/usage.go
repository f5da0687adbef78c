package main

import (
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/speech"
	"minyi/indicators/fault"
	"minyi/web/view"
)

// strict makes the command line mind its words: a command of commands wants one
// of them, help knows the commands that there are, and --lang one of two languages.
// Cobra alone would print its help for each of these, and end with status 0.
func strict(root *cobra.Command) {
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		lang, err := cmd.Flags().GetString("lang")
		if err != nil || lang == "" || lang == string(view.Chinese) || lang == string(view.English) || lang == "zh" {
			return err //nolint:wrapcheck // there is such a flag
		}
		return usageError{fault.New(fault.Invalid, "command.lang", "value", lang)}
	}
	root.SetHelpCommand(helpCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.HasSubCommands() && !c.Runnable() {
			c.Args, c.RunE = cobra.ArbitraryArgs, wantsCommand
		}
	}
}

// wantsCommand answers where one of a command's commands should have been named.
func wantsCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fault.New(fault.Invalid, "command.unknown", "name", args[0], "of", cmd.CommandPath())}
	}
	return usageError{fault.New(fault.Invalid, "command.missing", "of", cmd.CommandPath())}
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [command]",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usageError{fault.New(fault.Invalid, "command.unknown", "name", args[len(args)-1], "of", cmd.Root().Name())}
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

// toOperator says in the operator's language what was refused, or what of a command
// line was not understood; any other error stays as it is.
func toOperator(err error) error {
	texts, loadErr := view.LoadTexts()
	if loadErr != nil {
		return err
	}
	lang := speech.Lang(speech.Chosen(os.Args[1:]))
	if all := fault.All(err); len(all) > 0 {
		return sentence(texts.Refusal(lang, all[0]))
	}
	for _, p := range []struct{ pattern, code, first, second string }{
		{`^unknown command "(.*)" for "(.*)"`, "command.unknown", "name", "of"},
		{`^unknown flag: (\S+)()`, "command.flag", "name", ""},
		{`^unknown shorthand flag: '.*' in (\S+)()`, "command.flag", "name", ""},
		{`^required flag\(?s?\)? "(.*)" not set()`, "command.required", "name", ""},
		{`^accepts (\d+) arg\(s\), received (\d+)`, "command.arguments", "want", "got"},
		{`^flag needs an argument: (?:'.*' in )?(\S+)()`, "command.value", "name", ""},
		{`^invalid argument "(.*)" for "(.*)" flag`, "command.invalid", "value", "name"},
	} {
		if m := regexp.MustCompile(p.pattern).FindStringSubmatch(err.Error()); m != nil {
			return sentence(texts.Refusal(lang, fault.New(fault.Invalid, p.code, p.first, m[1], p.second, m[2])))
		}
	}
	return err
}

// sentence is an error in the words of who runs a command.
type sentence string

// Error is the sentence.
func (s sentence) Error() string { return string(s) }

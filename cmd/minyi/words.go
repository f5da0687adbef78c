package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/speech"
	"minyi/indicators/fault"
	"minyi/web/view"
)

// operatorLang is the language of messages to who runs a command.
func operatorLang(cmd *cobra.Command) view.Lang {
	named, _ := cmd.Flags().GetString("lang")
	return speech.Lang(named)
}

// inWords turns a refusal into its sentence; other errors stay as they are.
func inWords(cmd *cobra.Command, err error) error {
	refusals := fault.All(err)
	if len(refusals) == 0 {
		return err
	}
	texts, loadErr := view.LoadTexts()
	if loadErr != nil {
		return errors.Join(err, loadErr)
	}
	sentences := make([]string, len(refusals))
	for i, r := range refusals {
		sentences[i] = texts.Refusal(operatorLang(cmd), r)
	}
	return errors.New(strings.Join(sentences, "\n"))
}

// isUnknown reports whether cobra did not understand the command line.
func isUnknown(err error) bool {
	for _, sign := range []string{"unknown command", "unknown flag", "unknown shorthand", "required flag", "accepts ", "requires at least", "invalid argument"} {
		if strings.HasPrefix(err.Error(), sign) {
			return true
		}
	}
	return false
}

package main

import (
	"strings"
	"testing"
)

// The font's licence wants its copyright notice and its text with every copy
// (SIL Open Font License 1.1, 2): whoever has the program can print both.
func TestLicencesNameTheFontsLicence(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := licences(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Copyright 2014-2021 Adobe", "SIL OPEN FONT LICENSE Version 1.1", "PERMISSION & CONDITIONS", "github.com/gofiber/fiber/v2@"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the licences lack %q", want)
		}
	}
}

package typeset

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Characters that no line may begin or end with (GB/T 15834-2011, 5.1.9).
const (
	noStart = "，。、；：？！）》〉」』】〕”’％·…—,.;:?!)]}%"
	noEnd   = "（《〈「『【〔“‘([{"
)

// wide reports whether lines may break beside a character without a space.
func wide(r rune) bool {
	return r >= 0x2E80 || strings.ContainsRune(noStart+noEnd, r) && r > unicode.MaxLatin1
}

// breakable reports whether a line may end between two characters.
func breakable(before, after rune) bool {
	switch {
	case after == ' ' || strings.ContainsRune(noStart, after) || strings.ContainsRune(noEnd, before):
		return false
	case before == ' ':
		return true
	}
	return wide(before) || wide(after)
}

// Wrap breaks a text into lines of a width; a word that is wider than a line is
// cut. indent is kept free before the first line.
func (f *Font) Wrap(text string, size, width, indent Length) []string {
	var lines []string
	room := width - indent
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeft(text, " ") {
		n := f.fitting(text, size, room)
		lines = append(lines, strings.TrimRight(text[:n], " "))
		text, room = text[n:], width
	}
	return lines
}

// fitting is how many bytes of a text fit into a line and may stand there, one
// character at least.
func (f *Font) fitting(text string, size, room Length) int {
	at, allowed, sum := 0, 0, Length(0)
	var before rune
	for i, r := range text {
		if i > 0 && breakable(before, r) {
			allowed = i
		}
		sum += Length(f.advances[f.glyphs[r]]) * size / em
		if sum > room && r != ' ' {
			break
		}
		before, at = r, i+utf8.RuneLen(r)
	}
	switch {
	case at == len(text):
		return at
	case allowed > 0:
		return allowed
	}
	_, first := utf8.DecodeRuneInString(text)
	return max(at, first)
}

// Balance breaks a text into as few lines as the width allows, about equally
// long: a heading whose second line is one character looks torn.
func (f *Font) Balance(text string, size, width Length) []string {
	lines := f.Wrap(text, size, width, 0)
	for narrow := width - size/2; len(lines) > 1 && narrow > 0; narrow -= size / 2 {
		try := f.Wrap(text, size, narrow, 0)
		if len(try) > len(lines) {
			break
		}
		lines = try
	}
	return lines
}

package contact

import (
	"strings"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// MaxMessage is the longest message text, in characters, before anything is
// filled in.
const MaxMessage = 500

// Blanks are the placeholders of a message, each in braces in the text.
func Blanks() []string { return []string{"name", "place", "link", "code", "unit", "to", "phone"} }

// CheckMessage refuses with contact.message (parameter max) a text that is empty
// or too long, with contact.blank (parameter name) one with a placeholder that
// there is none of, and with contact.nolink one without the link or the code.
func CheckMessage(text string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(text)); n == 0 || n > MaxMessage || !utf8.ValidString(text) {
		return fault.New(fault.Invalid, "contact.message", "max", "500").At("text")
	}
	if unknown := unknownBlank(text); unknown != "" {
		return fault.New(fault.Invalid, "contact.blank", "name", unknown).At("text")
	}
	if !strings.Contains(text, "{link}") && !strings.Contains(text, "{code}") {
		return fault.New(fault.Invalid, "contact.nolink").At("text")
	}
	return nil
}

func unknownBlank(text string) string {
	known := Blanks()
	for {
		_, rest, ok := strings.Cut(text, "{")
		if !ok {
			return ""
		}
		name, after, closed := strings.Cut(rest, "}")
		found := false
		for _, k := range known {
			found = found || closed && k == name
		}
		if !found {
			return "{" + strings.TrimSpace(firstRunes(rest, 20))
		}
		text = after
	}
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// Fill puts values into the placeholders of a checked text. A value never counts
// as text with placeholders itself.
func Fill(text string, values map[string]string) string {
	var pairs []string
	for _, name := range Blanks() {
		pairs = append(pairs, "{"+name+"}", values[name])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Size is how long a message is on the air.
type Size struct {
	Wide  bool // UCS-2: something in it has no place in the GSM alphabet
	Units int  // septets, or with Wide UTF-16 units
	Parts int  // messages that are sent and paid
}

// Room of one message and of one part of several, whose header takes six bytes.
// Source: 3GPP TS 23.038 (alphabets) and 23.040, 9.2.3.24.1 (concatenation).
const (
	septets, partSeptets = 160, 153
	wide, partWide       = 70, 67
)

// The default alphabet of 3GPP TS 23.038, and the signs that take two septets.
const (
	gsm      = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "^{}\\[~]|€\f"
)

// Weigh returns the size of a message. A sign of two units is never cut in two,
// so that a part may stay one unit short.
func Weigh(text string) Size {
	widths := make([]int, 0, len(text))
	s := Size{}
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsm, r):
			widths = append(widths, 1)
		case strings.ContainsRune(extended, r):
			widths = append(widths, 2)
		default:
			s.Wide = true
		}
	}
	one, part := septets, partSeptets
	if s.Wide {
		one, part, widths = wide, partWide, widths[:0]
		for _, r := range text {
			widths = append(widths, 1+b2i(r > 0xffff))
		}
	}
	s.Units, s.Parts = pack(widths, one, part)
	return s
}

func pack(widths []int, one, part int) (units, parts int) {
	for _, w := range widths {
		units += w
	}
	if units <= one {
		return units, min(units, 1)
	}
	parts, room := 1, part
	for _, w := range widths {
		if w > room {
			parts, room = parts+1, part
		}
		room -= w
	}
	return units, parts
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

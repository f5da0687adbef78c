// Package canonical writes JSON in the one form that RFC 8785 (JSON Canonicalization
// Scheme) gives to a text, so that whoever has the same content has the same bytes
// and the same digest. It signs nothing and knows no document.
//
// Judge: the examples of RFC 8785, sections 3.2.2, 3.2.3 and appendix B, exact, in
// TestC75CanonicalFormFollowsRFC8785.
package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a text that is made canonical.
const maxDepth = 64

// JSON rewrites a JSON text by RFC 8785 (JSON Canonicalization Scheme):
// no space, members sorted by the UTF-16 units of their names, strings with the
// shortest escapes, numbers as ECMAScript writes a double. It fails on a text
// that is not one JSON value, on a name that occurs twice in an object, on
// broken UTF-8, on a number that no double holds, and on nesting deeper than 64.
func JSON(text []byte) ([]byte, error) {
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("canonical: the text is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var out bytes.Buffer
	if err := writeValue(&out, decoder, 0); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("canonical: the text goes on after its value")
	}
	return out.Bytes(), nil
}

// writeValue copies the next value of the decoder.
func writeValue(out *bytes.Buffer, decoder *json.Decoder, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("canonical: the text is nested deeper than %d", maxDepth)
	}
	token, err := decoder.Token()
	if err != nil {
		return fmt.Errorf("canonical: read the text: %w", err)
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return writeObject(out, decoder, depth)
		}
		return writeArray(out, decoder, depth)
	case string:
		writeString(out, v)
	case json.Number:
		return writeNumber(out, v)
	case bool:
		out.WriteString(strconv.FormatBool(v))
	default:
		out.WriteString("null")
	}
	return nil
}

func writeArray(out *bytes.Buffer, decoder *json.Decoder, depth int) error {
	out.WriteByte('[')
	for k := 0; decoder.More(); k++ {
		if k > 0 {
			out.WriteByte(',')
		}
		if err := writeValue(out, decoder, depth+1); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return fmt.Errorf("canonical: read the text: %w", err)
	}
	out.WriteByte(']')
	return nil
}

func writeObject(out *bytes.Buffer, decoder *json.Decoder, depth int) error {
	members := map[string][]byte{}
	var names []string
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return fmt.Errorf("canonical: read the text: %w", err)
		}
		name, _ := token.(string)
		if _, twice := members[name]; twice {
			return fmt.Errorf("canonical: the name %q occurs twice", name)
		}
		var value bytes.Buffer
		if err := writeValue(&value, decoder, depth+1); err != nil {
			return err
		}
		members[name] = value.Bytes()
		names = append(names, name)
	}
	if _, err := decoder.Token(); err != nil {
		return fmt.Errorf("canonical: read the text: %w", err)
	}
	slices.SortFunc(names, compareUTF16)
	out.WriteByte('{')
	for k, name := range names {
		if k > 0 {
			out.WriteByte(',')
		}
		writeString(out, name)
		out.WriteByte(':')
		out.Write(members[name])
	}
	out.WriteByte('}')
	return nil
}

func compareUTF16(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// writeString escapes only what RFC 8785, section 3.2.2.2, says.
func writeString(out *bytes.Buffer, s string) {
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r >= 0x20:
			out.WriteRune(r)
		default:
			if k := strings.IndexRune("\b\t\n\f\r", r); k >= 0 {
				out.WriteByte('\\')
				out.WriteByte("btnfr"[k])
			} else {
				fmt.Fprintf(out, `\u%04x`, r)
			}
		}
	}
	out.WriteByte('"')
}

// writeNumber writes a double as ECMAScript's Number.prototype.toString does.
func writeNumber(out *bytes.Buffer, n json.Number) error {
	v, err := strconv.ParseFloat(string(n), 64)
	if err != nil || math.IsInf(v, 0) {
		return fmt.Errorf("canonical: the number %s does not fit a double", n)
	}
	if v == 0 {
		out.WriteByte('0') // also for -0
		return nil
	}
	if size := math.Abs(v); size >= 1e-6 && size < 1e21 {
		out.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
		return nil
	}
	text := strconv.FormatFloat(v, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	sign, digits := exponent[:1], strings.TrimLeft(exponent[1:], "0")
	out.WriteString(mantissa + "e" + sign + digits)
	return nil
}

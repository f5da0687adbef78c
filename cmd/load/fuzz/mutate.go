package fuzz

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// dice is the chance of one sender.
type dice struct{ *rand.Rand }

func (d dice) one(of int) bool { return d.IntN(of) == 0 }

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// oddities are values that programs have stumbled over.
func oddities() []string {
	return []string{
		"", " ", "0", "-1", "1", "99", "999999999999999999999", "1e309", "NaN", "null", "true", "[]", "{}", "\x00", "\xff\xfe",
		"\xc3\x28", "\u202e", "é", "𠮷", "%", "%%", "%0", "%zz", "%00", "%2e%2e%2f", "../../etc/passwd", "..;/", "//", "\\", "'", "\"",
		"' OR 1=1 --", "<script>alert(1)</script>", "{{.}}", "${jndi:x}", "\r\nX: y", "a\nb", strings.Repeat("a", 300),
		strings.Repeat("意", 3000), strings.Repeat("9", 70), strings.Repeat("&", 500), "_form", "_do", "consent", "send", "all", "review",
	}
}

// word is some value: an oddity, random bytes, or one that the doors know.
func (d dice) word() string {
	switch d.IntN(4) {
	case 0:
		return d.bytes(d.IntN(40))
	case 1:
		return pick(d, []string{"yes", "no", "1", "2", "3", "4", "5", "9", "98", "99", "u18", "outside", "lt6m", "zh-CN", "en", "24", "30"})
	}
	return pick(d, oddities())
}

func (d dice) bytes(n int) string {
	raw := make([]byte, n)
	for i := range raw {
		raw[i] = byte(d.Uint32())
	}
	return string(raw)
}

// form damages the fields of a form and writes it, mostly as a browser would.
func (d dice) form(values url.Values) string {
	damaged := url.Values{}
	for name, list := range values {
		damaged[name] = slices.Clone(list)
	}
	for range 1 + d.IntN(4) {
		d.damage(damaged)
	}
	body := damaged.Encode()
	switch d.IntN(8) {
	case 0: // not encoded at all
		var b strings.Builder
		for name, list := range damaged {
			for _, value := range list {
				b.WriteString(name + "=" + value + "&")
			}
		}
		return b.String()
	case 1:
		return d.scratch(body)
	}
	return body
}

func (d dice) damage(values url.Values) {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(names) == 0 {
		names = []string{"_form"}
	}
	name := pick(d, names)
	switch d.IntN(6) {
	case 0:
		values.Del(name)
	case 1:
		values.Add(name, d.word())
	case 2:
		values.Set(d.word(), d.word())
	case 3:
		for i := range d.IntN(600) {
			values.Add("x"+strconv.Itoa(i), "1")
		}
	case 4:
		values.Set(name, d.scratch(values.Get(name)))
	default:
		values.Set(name, d.word())
	}
}

// scratch changes a text in a few places.
func (d dice) scratch(text string) string {
	raw := []byte(text)
	for range 1 + d.IntN(6) {
		if len(raw) == 0 {
			return d.word()
		}
		i := d.IntN(len(raw))
		switch d.IntN(5) {
		case 0:
			raw[i] = byte(d.Uint32())
		case 1:
			raw = slices.Delete(raw, i, min(len(raw), i+1+d.IntN(8)))
		case 2:
			raw = slices.Insert(raw, i, []byte(d.word())...)
		case 3:
			raw = raw[:i]
		default:
			j := min(len(raw), i+1+d.IntN(20))
			raw = slices.Insert(raw, i, raw[i:j]...)
		}
	}
	return string(raw)
}

// path makes a text fit for the first line of a request: no space, no control
// character, as everything else would be another request.
func path(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c == 0x7f {
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
		} else {
			b.WriteByte(c)
		}
	}
	if !strings.HasPrefix(b.String(), "/") {
		return "/" + b.String()
	}
	return b.String()
}

// line makes a text fit for a header's value.
func line(text string) string {
	return strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(text)
}

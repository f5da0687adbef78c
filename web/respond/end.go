package respond

import (
	"html/template"
	"strconv"
	"strings"
)

// Which answers the end of a form leaves out, as the page itself asks them: those
// of one question by its id, of all, or of none.
const (
	everywhere = "*"
	nowhere    = ""
)

// end writes what differs from form to form, in one place near the form's end:
// how to go on elsewhere, the ticket, and the answers given on other pages.
func (d *Door) end(v *visit, asked string) template.HTML {
	return template.HTML(d.ending(v, asked)) //nolint:gosec // each value is escaped there
}

func (d *Door) ending(v *visit, asked string) []byte {
	if v.blank != nil {
		return v.blank
	}
	dst := appendHidden(d.goOn(v), fieldTicket, v.ticket.text)
	if !v.fresh {
		dst = appendHidden(dst, fieldPace, d.paced(v))
	}
	if v.attempt > 0 {
		dst = appendHidden(dst, fieldTry, strconv.Itoa(v.attempt))
	}
	if asked == everywhere || len(v.answers) == 0 {
		return dst
	}
	if text := v.given(asked); text != "" {
		dst = appendHidden(dst, fieldGiven, text)
	}
	return dst
}

func appendHidden(dst []byte, name, value string) []byte {
	dst = append(dst, `<input type="hidden" name="`...)
	dst = append(dst, name...) // one of ours
	dst = append(dst, `" value="`...)
	dst = append(dst, escape(value)...)
	return append(dst, `">`...)
}

// escape makes a value safe inside an attribute.
func escape(value string) string {
	if strings.IndexFunc(value, special) < 0 {
		return value
	}
	return template.HTMLEscapeString(strings.ToValidUTF8(value, "\uFFFD"))
}

func special(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_'
}

// goOn is the line about going on with another device. Where no draft is on disk
// yet, only the script gets to know it: it shows the line once it has saved one.
func (d *Door) goOn(v *visit) []byte {
	if v.code == "" {
		return nil
	}
	words := template.HTMLEscapeString(d.say(v, "respond.code", map[string]string{"code": v.code}))
	if v.kept {
		return []byte(`<p id="code">` + words + `</p>`)
	}
	return []byte(`<input type="hidden" id="code" value="` + words + `">`)
}

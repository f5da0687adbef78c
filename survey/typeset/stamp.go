package typeset

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Stamped is what Stamp adds to a document: lines at the foot of every page, and who
// it was made for, what for and when among what the document says of itself.
type Stamped struct {
	Lines    []string
	Author   string
	Keywords string
	At       time.Time
}

// The foot: small, below what pages of ours write.
const (
	stampSize  = 2 * MM
	stampLead  = 5 * MM / 2
	stampLeft  = 10 * MM
	stampFoot  = 5 * MM
	stampStrip = 30 * MM
	stampWidth = 2000 * MM // of the strip: as wide as any page
)

// errNoDocument says that a file was not written by Document.
var errNoDocument = errors.New("typeset: no document of ours")

// Stamp writes the lines onto each page of a finished document, as an update behind its
// end (ISO 32000-1, 7.5.6): what was there stays byte for byte in front. Only documents
// that Document wrote are taken. A character that the font lacks is set as 〓.
func Stamp(file []byte, f *Font, s Stamped) ([]byte, error) {
	u, err := opened(file)
	if err != nil {
		return nil, err
	}
	content, used, err := s.strip(f)
	if err != nil {
		return nil, err
	}
	const fontObjects = 5
	first := u.doc.reserve()
	for range fontObjects - 1 {
		u.doc.reserve()
	}
	form, begin, end := u.doc.reserve(), u.doc.reserve(), u.doc.reserve()
	if err := u.doc.fontAt(first, f, used); err != nil {
		return nil, err
	}
	u.doc.stream(form, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %s %s]/Resources<</Font<</F %d 0 R>>>>",
		stampWidth.appendPt(nil), stampStrip.appendPt(nil), first), content)
	if err := u.plain(begin, "q\n"); err != nil {
		return nil, err
	}
	if err := u.plain(end, "\nQ\n/Artifact BMC q /Mk Do Q EMC\n"); err != nil {
		return nil, err
	}
	if err := u.pages(form, begin, end); err != nil {
		return nil, err
	}
	if err := u.about(s); err != nil {
		return nil, err
	}
	return u.finish(file)
}

// strip draws the lines, the last at the foot, and wraps what is longer than an A4 page
// is wide.
func (s Stamped) strip(f *Font) (packed []byte, used []bool, err error) {
	const room = 190 * MM
	var lines []string
	for _, line := range s.Lines {
		line = f.clean(line)
		from := 0
		for at, r := range line {
			if f.Width(line[from:at+len(string(r))], stampSize) > room {
				lines, from = append(lines, line[from:at]), at
			}
		}
		lines = append(lines, line[from:])
	}
	c := NewCanvas(f, stampStrip)
	for n, line := range lines {
		c.Text(stampLeft, stampStrip-stampFoot-stampLead*Length(len(lines)-1-n), Style{Size: stampSize, Grey: true}, line)
	}
	used = make([]bool, f.Glyphs())
	c.Used(used)
	packed, err = Pack(c.Bytes())
	return packed, used, err
}

// clean is a text that the font can show.
func (f *Font) clean(text string) string {
	return strings.Map(func(r rune) rune {
		if f.Has(r) {
			return r
		}
		return '〓'
	}, text)
}

// update is what is written behind a finished document.
type update struct {
	doc     *Document
	out     *bytes.Buffer
	old     [][]byte // bodies of the objects, by number - 1
	changed []int    // numbers of objects that are written anew
	start   int64    // of the table that the update follows
	id      string
}

// opened reads the table of objects of a document.
func opened(file []byte) (*update, error) {
	tail := regexp.MustCompile(`trailer\n<</Size (\d+)/Root 1 0 R/Info 3 0 R/ID\[<([0-9A-F]{32})><[0-9A-F]{32}>\]>>\nstartxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
	if tail == nil {
		return nil, errNoDocument
	}
	size, err := strconv.Atoi(string(tail[1]))
	start, wrong := strconv.ParseInt(string(tail[3]), 10, 64)
	if err := errors.Join(err, wrong); err != nil || start >= int64(len(file)) {
		return nil, errors.Join(errNoDocument, err)
	}
	out := &bytes.Buffer{}
	u := &update{out: out, start: start, id: string(tail[2]), doc: &Document{w: out, digest: sha256.New(), n: int64(len(file)), offsets: make([]int64, size-1)}}
	rows := bytes.Split(file[start:], []byte("\n"))
	const before = 3 // xref, its range, the free object
	for n := range size - 1 {
		var at int
		if _, err := fmt.Sscanf(string(rows[before+n]), "%d 00000 n", &at); err != nil || at >= len(file) {
			return nil, errors.Join(errNoDocument, err)
		}
		_, body, ok := bytes.Cut(file[at:], []byte(" 0 obj\n"))
		if !ok {
			return nil, errNoDocument
		}
		end := bytes.Index(body, []byte("\n"))
		u.old = append(u.old, body[:max(0, end)])
	}
	return u, nil
}

func (u *update) plain(number int, drawn string) error {
	packed, err := Pack([]byte(drawn))
	if err != nil {
		return err
	}
	u.doc.stream(number, "", packed)
	return u.doc.err
}

// again writes an object anew.
func (u *update) again(number int, body string) {
	u.doc.object(number, body)
	u.changed = append(u.changed, number)
}

// pages lets every page show the form behind what it showed.
func (u *update) pages(form, begin, end int) error {
	contents := regexp.MustCompile(`/Contents (\d+ 0 R)`)
	stamped := 0
	for n, body := range u.old {
		if bytes.HasPrefix(body, []byte("<</Type/Page/")) {
			u.again(n+1, contents.ReplaceAllString(string(body), fmt.Sprintf("/Contents[%d 0 R $1 %d 0 R]", begin, end)))
			stamped++
		}
	}
	if stamped == 0 {
		return errNoDocument
	}
	mark := fmt.Sprintf("/Mk %d 0 R", form)
	shared := string(u.old[resources-1])
	if strings.Contains(shared, "/XObject<<") {
		shared = strings.Replace(shared, "/XObject<<", "/XObject<<"+mark, 1)
	} else {
		shared = strings.Replace(shared, "<<", "<</XObject<<"+mark+">>", 1)
	}
	u.again(resources, shared)
	return nil
}

// about adds who the copy was made for to what the document says of itself.
func (u *update) about(s Stamped) error {
	own, ok := strings.CutSuffix(string(u.old[info-1]), ">>")
	if !ok {
		return errNoDocument
	}
	u.again(info, own+"/Author"+literal(s.Author)+"/Keywords"+literal(s.Keywords)+"/ModDate(D:"+s.At.UTC().Format("20060102150405")+"Z)>>")
	return nil
}

// finish writes the table of what is new, and puts the update behind the document.
func (u *update) finish(file []byte) ([]byte, error) {
	at := u.doc.n
	u.doc.printf("xref\n")
	for _, n := range u.changed {
		u.doc.printf("%d 1\n%010d 00000 n \n", n, u.doc.offsets[n-1])
	}
	u.doc.printf("%d %d\n", len(u.old)+1, len(u.doc.offsets)-len(u.old))
	for _, offset := range u.doc.offsets[len(u.old):] {
		u.doc.printf("%010d 00000 n \n", offset)
	}
	id := fmt.Sprintf("%X", u.doc.digest.Sum(nil)[:16])
	u.doc.printf("trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/Prev %d/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n", len(u.doc.offsets)+1, catalog, info, u.start, u.id, id, at)
	if u.doc.err != nil {
		return nil, u.doc.err
	}
	return append(bytes.Clone(file), u.out.Bytes()...), nil
}

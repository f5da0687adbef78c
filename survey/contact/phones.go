package contact

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"

	"minyi/indicators/fault"
)

const (
	// MaxNumbers is the most telephone numbers of one file.
	MaxNumbers = 200_000
	maxFaults  = 50
	maxText    = 120
)

// Number is one row of a file of telephone numbers: which link it belongs to, by
// the link itself or its code, by its serial number or by the PSU that it was
// drawn in.
type Number struct {
	Row    int // of the file, the header is 1
	Link   string
	Serial uint32
	PSU    string
	Phone  string
	Name   string
	Place  string
}

// ReadNumbers reads a CSV file in UTF-8 or GB 18030 with the columns phone and one
// of link, serial and psu, and if there name and place, under English or Chinese
// heads; other columns are not kept. It refuses with a fault.List that names row
// and column of each mistake, at most 50.
func ReadNumbers(r io.Reader) ([]Number, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	if !utf8.ValidString(text) {
		if text, err = simplifiedchinese.GB18030.NewDecoder().String(text); err != nil {
			return nil, bad("numbers.header", 1, "")
		}
	}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord = -1
	head, err := in.Read()
	if err != nil {
		return nil, bad("numbers.header", 1, "")
	}
	im := &reading{seen: map[string]int{}}
	if err := im.find(head); err != nil {
		return nil, err
	}
	for row := 2; len(im.faults) < maxFaults; row++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if row > MaxNumbers+1 {
			return nil, fault.New(fault.TooLarge, "numbers.rows", "max", strconv.Itoa(MaxNumbers)).At("numbers")
		}
		im.take(row, record, err)
	}
	if len(im.rows) == 0 && len(im.faults) == 0 {
		return nil, fault.New(fault.Invalid, "numbers.empty").At("numbers")
	}
	return im.rows, im.faults.Err()
}

type reading struct {
	link, serial, psu, phone, name, place int
	seen                                  map[string]int
	rows                                  []Number
	faults                                fault.List
}

func (im *reading) find(head []string) error {
	at := func(names ...string) int {
		return slices.IndexFunc(head, func(h string) bool {
			return slices.Contains(names, strings.ToLower(strings.TrimSpace(h)))
		})
	}
	im.link = at("link", "code", "token", "链接", "邀请码", "编码")
	im.serial = at("serial", "序号", "编号")
	im.psu = at("psu", "村居代码", "村居", "初级单元")
	im.phone = at("phone", "telephone", "mobile", "tel", "电话", "手机", "手机号", "手机号码", "电话号码", "联系电话")
	im.name = at("name", "姓名", "称呼")
	im.place = at("place", "address", "地点", "地址", "住址")
	if im.phone < 0 || im.link < 0 && im.serial < 0 && im.psu < 0 {
		return bad("numbers.header", 1, "")
	}
	return nil
}

func (im *reading) take(row int, record []string, err error) {
	cell := func(at int) string {
		if at < 0 || at >= len(record) {
			return ""
		}
		return strings.TrimSpace(record[at])
	}
	n := Number{Row: row, Link: cell(im.link), PSU: cell(im.psu), Name: cell(im.name), Place: cell(im.place)}
	phone, ok := Phone(cell(im.phone))
	serial, known := whose(cell(im.serial), n)
	switch {
	case err != nil || !plain(n.Name) || !plain(n.Place):
		im.faults.Add(bad("numbers.row", row, ""))
	case !ok:
		im.faults.Add(bad("numbers.phone", row, "phone"))
	case !known:
		im.faults.Add(bad("numbers.serial", row, "serial"))
	case im.seen[phone] > 0:
		refusal := bad("numbers.twice", row, "phone")
		refusal.Params["first"] = strconv.Itoa(im.seen[phone])
		im.faults.Add(refusal)
	default:
		im.seen[phone] = row
		n.Phone, n.Serial = phone, serial
		im.rows = append(im.rows, n)
	}
}

// whose reads a serial number; false where it is none, or where it is missing and
// nothing else says which link is meant.
func whose(text string, n Number) (uint32, bool) {
	if text == "" {
		return 0, n.Link != "" || n.PSU != ""
	}
	serial, err := strconv.ParseUint(text, 10, 32)
	return uint32(serial), err == nil && serial > 0
}

func plain(text string) bool {
	return utf8.RuneCountInString(text) <= maxText && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	})
}

// Phone writes a telephone number with its digits only, and a plus sign where it
// begins with one; false for what has not 5 to 15 digits (ITU-T E.164) or other
// signs than digits, spaces, brackets and strokes.
func Phone(text string) (string, bool) {
	var b strings.Builder
	digits := 0
	for i, r := range norm.NFKC.String(strings.TrimSpace(text)) {
		switch {
		case r >= '0' && r <= '9':
			digits++
			b.WriteRune(r)
		case r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" -–()./", r):
		default:
			return "", false
		}
	}
	const least, most = 5, 15
	return b.String(), digits >= least && digits <= most
}

func bad(code string, row int, column string) *fault.Refusal {
	return fault.New(fault.Invalid, code, "row", strconv.Itoa(row), "column", column).At("numbers")
}

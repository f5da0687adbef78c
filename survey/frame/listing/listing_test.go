package listing_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/frame/listing"
)

func noPeople(string, string, []frame.Person) error { return nil }

// read reads a list under the guessed columns, as it was uploaded and made plain.
func read(t *testing.T, data string, k listing.Kind) *listing.Reading {
	t.Helper()
	first, err := listing.Open([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	plain, _, err := first.Plain()
	if err != nil {
		t.Fatal(err)
	}
	table, err := listing.Open(plain)
	if err != nil {
		t.Fatal(err)
	}
	m := listing.Guess(k, table.Heads)
	if err := m.Check(k, len(table.Heads)); err != nil {
		t.Fatalf("headings %v, guessed %v: %v", table.Heads, m, err)
	}
	r, err := listing.Read(table, k, m, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The five files say the same in five ways; testdata/README.md says who wrote them.
func TestOneListInFiveEncodingsIsOneFrame(t *testing.T) {
	t.Parallel()
	want := ""
	for name, encoding := range map[string]string{
		"areas-utf8.csv": "UTF-8", "areas-bom-semicolon.csv": "UTF-8", "areas-gb18030.csv": "GB18030",
		"areas-utf16-tab.txt": "UTF-16", "areas.xlsx": "XLSX",
	} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		table, err := listing.Open(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if table.Encoding != encoding {
			t.Errorf("%s: got %s, want %s", name, table.Encoding, encoding)
		}
		r := read(t, string(data), listing.Areas)
		f, err := r.Frame(noPeople)
		if err != nil || r.Total != 0 {
			t.Fatalf("%s: %v, mistakes %v", name, err, r.Mistakes)
		}
		if want == "" {
			want = f.Hash()
		}
		if f.Hash() != want {
			t.Errorf("%s: another frame: %+v", name, f)
		}
		if got := f.Strata[2]; got.Name != "惠农区·城镇" || got.Domain != "惠农区" || got.PSUs[0].Name != "䶮社区" || got.PSUs[0].Size != 1750 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestColumnsAreGuessedFromHeadings(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		kind  listing.Kind
		heads string
		want  string
	}{
		"Chinese areas":    {listing.Areas, "县区,城乡,村居代码,村居名称,常住人口（人）", "domain=0 stratum=1 psu=2 label=3 size=4"},
		"English areas":    {listing.Areas, "Size,Name,PSU,Stratum", "stratum=3 psu=2 label=1 size=0"},
		"two strata":       {listing.Areas, "层,城乡,村居,人口", "stratum=0 cross=1 psu=2 size=3"},
		"Chinese people":   {listing.People, "序号,姓名,手机号码,家庭住址,村(社区),类型", "stratum=5 psu=4 code=0 name=1 phone=2 address=3"},
		"people by number": {listing.People, "区域,村居编号,村居名称,城乡,姓名,手机,地址", "domain=0 stratum=3 psu=1 label=2 name=4 phone=5 address=6"},
		"English people":   {listing.People, "ID, Full Name ,Telephone,Address,Stratum", "stratum=4 code=0 name=1 phone=2 address=3"},
		"nothing is known": {listing.Areas, "甲,乙", ""},
	}
	for name, c := range cases {
		m := listing.Guess(c.kind, strings.Split(c.heads, ","))
		var got []string
		for _, r := range c.kind.Roles() {
			if at, ok := m[r]; ok {
				got = append(got, fmt.Sprintf("%s=%d", r, at))
			}
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s: got %q, want %q", name, g, c.want)
		}
	}
}

// TestColumnsOfAnotherKindAreGuessed changes the kind of a list whose columns were
// chosen: what was chosen stays, and what is new is guessed.
func TestColumnsOfAnotherKindAreGuessed(t *testing.T) {
	t.Parallel()
	heads := []string{"层", "村居", "姓名", "手机", "地址"}
	m := listing.Mapping{listing.Stratum: 0, listing.Label: 4}
	m.Fill(listing.People, listing.Areas, heads)
	if got, want := fmt.Sprint(m), fmt.Sprint(listing.Mapping{listing.Stratum: 0, listing.Label: 4, listing.Name: 2, listing.Phone: 3}); got != want {
		t.Errorf("to people: got %s, want %s", got, want)
	}
	m.Fill(listing.People, listing.People, heads)
	if _, ok := m[listing.PSU]; ok {
		t.Errorf("the same kind: a role that was left out is guessed: %v", m)
	}
}

func TestEveryMistakeIsNamedByRowAndColumn(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		kind listing.Kind
		data string
		want string
	}{
		"areas": {
			listing.Areas, "层,村居代码,人口\n,a1,5\n甲,a2,0\n甲,a3,1.5\n甲,a4,7\n乙,a4,7\n甲,\u202ea5,7\n甲,a6,7,多\n\n甲," + strings.Repeat("长", 61) + ",7\n",
			"2 listing.missing 层; 3 listing.size 人口; 4 listing.size 人口; 6 listing.twice 村居代码 5; 7 listing.letters 村居代码; 8 listing.cells ; 10 listing.long 村居代码",
		},
		"people": {
			listing.People, "层,村居,姓名,电话\n甲,v1,张,0951-5550001\n甲,v1,张,09515550001\n甲,v2,,\n乙,v1,李,0951 5550002\n甲,v1,王,1.39E+10\n甲,v1,赵,没有\n甲,v1,钱,\n",
			"3 listing.again  2; 4 listing.anonymous ; 5 listing.elsewhere 村居 2; 6 listing.shortened 电话; 7 listing.phone 电话",
		},
	}
	for name, c := range cases {
		r := read(t, c.data, c.kind)
		var got []string
		for _, m := range r.Mistakes {
			one := fmt.Sprintf("%d %s %s", m.Row, m.Code, m.Column)
			if m.First > 0 {
				one += fmt.Sprintf(" %d", m.First)
			}
			got = append(got, one)
		}
		if g := strings.Join(got, "; "); g != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, g, c.want)
		}
	}
}

func TestFilesThatAreNoListAreRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ data, code string }{
		"empty":         {" \n", "listing.empty"},
		"old Excel":     {"\xd0\xcf\x11\xe0\xa1\xb1", "listing.old"},
		"a broken book": {"PK\x03\x04nothing", "listing.book"},
		"no encoding":   {"\xff\xffa,b\x80\n", "listing.encoding"},
		"NUL":           {"a,b\n\x00,1\n", "listing.encoding"},
		"too wide":      {strings.Repeat("a,", 61) + "a\n", "listing.wide"},
		"too large":     {strings.Repeat("a", 96<<20+1), "listing.bytes"},
	}
	for name, c := range cases {
		if _, err := listing.Open([]byte(c.data)); !errors.Is(err, fault.New(fault.Invalid, c.code)) {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	table, err := listing.Open([]byte("层,姓名\n" + strings.Repeat("甲,张\n", listing.MaxRows+1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := listing.Read(table, listing.People, listing.Guess(listing.People, table.Heads), nil); !errors.Is(err, fault.New(fault.TooLarge, "listing.rows")) {
		t.Errorf("a row too many: got %v, want listing.rows", err)
	}
}

func TestAMappingThatLacksAColumnIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		kind listing.Kind
		m    listing.Mapping
		want string
	}{
		"no size":             {listing.Areas, listing.Mapping{listing.Stratum: 0, listing.PSU: 1}, "listing.needed (column_size)"},
		"one for two":         {listing.Areas, listing.Mapping{listing.Stratum: 0, listing.PSU: 1, listing.Size: 1}, "listing.column (column_size)"},
		"beyond the last":     {listing.Areas, listing.Mapping{listing.Stratum: 0, listing.PSU: 1, listing.Size: 3}, "listing.column (column_size)"},
		"nobody can be found": {listing.People, listing.Mapping{listing.Stratum: 0, listing.Code: 1}, "listing.nobody (column_name)"},
	}
	for name, c := range cases {
		if err := c.m.Check(c.kind, 3); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestExamplesImportWithoutAMistake(t *testing.T) {
	t.Parallel()
	for _, k := range []listing.Kind{listing.Areas, listing.People} {
		head, rows := listing.Example(k)
		text := strings.Join(head, ",")
		for _, row := range rows {
			text += "\n" + strings.Join(row, ",")
		}
		if r := read(t, text, k); r.Rows != len(rows) || r.Total > 0 {
			t.Errorf("%s: %d rows, mistakes %v", k, r.Rows, r.Mistakes)
		}
	}
}

// The order of the rows never matters, whatever is listed.
func TestAListIsTheSameInAnyOrderOfRows(t *testing.T) {
	t.Parallel()
	rows := []string{"甲,v2,李,", "甲,v1,张,1号", "乙,v3,王,", "甲,v1,陈,"}
	head := "层,村居,姓名,地址\n"
	hash := func(order ...int) string {
		text := head
		for _, i := range order {
			text += rows[i] + "\n"
		}
		f, err := read(t, text, listing.People).Frame(noPeople)
		if err != nil {
			t.Fatal(err)
		}
		if f.People.Count != len(rows) || f.Population() != int64(len(rows)) {
			t.Errorf("got %+v", f)
		}
		return f.Hash()
	}
	if a, b := hash(0, 1, 2, 3), hash(3, 2, 1, 0); a != b {
		t.Errorf("two orders, two frames: %s, %s", a, b)
	}
}

func TestAHundredThousandPeopleAreRead(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("层,村居,编号,姓名,电话,地址\n")
	for i := range listing.MaxRows {
		fmt.Fprintf(&b, "层%d,村%d,%d,居民%d,0951%07d,%d号\n", i%5, i%500, i, i, i, i)
	}
	told := 0
	table, err := listing.Open([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	r, err := listing.Read(table, listing.People, listing.Guess(listing.People, table.Heads), func(rows int) { told = rows })
	if err != nil || r.Rows != listing.MaxRows || r.Total != 0 || told != listing.MaxRows {
		t.Fatalf("got %v, %d rows, %d mistakes, told %d", err, r.Rows, r.Total, told)
	}
	n := 0
	if _, err := r.Frame(func(_, _ string, people []frame.Person) error { n += len(people); return nil }); err != nil || n != listing.MaxRows {
		t.Errorf("got %d people, %v", n, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("层,村居代码,人口\n甲,a,1\n"))
	f.Add([]byte("层;姓名;电话\n甲;张;1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := listing.Open(data)
		if err != nil {
			return
		}
		for _, k := range []listing.Kind{listing.Areas, listing.People} {
			m := listing.Guess(k, table.Heads)
			if m.Check(k, len(table.Heads)) != nil {
				continue
			}
			r, err := listing.Read(table, k, m, nil)
			if err != nil {
				continue
			}
			got, err := r.Frame(noPeople)
			if err == nil && (got.Population() < 1 || r.Bad > r.Rows) {
				t.Errorf("a frame of %d from %d rows", got.Population(), r.Rows)
			}
		}
	})
}

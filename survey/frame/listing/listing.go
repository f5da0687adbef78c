// Package listing reads the lists that agencies upload as sampling frames: CSV as
// any program writes it (UTF-8 with or without BOM, UTF-16, GB18030 as Excel in
// China; comma, semicolon or tab) and XLSX. It guesses which column means what from
// Chinese and English headings, checks every row and names each mistake by row and
// column. It stores nothing and draws nothing.
package listing

import (
	"slices"
	"strings"

	"minyi/indicators/fault"
)

// Bounds of a list: bytes of the file, bytes of it unpacked, rows below the
// heading, columns, characters of a cell.
const (
	MaxBytes    = 24 << 20
	maxUnpacked = 256 << 20
	MaxRows     = 100_000
	maxColumns  = 60
	maxText     = 60
	maxAddress  = 200
)

// Kind says what a list names in each row.
type Kind string

// The kinds.
const (
	Areas  Kind = "areas"  // a village or residents' committee
	People Kind = "people" // a person or a household
)

// ParseKind returns the kind of that name.
func ParseKind(s string) (Kind, bool) { return Kind(s), Kind(s) == Areas || Kind(s) == People }

// Role is what a column means.
type Role string

// The roles. Cross is a second column that strata are crossed with.
const (
	Domain  Role = "domain"
	Stratum Role = "stratum"
	Cross   Role = "cross"
	PSU     Role = "psu"
	Label   Role = "label" // the PSU's name
	Size    Role = "size"
	Code    Role = "code"
	Name    Role = "name"
	Phone   Role = "phone"
	Address Role = "address"
)

// Roles are the roles of a kind, in the order of a form.
func (k Kind) Roles() []Role {
	if k == People {
		return []Role{Domain, Stratum, Cross, PSU, Label, Code, Name, Phone, Address}
	}
	return []Role{Domain, Stratum, Cross, PSU, Label, Size}
}

// needed are the roles that a list of the kind must have a column for.
func (k Kind) needed() []Role {
	if k == People {
		return []Role{Stratum}
	}
	return []Role{Stratum, PSU, Size}
}

// Mapping says which column, from 0, has a role. A role that is not in it has none.
type Mapping map[Role]int

// column is the place of a role, -1 for none.
func (m Mapping) column(r Role) int {
	if at, ok := m[r]; ok {
		return at
	}
	return -1
}

// Check refuses with a fault.List a mapping that leaves out what the kind needs,
// that names no column of the list, or one column for two roles.
func (m Mapping) Check(k Kind, columns int) error {
	var list fault.List
	taken := map[int]Role{}
	for _, r := range k.Roles() {
		at, ok := m[r]
		if !ok {
			continue
		}
		if _, twice := taken[at]; at < 0 || at >= columns || twice {
			list.Add(fault.New(fault.Invalid, "listing.column").At("column_" + string(r)))
		}
		taken[at] = r
	}
	for _, r := range k.needed() {
		if _, ok := m[r]; !ok {
			list.Add(fault.New(fault.Invalid, "listing.needed").At("column_" + string(r)))
		}
	}
	if k == People && m.column(Name) < 0 && m.column(Phone) < 0 && m.column(Address) < 0 {
		list.Add(fault.New(fault.Invalid, "listing.nobody").At("column_" + string(Name)))
	}
	return list.Err()
}

// headings are what columns of a role are called, in lower case and without
// spaces; the first role that fits a heading takes it.
func headings(r Role) []string {
	switch r {
	case Domain:
		return []string{"domain", "area", "区域", "县区", "市县", "县市区", "市", "县", "申报单位", "地区", "所属县区", "county", "unit"}
	case Stratum:
		return []string{"stratum", "strata", "层", "分层", "层名", "抽样层", "类别", "类型", "城乡", "城乡类型"}
	case Cross:
		return []string{"stratum2", "cross", "第二层", "交叉层", "层2", "城乡", "城乡类型", "类型", "类别", "residence"}
	case PSU:
		return []string{"psu", "cluster", "初级单元", "单元", "村居代码", "村代码", "社区代码", "村居编码", "村居编号", "村编码", "社区编码", "村居委会代码", "行政村代码", "统计用区划代码", "村居", "村居名称", "村社区", "村(社区)", "村", "社区", "village", "committee"}
	case Label:
		return []string{"psuname", "psu_name", "label", "村居名称", "单元名称", "社区名称", "村名"}
	case Size:
		return []string{"size", "population", "人口", "人口数", "人数", "户数", "常住人口", "成年人口", "规模", "households", "adults"}
	case Code:
		return []string{"id", "code", "编号", "序号", "户号", "户编号", "人员编号", "号", "no", "no."}
	case Name:
		return []string{"name", "姓名", "户主", "户主姓名", "联系人", "fullname"}
	case Phone:
		return []string{"phone", "tel", "telephone", "mobile", "电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "联系方式"}
	case Address:
		return []string{"address", "addr", "地址", "住址", "家庭住址", "家庭地址", "联系地址", "门牌"}
	}
	return nil
}

// plain is a heading as it is compared: in lower case, without spaces and what
// stands in brackets.
func plain(heading string) string {
	heading = strings.ToLower(strings.TrimSpace(heading))
	for _, open := range []string{"（", "("} {
		if at := strings.Index(heading, open); at > 0 {
			heading = heading[:at]
		}
	}
	return strings.Join(strings.Fields(heading), "")
}

// Guess maps the columns by their headings. Of areas, a column called name is the
// PSU's.
func Guess(k Kind, heads []string) Mapping {
	m, taken := Mapping{}, map[int]bool{}
	for _, r := range k.Roles() {
		words := headings(r)
		if k == Areas && r == Label {
			words = append(words, "name", "名称")
		}
		if at := match(heads, words, taken); at >= 0 {
			m[r], taken[at] = at, true
		}
	}
	return m
}

// Fill guesses the roles of a kind that the roles of another kind lacked; columns
// that are taken stay so.
func (m Mapping) Fill(k, was Kind, heads []string) {
	old, taken := was.Roles(), map[int]bool{}
	for _, at := range m {
		taken[at] = true
	}
	for r, at := range Guess(k, heads) {
		if _, has := m[r]; !has && !taken[at] && !slices.Contains(old, r) {
			m[r] = at
		}
	}
}

// match is the column whose heading is the first of the words, -1 for none.
func match(heads, words []string, taken map[int]bool) int {
	for _, word := range words {
		for i, head := range heads {
			if !taken[i] && plain(head) == word {
				return i
			}
		}
	}
	return -1
}

// Needs reports whether a list of the kind must have a column of the role.
func (k Kind) Needs(r Role) bool { return slices.Contains(k.needed(), r) }

// Example is a short list of a kind as it may be uploaded; nobody in it is real.
func Example(k Kind) (head []string, rows [][]string) {
	if k == People {
		return []string{"县区", "城乡", "村居", "编号", "姓名", "电话", "地址"}, [][]string{
			{"大武口区", "城镇", "长胜街道甲社区", "1", "张某", "0951-5550001", "甲小区1号楼101"},
			{"大武口区", "城镇", "长胜街道甲社区", "2", "李某", "0951-5550002", "甲小区1号楼102"},
			{"大武口区", "乡村", "乙村", "3", "王某", "", "乙村一组5号"},
		}
	}
	return []string{"县区", "城乡", "村居代码", "村居名称", "人口"}, [][]string{
		{"大武口区", "城镇", "640202001001", "甲社区", "3200"},
		{"大武口区", "城镇", "640202001002", "乙社区", "2750"},
		{"大武口区", "乡村", "640202200001", "丙村", "860"},
	}
}

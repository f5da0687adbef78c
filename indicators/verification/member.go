package verification

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Category is what a member of a verification team represents (C33).
type Category string

// The six categories of C33, the office's own staff, and others with words.
const (
	FromDepartment Category = "department" // 自治区政府有关部门
	Deputy         Category = "deputy"     // 人大代表
	CPPCCMember    Category = "cppcc"      // 政协委员
	Scholar        Category = "scholar"    // 专家学者
	Journalist     Category = "journalist" // 新闻记者
	Lawyer         Category = "lawyer"     // 律师
	OfficeStaff    Category = "office"     // 依法治区办
	OtherMember    Category = "other"      // 等方面的代表, in words
)

// Categories returns all categories in the order of C33.
func Categories() []Category {
	return []Category{FromDepartment, Deputy, CPPCCMember, Scholar, Journalist, Lawyer, OfficeStaff, OtherMember}
}

// Invited returns the six categories that C33 names.
func Invited() []Category {
	return []Category{FromDepartment, Deputy, CPPCCMember, Scholar, Journalist, Lawyer}
}

// Part is what a person does in the team.
type Part string

// The parts.
const (
	Leads    Part = "leader"
	Takes    Part = "member"
	Reserve  Part = "reserve" // takes the place of who cannot come
	HasLeft  Part = "left"
	teamMost      = 30 // people of a team
	nameMost      = 60 // characters
	textMost      = 500
)

// PartsOf returns the parts in the order of forms.
func PartsOf() []Part { return []Part{Leads, Takes, Reserve, HasLeft} }

// Interest is what a person declared about the unit (C95).
type Interest string

// The declarations.
const (
	Undeclared Interest = ""
	Clear      Interest = "clear"
	Conflicted Interest = "conflict"
)

// Member is one person of a verification team.
type Member struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Category Category `json:"category"`
	Other    string   `json:"other,omitempty"` // what an other member represents
	Account  string   `json:"account,omitempty"`
	Part     Part     `json:"part,omitempty"` // older records: empty, a member
	Interest Interest `json:"interest,omitempty"`
	About    string   `json:"about,omitempty"` // what the interest is
	Declared Touch    `json:"declared,omitzero"`
}

// Recused reports whether the person declared a conflict of interests.
func (m Member) Recused() bool { return m.Interest == Conflicted }

// Active reports whether the person takes part.
func (m Member) Active() bool {
	return (m.Part == Leads || m.Part == Takes || m.Part == "") && !m.Recused()
}

func memberID(n int) string { return "m" + strconv.Itoa(n+1) }

func checkWords(list *fault.List, field string, text *string, most int, needed bool) {
	*text = strings.TrimSpace(strings.ReplaceAll(*text, "\r\n", "\n"))
	switch {
	case needed && *text == "":
		list.Add(fault.New(fault.Invalid, "words.missing").At(field))
	case utf8.RuneCountInString(*text) > most:
		list.Add(fault.New(fault.Invalid, "words.long").At(field))
	case strings.ContainsFunc(*text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }):
		list.Add(fault.New(fault.Invalid, "words.marks").At(field))
	}
}

// team checks the people of a plan and gives ids to those who have none. Who has
// declared already keeps it.
func (v *Visit) team(team []Member) ([]Member, error) {
	var list fault.List
	if len(team) > teamMost {
		list.Add(fault.New(fault.Invalid, "verification.team_large").At("team"))
	}
	leaders, next, seen := 0, len(v.Team), map[string]bool{}
	out := slices.Clone(team)
	for n := range out {
		m := &out[n]
		checkMember(&list, m, "team."+strconv.Itoa(n+1))
		if old, ok := v.Member(m.ID); ok && m.ID != "" {
			m.Interest, m.About, m.Declared = old.Interest, old.About, old.Declared
			if old.Name != m.Name { // another person: declares anew
				m.Interest, m.About, m.Declared = Undeclared, "", Touch{}
			}
		} else {
			m.ID = memberID(next)
			next++
		}
		if m.Part == Leads {
			leaders++
		}
		if account := access.Fold(m.Account); account != "" {
			if seen[account] {
				list.Add(fault.New(fault.Invalid, "verification.account_twice", "name", m.Account).At("team." + strconv.Itoa(n+1)))
			}
			seen[account] = true
		}
	}
	if leaders > 1 {
		list.Add(fault.New(fault.Invalid, "verification.leaders").At("team"))
	}
	return out, list.Err()
}

func checkMember(list *fault.List, m *Member, field string) {
	checkWords(list, field, &m.Name, nameMost, true)
	checkWords(list, field+".other", &m.Other, nameMost, m.Category == OtherMember)
	m.Account = strings.TrimSpace(m.Account)
	if !slices.Contains(Categories(), m.Category) {
		list.Add(fault.New(fault.Invalid, "verification.category").At(field + ".category"))
	}
	if m.Part == "" {
		m.Part = Takes
	}
	if !slices.Contains(PartsOf(), m.Part) {
		list.Add(fault.New(fault.Invalid, "verification.part").At(field + ".part"))
	}
}

package roster

import (
	"slices"
	"strconv"
	"strings"

	"minyi/indicators/fault"
)

// After are the settings of what comes after a naming, on which the notice says
// nothing. Rounds from before they were settings have the usual ones: see Usual.
type After struct {
	ReportChars    int    `json:"report_chars"`     // C39: characters of a yearly report at most
	ReportOnFiling bool   `json:"report_on_filing"` // C40: the public reads a report once it is filed, not once it is accepted
	RemindBefore   string `json:"remind_before"`    // C39: days before 31 January on which a report is called to mind
	RemindEvery    int    `json:"remind_every"`     // C39: days between two reminders of an overdue report
	SpotByKind     bool   `json:"spot_by_kind"`     // C42: drawn among cities, counties and departments apart, one of each at least
	HearingDays    int    `json:"hearing_days"`     // C44: days in which a unit may answer before its name is revoked
	ForwardDays    int    `json:"forward_days"`     // C41: days after 31 January in which the office forwards the reports of the nationally named
}

// Usual are the settings after a naming of rounds that name none.
func Usual() After {
	const chars, every, hearing, forward = 5000, 7, 10, 28
	return After{ReportChars: chars, RemindBefore: "30, 7, 1", RemindEvery: every, HearingDays: hearing, ForwardDays: forward}
}

// AfterNaming returns the settings after a naming, the usual ones where the round
// says nothing.
func (s Settings) AfterNaming() After {
	out, usual := s.After, Usual()
	if out.ReportChars == 0 {
		out.ReportChars = usual.ReportChars
	}
	if out.RemindBefore == "" {
		out.RemindBefore = usual.RemindBefore
	}
	if out.RemindEvery == 0 {
		out.RemindEvery = usual.RemindEvery
	}
	if out.HearingDays == 0 {
		out.HearingDays = usual.HearingDays
	}
	if out.ForwardDays == 0 {
		out.ForwardDays = usual.ForwardDays
	}
	return out
}

// Bounds of the settings after a naming.
const (
	mostReportChars = 50_000
	mostReminders   = 10
	mostDays        = 90
)

// ParseDays reads days before a date, such as "30, 7, 1", the farthest first. What
// is no list of whole days is refused with round.days.
func ParseDays(text string) ([]int, error) {
	out := []int{}
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,，、;；", r) }) {
		n, err := strconv.Atoi(one)
		if err != nil || n < 1 || n > mostDays {
			return nil, fault.New(fault.Invalid, "round.days")
		}
		out = append(out, n)
	}
	if len(out) > mostReminders {
		return nil, fault.New(fault.Invalid, "round.days")
	}
	slices.Sort(out)
	slices.Reverse(out)
	return slices.Compact(out), nil
}

// check adds what keeps the settings from being used, by form field.
func (a After) check(list *fault.List) {
	for _, f := range []struct {
		field             string
		value, least, top int
	}{
		{"report_chars", a.ReportChars, 100, mostReportChars},
		{"remind_every", a.RemindEvery, 1, mostDays},
		{"hearing_days", a.HearingDays, 1, mostDays},
		{"forward_days", a.ForwardDays, 1, mostDays},
	} {
		if f.value < f.least || f.value > f.top {
			list.Add(fault.New(fault.Invalid, "round.setting_range").At(f.field))
		}
	}
	if _, err := ParseDays(a.RemindBefore); err != nil {
		list.Add(fault.New(fault.Invalid, "round.days").At("remind_before"))
	}
}

package application

import (
	"slices"
	"strconv"
	"unicode"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

const comprehensive = roster.Comprehensive

// Part is one part of the self-assessment report.
type Part string

// The parts: C26 and C79 for the comprehensive track, C81 for the single one.
const (
	Measures     Part = "measures"     // 主要举措
	Results      Part = "results"      // 重要成效
	Highlights   Part = "highlights"   // 突出亮点
	Facts        Part = "facts"        // 基本情况
	Achievements Part = "achievements" // 主要成绩
	Significance Part = "significance" // 意义影响
)

// Parts returns the parts that a report on the track has, in order.
func Parts(t roster.Track) []Part {
	if t == roster.Single {
		return []Part{Facts, Achievements, Significance}
	}
	return []Part{Measures, Results, Highlights}
}

// Length counts the characters of a text as the limit of 2000字 counts them
// (C79): every character but white space; without punctuation where the round's
// setting leaves it out. Invisible control characters do not count.
func Length(s string, punctuation bool) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		case !punctuation && unicode.IsPunct(r):
		default:
			n++
		}
	}
	return n
}

// ReportLength counts all parts together.
func (d *Dossier) ReportLength(s roster.Settings) int {
	n := 0
	for _, text := range d.Report {
		n += Length(text, s.CountPunctuation)
	}
	return n
}

const spaceAllowance = 4 // characters stored for each that counts

// SetReport changes the given parts and leaves the others. A draft may be too long
// while it is being written: filing is what refuses it (C79).
func (d *Dossier) SetReport(seen int, report map[Part]string, s roster.Settings, by Editor) error {
	parts := Parts(d.Track)
	var list fault.List
	whole := map[Part]string{}
	for _, p := range parts {
		text, given := report[p]
		if !given {
			text = d.Report[p]
		}
		whole[p] = text
		checkText(&list, string(p), text, spaceAllowance*s.ReportLimit, paragraph)
	}
	for p := range report {
		if !slices.Contains(parts, p) {
			list.Add(fault.New(fault.Invalid, "report.part"))
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	fields := changed(reportFields(d.Report), reportFields(whole))
	if err := d.edit(Words, seen, fields); err != nil {
		return err
	}
	d.Report = whole
	d.touch(Words, by, fields)
	return nil
}

func reportFields(report map[Part]string) map[string]string {
	out := map[string]string{}
	for p, text := range report {
		out[string(p)] = text
	}
	return out
}

func tooLong(n int, s roster.Settings) *fault.Refusal {
	return fault.New(fault.Invalid, "report.toolong", "count", strconv.Itoa(n), "most", strconv.Itoa(s.ReportLimit),
		"over", strconv.Itoa(n-s.ReportLimit))
}

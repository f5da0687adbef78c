package apply

import (
	"slices"
	"strconv"
	"strings"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
)

// SelfBytes is the largest request of the self-assessment: values, note and
// reason of full length for each of some hundred indicators, as browsers encode
// them.
const SelfBytes = 2 << 20

const (
	mostNumbers = 500 // fields name fewer different indicators
	mostPlaces  = 20  // and fewer thresholds of one
)

// numberOf reads an indicator's number from a field's name: claim-5, figure-5-0.
func numberOf(name string) (kind string, n indicators.Number) {
	kind, rest, _ := strings.Cut(name, "-")
	number, _, _ := strings.Cut(rest, "-")
	return kind, indicators.Number(number)
}

// claimField reports whether the self-assessment has a field of that name.
func claimField(name string) bool {
	kind, n := numberOf(name)
	switch {
	case name == "seen" || name == "part":
		return true
	case n == "":
		return false
	case strings.Count(name, "-") == 1:
		return slices.Contains([]string{"claim", "reason", "value", "note", "look", "was", "limits"}, kind)
	}
	_, ok := placeOf(name)
	return ok && slices.Contains(entryParts(), kind)
}

func entryParts() []string { return []string{"figure", "part", "whole", "on", "from", "to"} }

// placeOf reads the place of a threshold from the end of a field's name.
func placeOf(name string) (int, bool) {
	last := name[strings.LastIndex(name, "-")+1:]
	place, err := strconv.Atoi(last)
	return place, err == nil && place >= 0 && place < mostPlaces && strings.Count(name, "-") == 2
}

// claims reads the claims that the form holds.
func (f fields) claims() (map[indicators.Number]application.Claim, error) {
	out := map[indicators.Number]application.Claim{}
	for name, value := range f {
		kind, n := numberOf(name)
		if n == "" || kind == "look" || kind == "was" {
			continue
		}
		out[n] = taken(out[n], name, kind, value)
	}
	if len(out) > mostNumbers {
		return nil, fault.New(fault.TooLarge, "request.toolarge")
	}
	for n, claim := range out {
		claim.Entries = trimmed(claim.Entries)
		out[n] = claim
	}
	return out, nil
}

// taken is the claim with one more field of the form.
func taken(claim application.Claim, name, kind, value string) application.Claim {
	switch kind {
	case "claim":
		claim.Verdict = application.Verdict(value)
	case "reason":
		claim.Reason = value
	case "value":
		claim.Value = value
	case "note":
		claim.Note = value
	case "limits":
		claim.Limits = value
	default:
		claim.Entries = entered(claim.Entries, name, kind, strings.TrimSpace(value))
	}
	return claim
}

// entered puts one part of an entry to its place.
func entered(all []indicators.Entry, name, part, text string) []indicators.Entry {
	place, _ := placeOf(name) // claimField has looked at it
	for len(all) <= place {
		all = append(all, indicators.Entry{})
	}
	e := &all[place]
	for key, to := range map[string]*string{
		"figure": &e.Figure, "part": &e.Part, "whole": &e.Whole, "on": &e.On, "from": &e.From, "to": &e.To,
	} {
		if key == part {
			*to = text
		}
	}
	return all
}

// trimmed leaves out empty entries at the end.
func trimmed(all []indicators.Entry) []indicators.Entry {
	for len(all) > 0 && all[len(all)-1].Empty() {
		all = all[:len(all)-1]
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// looked returns the lines that were ticked as looked at.
func (f fields) looked(d *application.Dossier) []string {
	var out []string
	for name, value := range f {
		kind, n := numberOf(name)
		if field := application.ClaimField(n); kind == "look" && value == "yes" && d.Copied[field] != "" {
			out = append(out, field)
		}
	}
	slices.Sort(out)
	return out
}

// stampOf is the stamp of a claim as it stands: never that of a form where a limit
// has changed since, so that saving the form settles the figures beside it.
func stampOf(i indicators.Indicator, c application.Claim) string {
	if _, moved := c.Settled(i); len(moved) > 0 {
		return ""
	}
	return claimStamp(c)
}

// claimStamp names what a claim says in a few characters.
func claimStamp(c application.Claim) string {
	var b strings.Builder
	for _, text := range []string{string(c.Verdict), c.Reason, c.Value, c.Note} {
		b.WriteString(strconv.Quote(text))
	}
	for _, e := range trimmed(c.Entries) {
		for _, text := range []string{e.Figure, e.Part, e.Whole, e.On, e.From, e.To} {
			b.WriteString(strconv.Quote(text))
		}
	}
	return stamp(b.String())
}

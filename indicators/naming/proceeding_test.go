package naming_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// city is a target of the comprehensive track.
func city(unit roster.UnitCode) naming.Target {
	return naming.Target{Unit: unit, Track: roster.Comprehensive}
}

func candidates(units ...roster.UnitCode) (out []naming.Candidate) {
	for _, u := range units {
		out = append(out, naming.Candidate{Target: city(u)})
	}
	return out
}

// november is a day of the notice of 1 to 10 November 2020.
func november(day int) roster.Date { return roster.On(2020, time.November, day) }

// TestC35ANoticeCountsFromTheDayTheRegionsMediaCarriedIt by hand, a notice of 1 to 10
// November that must count for 7 days: carried by the 4th it has 7, by the 5th 6.
func TestC35ANoticeCountsFromTheDayTheRegionsMediaCarriedIt(t *testing.T) {
	t.Parallel()
	paper := func(name string, day roster.Date) naming.Medium {
		return naming.Medium{Name: name, Kind: naming.Newspaper, Regional: true, Date: day}
	}
	abroad, struck := paper("Daily", november(1)), paper("宁夏日报", november(1))
	abroad.Regional, struck.Struck = false, "another list"
	for _, c := range []struct {
		name  string
		media []naming.Medium
		least int
		from  roster.Date // zero: it does not count
		code  string
	}{
		{"no medium", nil, 1, roster.Date{}, "notice.nomedium"},
		{"not of the region", []naming.Medium{abroad}, 1, roster.Date{}, "notice.nomedium"},
		{"struck", []naming.Medium{struck}, 1, roster.Date{}, "notice.nomedium"},
		{"the day before", []naming.Medium{paper("宁夏日报", roster.On(2020, time.October, 31))}, 1, november(1), ""},
		{"seven days", []naming.Medium{paper("宁夏日报", november(4))}, 1, november(4), ""},
		{"six days", []naming.Medium{paper("宁夏日报", november(5))}, 1, november(5), "notice.uncounted"},
		{"after its end", []naming.Medium{paper("宁夏日报", november(11))}, 1, november(11), "notice.uncounted"},
		{"the first of two", []naming.Medium{paper("B", november(5)), paper("A", november(2))}, 1, november(2), ""},
		{"two wanted", []naming.Medium{paper("B", november(3)), paper("A", november(2))}, 2, november(3), ""},
		{"the same twice", []naming.Medium{paper("NX TV", november(1)), paper("nx tv", november(2))}, 2, roster.Date{}, "notice.nomedium"},
	} {
		s := roster.Defaults(2020)
		s.ToNames.MediaLeast = c.least
		n := naming.Notice{Window: s.Notice, Media: c.media}
		from, ok := n.Counted(s)
		if from != c.from || ok == c.from.IsZero() {
			t.Errorf("%s: got %v, %t, want %v", c.name, from, ok, c.from)
		}
		err, code := n.Complete(s), ""
		if all := fault.All(err); len(all) > 0 {
			code = all[0].Code
		}
		if code != c.code {
			t.Errorf("%s: got %v, want %q", c.name, err, c.code)
		}
	}
	if n := (naming.Notice{List: candidates("640100")}); n.No() != 1 || !n.Lists(city("640100")) || n.Lists(city("640200")) {
		t.Errorf("a notice of before is the first: got %d", n.No())
	}
	for place, want := range map[string]string{
		"https://www.nxnews.net/a": "https://www.nxnews.net/a", "http://nx.gov.cn/1": "http://nx.gov.cn/1",
		"第 3 版": "", "javascript:alert(1)": "", "ftp://nx.gov.cn/1": "", "https:///a": "", "https://%zz": "",
	} {
		if got := (naming.Medium{Place: place}).Address(); got != want {
			t.Errorf("%s: got %q, want %q", place, got, want)
		}
	}
	if got := naming.MediumKinds(); len(got) != 5 || got[0] != naming.Newspaper {
		t.Errorf("got %v", got)
	}
}

// TestC36AnObjectionIsInOneState: what makes each state, and the day on which it is late.
func TestC36AnObjectionIsInOneState(t *testing.T) {
	t.Parallel()
	asked, replied := naming.Word{By: "wang", Text: "which counter?"}, naming.Word{Text: "the third"}
	for _, c := range []struct {
		name string
		o    naming.Objection
		want naming.State
	}{
		{"as it came", naming.Objection{}, naming.Received},
		{"somebody has it", naming.Objection{Officer: "wang"}, naming.Looking},
		{"a question stands", naming.Objection{Officer: "wang", Talk: []naming.Word{asked}}, naming.Asked},
		{"it was answered", naming.Objection{Officer: "wang", Talk: []naming.Word{asked, replied}}, naming.Looking},
		{"a word nobody asked for", naming.Objection{Talk: []naming.Word{replied}}, naming.Received},
		{"unfounded", naming.Objection{Officer: "wang", Talk: []naming.Word{asked}, Outcome: naming.Unfounded}, naming.Answered},
		{"no objection", naming.Objection{Outcome: naming.NoObjection}, naming.Answered},
		{"right", naming.Objection{Outcome: naming.Founded}, naming.Escalated},
		{"right in part", naming.Objection{Outcome: naming.Partly}, naming.Escalated},
		{"right and settled", naming.Objection{Outcome: naming.Founded, Settled: true}, naming.Answered},
	} {
		if got := c.o.State(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if !slices.Contains(naming.States(), c.want) {
			t.Errorf("%s is not among the states", c.want)
		}
	}
	end := november(21).Start() // the 20th is the last day to answer, in Asia/Shanghai
	for _, c := range []struct {
		name string
		o    naming.Objection
		now  time.Time
		want bool
	}{
		{"the last moment", naming.Objection{Due: november(20)}, end.Add(-time.Millisecond), false},
		{"the day after", naming.Objection{Due: november(20)}, end, true},
		{"answered", naming.Objection{Due: november(20), Outcome: naming.Unfounded}, end, false},
		{"no day", naming.Objection{}, end, false},
	} {
		if got := c.o.Late(c.now); got != c.want {
			t.Errorf("%s: got late %t", c.name, got)
		}
	}
	o := naming.Objection{Files: []evidence.File{{Name: "a"}}, Talk: []naming.Word{{Files: []evidence.File{{Name: "b"}}}}}
	if all := o.All(); len(all) != 2 || all[0].Name != "a" || all[1].Name != "b" || len(o.Files) != 1 {
		t.Errorf("got %+v", all)
	}
}

// TestC34ADecisionCountsOnceASecondPersonHasConfirmedIt, and since when.
func TestC34ADecisionCountsOnceASecondPersonHasConfirmedIt(t *testing.T) {
	t.Parallel()
	at, later := november(1).Start(), november(2).Start()
	for _, c := range []struct {
		name         string
		a            naming.Act
		open, counts bool
		since        time.Time
	}{
		{"proposed", naming.Act{At: at}, true, false, at},
		{"alone", naming.Act{At: at, Alone: true}, false, true, at},
		{"confirmed", naming.Act{At: at, Confirmed: "li", ConfirmedAt: later}, false, true, later},
		{"dropped", naming.Act{At: at, Dropped: "li"}, false, false, at},
	} {
		if c.a.Open() != c.open || c.a.Counts() != c.counts || c.a.Since() != c.since {
			t.Errorf("%s: got open %t, counts %t, since %v", c.name, c.a.Open(), c.a.Counts(), c.a.Since())
		}
	}
	p := naming.Proceeding{Acts: []naming.Act{
		{ID: "1", Kind: naming.ListCandidate, Alone: true}, {ID: "2", Kind: naming.ListCandidate, Dropped: "li"}, {ID: "3", Kind: naming.PostNotice},
	}}
	if last := p.Last(naming.ListCandidate); last == nil || last.ID != "1" || p.Last(naming.PostNotice) != nil {
		t.Errorf("got %+v, want the list that counts", last)
	}
	if w := p.Waiting(); len(w) != 1 || w[0].ID != "3" {
		t.Errorf("got %+v waiting", w)
	}
	if _, ok := p.Act("2"); !ok {
		t.Error("a dropped decision is not kept")
	}
	if _, ok := p.Act("4"); ok {
		t.Error("a decision that nobody made was found")
	}
}

// settled is a decision about an objection against a city.
func settled(id string, remedy naming.Remedy, unit roster.UnitCode) naming.Act {
	return naming.Act{ID: id, Kind: naming.SettleIt, About: "o", Confirmed: "li", Settlement: &naming.Settlement{Target: city(unit), Remedy: remedy}}
}

// TestC36WhoIsStillToBeDecidedOn, and when another list may be made: while a notice of
// the old one stands, only where a candidate was withdrawn for good.
func TestC36WhoIsStillToBeDecidedOn(t *testing.T) {
	t.Parallel()
	three := candidates("640100", "640200", "640300")
	notice := &naming.Notice{List: three}
	first := naming.Decision{Names: candidates("640100"), Left: []naming.Target{city("640200")}}
	open, dropped := settled("2", naming.NoEffect, "640100"), settled("2", naming.NoEffect, "640100")
	open.Confirmed, dropped.Confirmed, dropped.Dropped = "", "", "li"
	for _, c := range []struct {
		name         string
		p            naming.Proceeding
		undecided    []naming.Candidate
		given        int
		fits, locked bool
	}{
		{"nothing yet", naming.Proceeding{}, nil, 0, false, false},
		{"a list", naming.Proceeding{Candidates: &naming.Candidates{List: three}}, nil, 0, false, false},
		{"a notice of it", naming.Proceeding{Candidates: &naming.Candidates{List: candidates("640300", "640100", "640200")}, Notice: notice}, three, 0, true, true},
		{"another list", naming.Proceeding{Candidates: &naming.Candidates{List: candidates("640300", "640100", "640400")}, Notice: notice}, three, 0, false, true},
		{"a shorter list", naming.Proceeding{Candidates: &naming.Candidates{List: three[:2]}, Notice: notice}, three, 0, false, true},
		{"one named, one left out", naming.Proceeding{Notice: notice, Decision: &first, Decisions: []naming.Decision{first}}, three[2:], 1, false, true},
		{"a round of before", naming.Proceeding{Notice: notice, Decision: &first}, nil, 1, false, true},
		{"withdrawn", naming.Proceeding{Notice: notice, Acts: []naming.Act{settled("1", naming.Withdraw, "640100")}}, three, 0, false, false},
		{"struck", naming.Proceeding{Notice: notice, Acts: []naming.Act{settled("1", naming.Strike, "640100")}}, three, 0, false, false},
		{"no effect", naming.Proceeding{Notice: notice, Acts: []naming.Act{settled("1", naming.NoEffect, "640100")}}, three, 0, false, true},
		{"withdrawn, another waits", naming.Proceeding{Notice: notice, Acts: []naming.Act{settled("1", naming.Withdraw, "640100"), open}}, three, 0, false, true},
		{"withdrawn, another dropped", naming.Proceeding{Notice: notice, Acts: []naming.Act{settled("1", naming.Withdraw, "640100"), dropped}}, three, 0, false, false},
	} {
		if got := c.p.Undecided(); !reflect.DeepEqual(got, c.undecided) {
			t.Errorf("%s: got %v undecided, want %v", c.name, got, c.undecided)
		}
		if len(c.p.Given()) != c.given || c.p.Fits() != c.fits || c.p.Locked() != c.locked {
			t.Errorf("%s: got %d given, fits %t, locked %t", c.name, len(c.p.Given()), c.p.Fits(), c.p.Locked())
		}
	}
	p := naming.Proceeding{Acts: []naming.Act{settled("1", naming.Withdraw, "640100"), dropped}}
	if a := p.Settlement("o"); a == nil || a.ID != "1" || p.Settlement("other") != nil {
		t.Errorf("got %+v, want the one that was not dropped", a)
	}
	if got := naming.Remedies(); len(got) != 5 || got[0] != naming.Correct {
		t.Errorf("got %v", got)
	}
	if got := naming.Outcomes(); len(got) != 4 || slices.Contains(got, naming.Unanswered) {
		t.Errorf("got %v", got)
	}
}

// TestC34OnlyAClosedVisitThatRefutesNothingLetsAUnitOn.
func TestC34OnlyAClosedVisitThatRefutesNothingLetsAUnitOn(t *testing.T) {
	t.Parallel()
	closed := november(1).Start()
	for _, c := range []struct {
		name          string
		v             naming.Verification
		closed, right bool
	}{
		{"open", naming.Verification{Target: city("640100")}, false, false},
		{"open with an outcome", naming.Verification{Target: city("640100"), Outcome: "confirmed"}, false, false},
		{"confirmed", naming.Verification{Target: city("640100"), Outcome: "confirmed", ClosedAt: closed}, true, true},
		{"corrected", naming.Verification{Target: city("640100"), Outcome: "corrected", ClosedAt: closed}, true, true},
		{"refuted", naming.Verification{Target: city("640100"), Outcome: "refuted", ClosedAt: closed}, true, false},
	} {
		p := naming.Proceeding{Verifications: []naming.Verification{c.v}}
		v, ok := p.Verification(city("640100"))
		if _, other := p.Verification(city("640200")); !ok || other || v.Closed() != c.closed || v.Right() != c.right {
			t.Errorf("%s: got closed %t, right %t", c.name, v.Closed(), v.Right())
		}
	}
	if got := city("640100").String(); got != "640100/comprehensive" {
		t.Errorf("got %q", got)
	}
}

package verification_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/png"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/verification"
)

func TestC33TheTeamIsOnRecordWithCategories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	if got := verification.Invited(); len(got) != 6 {
		t.Errorf("got %d categories, want the six of C33", len(got))
	}
	for name, c := range map[string]struct {
		member verification.Member
		code   string
	}{
		"no category":       {verification.Member{Name: "甲", Category: "friend"}, "verification.category"},
		"other, no words":   {verification.Member{Name: "甲", Category: verification.OtherMember}, "words.missing"},
		"no such part":      {verification.Member{Name: "甲", Category: verification.Lawyer, Part: "guest"}, "verification.part"},
		"a unit's account":  {verification.Member{Name: "甲", Category: verification.Lawyer, Account: "unit"}, "verification.account"},
		"nobody's account":  {verification.Member{Name: "甲", Category: verification.Lawyer, Account: "ghost"}, "verification.account"},
		"a name with marks": {verification.Member{Name: "甲\x01", Category: verification.Lawyer}, "words.marks"},
	} {
		err := w.visits.Plan(ctx, wang(), w.k, w.visit().Version, verification.Plan{Team: []verification.Member{c.member}})
		refused(t, name, err, fault.Invalid, c.code)
	}
	two := team()
	two[1].Part = verification.Leads
	refused(t, "two leaders", w.visits.Plan(ctx, wang(), w.k, w.visit().Version, verification.Plan{Team: two}), fault.Invalid, "verification.leaders")
	refused(t, "an inspector plans", w.visits.Plan(ctx, lin(), w.k, 1, verification.Plan{}), fault.Forbidden, "access.role")
	v := w.planned("5")
	if leader, ok := v.Leader(); !ok || leader.Name != "组长甲" || len(v.Active()) != 2 || v.Team[2].Category != verification.Lawyer {
		t.Errorf("got %+v", v.Team)
	}
	refused(t, "an old form", w.visits.Plan(ctx, wang(), w.k, 1, verification.Plan{Team: team()}), fault.Conflict, "verification.changed")
	if len(w.posted) != 2 || w.posted[0].To.Account != "lin" || w.posted[0].Params["date"] != "2020-10-19" || w.posted[0].Link != "/verify/2020-640100-comprehensive" {
		t.Errorf("got %+v, want both members with an account told of the date", w.posted)
	}
	for _, by := range []struct {
		name string
		n    int
	}{{"lin", 1}, {"zhou", 1}, {"ghost", 0}} {
		actor := lin()
		actor.Name = by.name
		all, err := w.visits.Visits(ctx, actor, 2020)
		if err != nil || len(all) != by.n {
			t.Errorf("%s sees %d visits, %v, want %d", by.name, len(all), err, by.n)
		}
	}
	stranger := lin()
	stranger.Name = "ghost"
	_, err := w.visits.Work(ctx, stranger, w.k)
	refused(t, "another's visit", err, fault.NotFound, "verification.unknown")
}

// The task to be there follows the plan: a new day, another team, an interest.
func TestTheTaskToVisitIsThatOfThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const lins, zhous = "verification/2020/640100/comprehensive/lin", "verification/2020/640100/comprehensive/zhou"
	want := func(what string, want map[string]string) {
		t.Helper()
		if !maps.Equal(w.tasks, want) {
			t.Errorf("%s: got the tasks %v, want %v", what, w.tasks, want)
		}
	}
	plan := func(day int, team ...verification.Member) {
		t.Helper()
		p := verification.Plan{Team: team}
		if day > 0 {
			p.Date = roster.On(2020, time.October, day)
		}
		w.must(w.visits.Plan(t.Context(), wang(), w.k, w.visit().Version, p))
	}
	plan(21, team()...)
	want("planned", map[string]string{lins: "2020-10-21", zhous: "2020-10-21"})
	plan(22, w.visit().Team...)
	want("another day", map[string]string{lins: "2020-10-22", zhous: "2020-10-22"})
	w.must(w.visits.Declare(t.Context(), wang(), w.k, w.visit().Team[2].ID, verification.Conflicted, "亲属"))
	want("an interest", map[string]string{lins: "2020-10-22"})
	plan(22, w.visit().Team[1:]...)
	want("out of the team", map[string]string{})
	plan(23, team()...)
	plan(0, w.visit().Team...)
	want("no day any more", map[string]string{})
}

func TestC84AVisitLiesInTheEvaluationWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		date roster.Date
		good bool
	}{
		"the day before": {roster.On(2020, time.August, 31), false}, "the first": {roster.On(2020, time.September, 1), true},
		"the last": {roster.On(2020, time.October, 31), true}, "the day after": {roster.On(2020, time.November, 1), false},
	} {
		err := w.visits.Plan(t.Context(), wang(), w.k, w.visit().Version, verification.Plan{Team: team(), Date: c.date, Items: []verification.Item{"5"}})
		if c.good && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !c.good {
			refused(t, name, err, fault.Invalid, "verification.date_window")
		}
	}
	w.must(w.visits.Plan(t.Context(), wang(), w.k, w.visit().Version, verification.Plan{Team: team(), Date: roster.On(2020, time.October, 21), Items: []verification.Item{"5"}}))
	_, err := w.visits.Close(t.Context(), wang(), w.k)
	refused(t, "a day to come", err, fault.Invalid, "verification.date_future")
}

func TestC95WhoHasAConflictTakesNoPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.visits.Plan(ctx, wang(), w.k, w.visit().Version, verification.Plan{Team: team(), Date: roster.On(2020, time.October, 19), Items: []verification.Item{"5"}}))
	_, _, err := w.visits.Apply(ctx, lin(), w.k, nil)
	refused(t, "undeclared", err, fault.Conflict, "verification.undeclared")
	refused(t, "for another", w.visits.Declare(ctx, lin(), w.k, "m2", verification.Clear, ""), fault.Forbidden, "access.role")
	refused(t, "without words", w.visits.Declare(ctx, lin(), w.k, "m1", verification.Conflicted, " "), fault.Invalid, "words.missing")
	w.must(w.visits.Declare(ctx, wang(), w.k, "m2", verification.Clear, ""))
	w.must(w.visits.Declare(ctx, zhou(), w.k, "m3", verification.Clear, ""))
	_, _, err = w.visits.Apply(ctx, zhou(), w.k, nil)
	refused(t, "a reserve writes", err, fault.Forbidden, "verification.reserve")
	w.must(w.visits.Declare(ctx, lin(), w.k, "m1", verification.Conflicted, "配偶在该单位工作"))
	_, _, err = w.visits.Apply(ctx, lin(), w.k, nil)
	refused(t, "recused", err, fault.Forbidden, "interest.recused")
	if _, ok := w.visit().Leader(); ok {
		t.Error("who is recused still leads")
	}
	if got := w.do(wang(), w.sign("m1"))[0]; got.State != verification.Wrong {
		t.Errorf("a signature of who is recused: got %s", got.State)
	}
	_, err = w.visits.Close(ctx, wang(), w.k)
	refused(t, "no leader", err, fault.Invalid, "verification.leader_missing")
	people := w.visit().Team
	people[0].Part, people[2].Part = verification.HasLeft, verification.Leads
	w.must(w.visits.Plan(ctx, wang(), w.k, w.visit().Version, verification.Plan{Team: people, Date: roster.On(2020, time.October, 19), Items: []verification.Item{"5"}}))
	if leader, ok := w.visit().Leader(); !ok || leader.Name != "律师丙" || leader.Interest != verification.Clear {
		t.Errorf("the reserve has not stepped in: %+v", leader)
	}
	w.must(w.store.AddStatements(ctx, 2020, "wang", w.entry(), func(map[roster.UnitCode]evaluation.Statement, []evaluation.Assignment) ([]evaluation.Statement, []evaluation.Assignment, error) {
		return []evaluation.Statement{{Round: 2020, Unit: "640100", Account: "wang", Number: 1, Interest: evaluation.Conflicted, Text: "x", At: w.at}}, nil, nil
	}))
	_, err = w.visits.Close(ctx, wang(), w.k)
	refused(t, "of the office, in the register", err, fault.Forbidden, "interest.recused")
}

func TestTwoDevicesThatDifferAreBothKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.planned("5", "6")
	first := set("1", "5.remark", "甲看到的", "")
	if got := w.do(lin(), first)[0].State; got != verification.Kept {
		t.Fatalf("got %s", got)
	}
	if got := w.do(lin(), first)[0].State; got != verification.Kept {
		t.Errorf("sent twice: got %s", got)
	}
	if got := w.do(wang(), set("2", "5.remark", "乙看到的", ""), set("3", "5.result", "confirmed", "")); got[0].State != verification.Clashed || got[1].State != verification.Kept {
		t.Errorf("got %v, want a clash of the one field and the other kept", got)
	}
	v := w.visit()
	if v.Fields["5.remark"] != "甲看到的" || len(v.Clashes) != 1 || v.Clashes[0].Other.Value != "乙看到的" || v.Clashes[0].Other.By != "wang" {
		t.Errorf("got %q and %+v, want both values", v.Fields["5.remark"], v.Clashes)
	}
	if got := w.do(wang(), set("4", "5.remark", "甲看到的", "乙看到的"))[0].State; got != verification.Kept {
		t.Errorf("the same value: got %s", got)
	}
	_, err := w.visits.Close(t.Context(), wang(), w.k)
	refused(t, "two values", err, fault.Conflict, "verification.clashes")
	w.do(lin(), verification.Act{ID: "00000000000000006", Kind: verification.Settle, Field: "5.remark", Value: "乙看到的"})
	if v := w.visit(); v.Fields["5.remark"] != "乙看到的" || len(v.Clashes) != 0 || v.Touched["5.remark"].By != "lin" {
		t.Errorf("got %q, %v", v.Fields["5.remark"], v.Clashes)
	}
	for name, a := range map[string]verification.Act{
		"an item that is not looked at": set("a1", "7.remark", "x", ""), "no field": set("a2", "5.secret", "x", ""),
		"no result": set("a3", "5.result", "maybe", ""), "no count": set("a4", verification.People, "many", ""),
		"no id": {ID: "x", Kind: verification.Write, Field: "5.remark"},
	} {
		if got := w.do(lin(), a)[0]; got.State != verification.Wrong || got.Err == nil {
			t.Errorf("%s: got %s", name, got.State)
		}
	}
}

func TestAChangeEndsTheSignatures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.planned("5")
	n := 0
	for name, change := range map[string]func(){
		"a field": func() { w.do(lin(), set("b1", "5.remark", "另有说明", "")) },
		"a photograph": func() {
			var picture bytes.Buffer
			w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))))
			shot := verification.Shot{ID: "0000000000000000c1", Item: "5", Taken: "2020-10-19 10:00:00", Name: "a.png"}
			for range 2 { // once by its id
				shot.Body = bytes.NewReader(picture.Bytes())
				_, err := w.visits.AddPhoto(t.Context(), lin(), w.k, shot)
				w.must(err)
			}
			if got := len(w.visit().Photos); got != 1 {
				t.Errorf("got %d photographs, want one", got)
			}
		},
		"the date": func() {
			v := w.visit()
			w.must(w.visits.Plan(t.Context(), wang(), w.k, v.Version, verification.Plan{Team: v.Team, Date: roster.On(2020, time.October, 18), Items: []verification.Item{"5"}}))
		},
	} {
		n++
		a := w.sign("m1")
		a.ID = strings.Repeat("0", 16) + "d" + string(rune('0'+n))
		if got := w.do(lin(), a)[0]; got.State != verification.Kept || !w.visit().Signed("m1") {
			t.Fatalf("before %s: %v", name, got.Err)
		}
		change()
		if w.visit().Signed("m1") {
			t.Errorf("%s leaves the signature", name)
		}
		a.ID = strings.Repeat("0", 16) + "e" + string(rune('0'+n))
		got := w.do(lin(), a)[0]
		refused(t, "signs what was before "+name, got.Err, fault.Conflict, "verification.other_record")
	}
	if got := len(w.visit().Signatures); got != n {
		t.Errorf("got %d signatures, want those that ended kept", got)
	}
	typed := w.sign("m2")
	typed.Path, typed.Typed = "", "别人"
	refused(t, "another's name", w.do(lin(), typed)[0].Err, fault.Invalid, "verification.typed")
	typed.Typed = "代表乙"
	if got := w.do(lin(), typed)[0]; got.State != verification.Kept {
		t.Errorf("the typed name: %v", got.Err)
	}
	scribble := w.sign("m1")
	scribble.Path = `M1 1 L2 2"/><script>`
	refused(t, "no strokes", w.do(lin(), scribble)[0].Err, fault.Invalid, "verification.strokes")
}

func TestC85TheClosedRecordIsSealedAndFiled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.planned("5", "6", "7")
	w.do(lin(), set("1", "5.result", "confirmed", ""), set("2", "6.result", "confirmed", ""), set("3", "7.result", "not", ""), set("4", verification.Words, "基本一致", ""))
	_, err := w.visits.Close(ctx, lin(), w.k)
	for _, code := range []string{"verification.leader_unsigned", "verification.signatures"} {
		refused(t, code, err, fault.Conflict, code)
	}
	refused(t, "not confirmed without words", err, fault.Invalid, "verification.remark")
	w.do(lin(), set("5", "7.remark", "未见台账", ""))
	w.do(lin(), w.sign("m1"), w.sign("m2"))
	for range 2 { // closing again makes up for a filing that was cut short
		if _, err := w.visits.Close(ctx, lin(), w.k); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.tasks) != 0 {
		t.Errorf("after the visit people are still asked to make it: %v", w.tasks)
	}
	v := w.visit()
	if v.Outcome != verification.Corrected || *v.Mark != 6667 {
		t.Errorf("got %s, %s; want two of three confirmed", v.Outcome, v.Mark)
	}
	w.sealed(v)
	found := w.finding()
	if found.Mark != 6667 || found.Digest != v.Seal.Digest {
		t.Errorf("got %+v, want the visit's mark under its seal", found)
	}
	if _, _, err := w.visits.Apply(ctx, lin(), w.k, nil); !slices.ContainsFunc(fault.All(err), func(r *fault.Refusal) bool { return r.Code == "verification.closed" }) {
		t.Errorf("writes after the close: %v", err)
	}
	w.reopens()
}

func (w *world) finding() scorebook.Finding {
	w.t.Helper()
	all, err := w.book.Read(w.t.Context(), wang(), 2020)
	w.must(err)
	n := slices.IndexFunc(all, func(f scorebook.Finding) bool { return f.Instrument == scorebook.Verification })
	if n < 0 {
		w.t.Fatal("nothing is filed")
	}
	return all[n]
}

// sealed checks the seal by the file alone, and that a flipped byte shows.
func (w *world) sealed(v *verification.Visit) {
	w.t.Helper()
	public, _ := w.key.Public().(ed25519.PublicKey)
	raw, err := json.MarshalIndent(v.Seal.File(), "", "  ")
	w.must(err)
	var file verification.File
	w.must(json.Unmarshal(raw, &file))
	d, err := verification.Check(public, file)
	w.must(err)
	if d.Mark != 6667 || d.Record.Fields["7.remark"] != "未见台账" || len(d.Signatures) != 2 || d.Record.Team[0][1] != "组长甲" {
		w.t.Errorf("got %+v", d)
	}
	file.Document = json.RawMessage(strings.Replace(string(file.Document), "6667", "9667", 1))
	_, err = verification.Check(public, file)
	refused(w.t, "another mark", err, fault.Invalid, "verification.forged")
	other, _ := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	_, err = verification.Check(other, v.Seal.File())
	refused(w.t, "another key", err, fault.Invalid, "verification.other_key")
}

// reopens opens the visit again by two people, corrects it and files the correction.
func (w *world) reopens() {
	w.t.Helper()
	ctx := w.t.Context()
	refused(w.t, "no reason", w.visits.AskReopen(ctx, wang(), w.k, " "), fault.Invalid, "words.missing")
	refused(w.t, "nothing asked", w.visits.AnswerReopen(ctx, chen(), w.k, true), fault.NotFound, "verification.reopen_none")
	w.must(w.visits.AskReopen(ctx, wang(), w.k, "漏看一项"))
	refused(w.t, "oneself", w.visits.AnswerReopen(ctx, wang(), w.k, true), fault.Forbidden, "verification.reopen_own")
	w.must(w.visits.AnswerReopen(ctx, chen(), w.k, true))
	v := w.visit()
	if v.Closed() || len(v.Valid()) != 0 || v.Reopenings[0].Seal.Digest == "" {
		w.t.Errorf("got %+v", v)
	}
	w.do(lin(), set("9", "7.result", "confirmed", "not"))
	one, two := w.sign("m1"), w.sign("m2")
	one.ID, two.ID = one.ID+"f", two.ID+"f"
	w.do(lin(), one, two)
	_, err := w.visits.Close(ctx, lin(), w.k)
	w.must(err)
	if f := w.finding(); f.Mark != 10000 || f.Version != 2 || f.Reason != "漏看一项" {
		w.t.Errorf("got %+v, want a correction", f)
	}
}

func TestTheMarkIsTheShareConfirmed(t *testing.T) {
	t.Parallel()
	s := roster.Defaults(2020)
	for name, c := range map[string]struct {
		tally   verification.Tally
		rule    roster.VerifyRule
		mark    indicators.Mark
		outcome verification.Outcome
	}{
		"all":                     {verification.Tally{Checked: 7, Confirmed: 7}, roster.VerifyClaimed, 10000, verification.Confirmed},
		"two thirds":              {verification.Tally{Checked: 3, Confirmed: 2}, roster.VerifyClaimed, 6667, verification.Corrected},
		"an eighth, half up":      {verification.Tally{Checked: 32, Confirmed: 1}, roster.VerifyClaimed, 313, verification.Refuted},
		"three fifths, the floor": {verification.Tally{Checked: 5, Confirmed: 3}, roster.VerifyClaimed, 6000, verification.Corrected},
		"below the floor":         {verification.Tally{Checked: 5, Confirmed: 2, Differs: 2, Kept: 2}, roster.VerifyClaimed, 4000, verification.Refuted},
		"kept values count":       {verification.Tally{Checked: 5, Confirmed: 2, Differs: 2, Kept: 2}, roster.VerifyKept, 8000, verification.Corrected},
		"nothing":                 {verification.Tally{}, roster.VerifyClaimed, 0, verification.Confirmed},
	} {
		s.VerifyRule = c.rule
		if got := c.tally.Mark(c.rule); got != c.mark {
			t.Errorf("%s: got %s, want %s", name, got, c.mark)
		}
		if got := c.tally.Outcome(s); got != c.outcome {
			t.Errorf("%s: got %s, want %s", name, got, c.outcome)
		}
	}
}

func TestADifferentValueIsJudgedByTheThreshold(t *testing.T) {
	t.Parallel()
	rate := indicators.Threshold{Name: "率", Op: indicators.AtLeast, Form: indicators.FormNumber, Value: 9500, Unit: "%"}
	lines := []evaluation.Line{{Item: "5", Indicator: indicators.Indicator{Number: "5", Thresholds: []indicators.Threshold{rate}}}}
	for name, c := range map[string]struct {
		fields map[string]string
		kept   int
	}{
		"above":   {map[string]string{"5.part.0": "96", "5.whole.0": "100"}, 1},
		"at":      {map[string]string{"5.figure.0": "95"}, 1},
		"below":   {map[string]string{"5.part.0": "94", "5.whole.0": "100"}, 0},
		"nothing": {map[string]string{"5.remark": "x"}, 0},
	} {
		c.fields["5.result"] = "differs"
		v := &verification.Visit{Items: []verification.Pick{{Item: "5"}}, Fields: c.fields}
		if got := v.Tally(lines, nil); got.Differs != 1 || got.Kept != c.kept || got.Checked != 1 {
			t.Errorf("%s: got %+v, want %d kept", name, got, c.kept)
		}
	}
}

// TestTheDrawCanBeMadeAgainWithOtherTools compares with
//
//	for s in 2020a 2020b; do for i in 1 2 3 4 5 6 7 8 9 10; do echo "$(printf '%s' "$s|$i" | sha256sum | cut -c1-64) $i"; done | sort | head -3; done
//
// of GNU coreutils 9.1.
func TestTheDrawCanBeMadeAgainWithOtherTools(t *testing.T) {
	t.Parallel()
	items := []verification.Item{"10", "9", "8", "7", "6", "5", "4", "3", "2", "1"}
	for seed, want := range map[string][]verification.Item{"2020a": {"4", "1", "9"}, "2020b": {"9", "6", "4"}} {
		if got := verification.Draw(seed, items, 3); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", seed, got, want)
		}
	}
	if got := verification.Draw("x", items[:2], 5); len(got) != 2 {
		t.Errorf("more than there are: got %v", got)
	}
}

func TestWhatIsLookedAtIsProposed(t *testing.T) {
	t.Parallel()
	line := func(n string, needed bool) evaluation.Line {
		return evaluation.Line{Item: verification.Item(n), Full: 100, Needed: needed}
	}
	got := verification.Propose([]verification.Sight{
		{Line: line("1", true), Marks: []indicators.Mark{100, 80}, Early: true},  // apart by a fifth
		{Line: line("2", true), Marks: []indicators.Mark{100, 81}, Early: true},  // less
		{Line: line("3", true), Marks: []indicators.Mark{100, 100}},              // full, nothing early
		{Line: line("4", true), Marks: []indicators.Mark{100, 100}, Early: true}, // full and proven
		{Line: line("A3", false), Marks: []indicators.Mark{50}},
		{Line: line("A4", false), Marks: []indicators.Mark{0}},
		{Line: line("5", true), Dubious: true},
	}, 2000, "seed", 1)
	var have []string
	for _, p := range got {
		for _, why := range p.Why {
			have = append(have, string(p.Item)+" "+string(why))
		}
	}
	drawn := verification.Draw("seed", []verification.Item{"2", "4"}, 1)[0]
	want := []string{"1 disagreed", string(drawn) + " drawn", "3 unproved", "A3 penalty", "5 penalty"}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("got %v, want %v", have, want)
	}
}

func TestTheTimeOfTakingIsRead(t *testing.T) {
	t.Parallel()
	for name, order := range map[string]binary.AppendByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
		file := append([]byte("\xff\xd8\xff\xe1\x00\x80Exif\x00\x00"+name), order.AppendUint16(nil, 42)...)
		file = order.AppendUint32(file, 8)                             // first directory
		file = order.AppendUint16(file, 1)                             // one entry
		file = order.AppendUint16(order.AppendUint16(file, 0x8769), 4) // the camera's notes
		file = order.AppendUint32(order.AppendUint32(file, 1), 26)     // at 26
		file = order.AppendUint32(file, 0)                             // no further directory
		file = order.AppendUint16(file, 1)                             // one entry
		file = order.AppendUint16(order.AppendUint16(file, 0x9003), 2) // DateTimeOriginal, text
		file = order.AppendUint32(order.AppendUint32(file, 20), 44)    // at 44
		file = append(order.AppendUint32(file, 0), "2020:10:29 10:05:00\x00"...)
		r := bytes.NewReader(file)
		got, err := verification.TimeOfTaking(r)
		if err != nil || got != "2020-10-29 10:05:00" || r.Len() != len(file) {
			t.Errorf("%s: got %q, %v, %d left", name, got, err, r.Len())
		}
	}
	for name, text := range map[string]string{"no notes": "\xff\xd8\xff\xd9", "cut": "\xff\xd8Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x05", "empty": ""} {
		if got, err := verification.TimeOfTaking(strings.NewReader(text)); err != nil || got != "" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

package questionnaire

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/fault"
)

const (
	actionEnd  = "end"
	maxChoices = 250  // so that the place of a choice fits one byte
	maxItems   = 120  // questions on one paper
	maxWords   = 5000 // characters of a free text

	maxDecimals = 4 // digits behind the point of a number
)

// checker gathers the findings on one form: f has grids and scales spelled out,
// written is as its author wrote it.
type checker struct {
	f       *Form
	written *Form
	found   fault.List
	ids     map[string]bool
	roles   map[Role]bool
}

// check makes the static checks of form: ids and codes unique and well formed,
// every text in both languages, scales and ranges sound, ends that leave a way
// through, placeholders declared, rules that look back. What rules mean together
// is prove's business.
func check(f *Form) error {
	if f.Schema != Schema {
		return fault.New(fault.Invalid, "questionnaire.schema", "schema", clip(f.Schema), "want", Schema)
	}
	wide := f.expanded()
	c := &checker{f: &wide, written: f, ids: map[string]bool{}, roles: map[Role]bool{}}
	if !wellFormed(f.ID) {
		c.say("", "questionnaire.id")
	}
	for _, t := range []Text{f.Title, f.Intro, f.Closing} {
		c.text("", t)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Scales)) {
		c.scale(name, wide.Scales[name])
	}
	c.grids()
	c.consent()
	for _, p := range wide.parts()[1:] {
		c.section(p.section, p.items)
	}
	if len(f.Items) == 0 {
		c.say("", "questionnaire.no_items")
	}
	if len(c.ids) > maxItems {
		c.say("", "questionnaire.too_many", "max", strconv.Itoa(maxItems))
	}
	c.sensitive()
	c.rules()
	return c.found.Err()
}

func (c *checker) say(field, code string, pairs ...string) {
	c.found.Add(fault.New(fault.Invalid, code, append([]string{"question", field}, pairs...)...).At(field))
}

// consent must be a required single question with a way in and a way out.
func (c *checker) consent() {
	it := c.f.Consent
	if it.Type != Single || !it.Required {
		c.say(it.ID, "questionnaire.consent")
	}
	out := false
	for _, o := range it.Options {
		out = out || o.Action == actionEnd
	}
	if !out || len(it.when) > 0 || it.EndIf != "" {
		c.say(it.ID, "questionnaire.consent")
	}
	c.section(Consent, []Item{it})
}

func (c *checker) section(s Section, items []Item) {
	grid := ""
	for _, it := range items {
		c.identity(it)
		c.role(it)
		c.place(s, it)
		c.fields(s, it)
		if it.grid == "" {
			c.text(it.ID, it.Text)
		} else if it.grid == grid {
			continue // what the rows of a grid share is looked at once
		}
		grid = it.grid
		c.kind(it)
		c.options(it)
		c.ends(s, it)
	}
}

func (c *checker) identity(it Item) {
	switch {
	case !wellFormed(it.ID):
		c.say(clip(it.ID), "questionnaire.id")
	case c.ids[it.ID]:
		c.say(it.ID, "questionnaire.id_twice")
	}
	c.ids[it.ID] = true
}

// kind checks what each type of question needs.
func (c *checker) kind(it Item) {
	switch it.Type {
	case Single, Multiple:
		c.demand(len(it.Options) > 1 && substantive(it.Options, 1), it.ID, "questionnaire.options")
	case ScaleOf:
		_, ok := c.f.Scales[it.Scale]
		c.demand(ok, it.ID, "questionnaire.scale_unknown", "scale", clip(it.Scale))
	case Area:
		c.demand(it.Role == RoleArea, it.ID, "questionnaire.area_role")
	case Words:
		c.demand(within(1, it.MaxChars, maxWords), it.ID, "questionnaire.max_chars", "max", strconv.Itoa(maxWords))
	case Number, Date:
		if _, err := rangeOf(it); err != nil {
			c.say(it.ID, "questionnaire.range", "field", err.Error())
		}
	case Rank:
		c.demand(within(1, it.Places, maxChoices) && substantive(it.Options, max(2, it.Places)), it.ID, "questionnaire.places")
	case Grid: // one without rows, which is named where grids are checked
	default:
		c.say(it.ID, "questionnaire.type", "type", clip(string(it.Type)))
	}
}

func (c *checker) demand(sound bool, field, code string, pairs ...string) {
	if !sound {
		c.say(field, code, pairs...)
	}
}

func within(low, n, high int) bool { return low <= n && n <= high }

// substantive reports whether at least so many options are.
func substantive(options []Option, least int) bool {
	for _, o := range options {
		if o.Reason == "" {
			least--
		}
	}
	return least <= 0
}

// place checks that a question stands in a section that it may stand in.
func (c *checker) place(s Section, it Item) {
	if it.Scored && (it.Type != ScaleOf || s != Items) {
		c.say(it.ID, "questionnaire.scored")
	}
	if it.Type != Words && s == Open {
		c.say(it.ID, "questionnaire.open_type")
	}
}

func (c *checker) options(it Item) {
	seen := map[string]bool{}
	all := it.everyOption()
	if len(all) > maxChoices {
		c.say(it.ID, "questionnaire.too_many", "max", strconv.Itoa(maxChoices))
	}
	for _, o := range all {
		c.text(it.ID, o.Text)
		switch {
		case !wellFormed(o.Code):
			c.say(it.ID, "questionnaire.code", "code", clip(o.Code))
		case seen[o.Code]:
			c.say(it.ID, "questionnaire.code_twice", "code", o.Code)
		}
		seen[o.Code] = true
		if o.Exclusive && it.Type != Multiple {
			c.say(it.ID, "questionnaire.exclusive", "code", clip(o.Code))
		}
		c.apart(it, o)
	}
}

// ends allows the action "end" in consent and screening only, and never on every
// option: nobody could reach the questions behind.
func (c *checker) ends(s Section, it Item) {
	all := it.everyOption()
	barred := s > Screening || it.Type == Multiple || it.Type == Rank
	ends := 0
	for _, o := range all {
		switch {
		case o.Action == "":
		case o.Action != actionEnd:
			c.say(it.ID, "questionnaire.action", "action", clip(o.Action))
		case barred:
			c.say(it.ID, "questionnaire.end_place")
		default:
			ends++
		}
	}
	if ends == 0 {
		return
	}
	c.demand(ends < len(all) || it.Type != Single, it.ID, "questionnaire.dead_end")
	c.demand(it.Required, it.ID, "questionnaire.end_required")
}

func (c *checker) role(it Item) {
	if it.Role == "" {
		return
	}
	if c.roles[it.Role] {
		c.say(it.ID, "questionnaire.role_twice", "role", clip(string(it.Role)))
	}
	c.roles[it.Role] = true
	if it.Role != RoleAge {
		return
	}
	for _, o := range it.Options {
		if o.Action == "" && o.Margin == "" {
			c.say(it.ID, "questionnaire.margin", "code", clip(o.Code))
		}
	}
}

// scale checks that codes fit a byte and are unique.
func (c *checker) scale(name string, s Scale) {
	codes := map[int]bool{}
	most := 254 - int(scaleBase(s))
	c.ended(name)
	for _, p := range append(append([]Point(nil), s.Points...), s.NonSubstantive...) {
		c.text(name, p.Text)
		if p.Code < 0 || p.Code > most || codes[p.Code] {
			c.say(name, "questionnaire.scale_code", "code", strconv.Itoa(p.Code))
		}
		codes[p.Code] = true
	}
	c.valid(name, s)
}

// ended checks a scale that only names its ends, as it was written.
func (c *checker) ended(name string) {
	s := c.written.Scales[name]
	if s.From == 0 && s.To == 0 {
		return
	}
	if s.To <= s.From || s.From < 0 || s.To-s.From > maxChoices || len(s.Points) > 0 {
		c.say(name, "questionnaire.scale_ends")
	}
	c.text(name, s.Low)
	c.text(name, s.High)
}

// valid checks that the valid codes are the points of the scale, and the
// satisfied ones among them.
func (c *checker) valid(name string, s Scale) {
	points := map[int]bool{}
	for _, p := range s.Points {
		points[p.Code] = true
	}
	valid := map[int]bool{}
	for _, v := range s.ValidCodes {
		if !points[v] || valid[v] {
			c.say(name, "questionnaire.scale_valid", "code", strconv.Itoa(v))
		}
		valid[v] = true
	}
	for _, v := range s.SatisfiedCodes {
		if !valid[v] {
			c.say(name, "questionnaire.scale_valid", "code", strconv.Itoa(v))
		}
	}
	if len(s.Points) < 2 || len(valid) != len(points) {
		c.say(name, "questionnaire.scale_points")
	}
}

// text demands both languages, sound characters and declared placeholders.
func (c *checker) text(field string, t Text) {
	for _, s := range []string{t.Zh, t.En} {
		switch {
		case strings.TrimSpace(s) == "":
			c.say(field, "questionnaire.untranslated")
		case !utf8.ValidString(s) || firstControl(s) >= 0:
			c.say(field, "questionnaire.characters")
		}
		for _, name := range placeholders(s) {
			if _, ok := c.f.Placeholders[name]; !ok {
				c.say(field, "questionnaire.placeholder", "name", clip(name))
			}
		}
	}
}

// wellFormed tells whether s may be an id or a code: a letter or digit, then
// letters, digits and + - . _, at most 32. Names of hidden form fields begin
// with an underscore and so can never be ids.
func wellFormed(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for i := 0; i < len(s); i++ {
		b := s[i]
		alnum := b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
		if !alnum && (i == 0 || !strings.ContainsRune("+-._", rune(b))) {
			return false
		}
	}
	return true
}

// clip makes a stranger's text short and sound enough to be shown back.
func clip(s string) string { return shorten(s, 40) }

// quote is clip for rules, which are known by their whole text.
func quote(s string) string { return shorten(s, 200) }

func shorten(s string, most int) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

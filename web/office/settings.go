package office

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// SettingRow is one setting of a round in the form: its value and default as
// text, and where it comes from.
type SettingRow struct {
	roster.Source
	Kind    string // number, flag or choice
	Value   string
	Default string
	Choices []Choice
}

// Choice is one option of a setting.
type Choice struct{ Value, Key string }

// DocumentKey names the words for the document that the setting comes from.
func (r SettingRow) DocumentKey() string { return "round.document." + string(r.Document) }

// setting reads and writes one field of the settings as text.
type setting struct {
	name    string
	kind    string
	text    string
	set     func(text string) error
	choices []Choice
}

func number(name string, into *int) setting {
	return setting{name: name, kind: "number", text: strconv.Itoa(*into), set: func(text string) error {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return fault.New(fault.Invalid, "round.setting_range")
		}
		*into = n
		return nil
	}}
}

func share(name string, into *indicators.Share) setting {
	return setting{name: name, kind: "number", text: into.String(), set: func(text string) error {
		v, err := indicators.ParseShare(text)
		*into = v
		return err
	}}
}

func mark(name string, into *indicators.Mark) setting {
	s := indicators.Share(*into)
	out := share(name, &s)
	out.set = func(text string) error {
		v, err := indicators.ParseShare(text)
		*into = indicators.Mark(v)
		return err
	}
	return out
}

func flag(name string, into *bool) setting {
	text := ""
	if *into {
		text = "on"
	}
	return setting{name: name, kind: "flag", text: text, set: func(text string) error {
		*into = text == "on"
		return nil
	}}
}

// choice takes any text: what is none of the options is refused by the settings.
func choice[T ~string](name string, into *T, usual T, words string, options ...T) setting {
	out := setting{name: name, kind: "choice", text: string(*into)}
	if *into == "" {
		out.text = string(usual)
	}
	for _, o := range options {
		out.choices = append(out.choices, Choice{string(o), words + "." + string(o)})
	}
	out.set = func(text string) error {
		if *into != "" || T(text) != usual { // rounds that name none keep it so
			*into = T(text)
		}
		return nil
	}
	return out
}

// gate is the 90 % as a percentage; the same share written otherwise is no change.
func gate(into *indicators.Gate) setting {
	whole := int64(indicators.Whole)
	text := indicators.Share(whole * int64(into.Num) / int64(max(1, into.Den))).String()
	return setting{name: "gate", kind: "number", text: text, set: func(text string) error {
		v, err := indicators.ParseShare(text)
		if int64(v)*int64(into.Den) != int64(into.Num)*whole {
			*into = indicators.Gate{Num: int(v), Den: int(whole)}
		}
		return err
	}}
}

func dossiers(s *roster.Settings) setting {
	out := number("most_dossiers", &s.MostDossiers)
	out.text = strconv.Itoa(s.AssessorCapacity())
	return out
}

// visited are the settings of the on-site verification.
func visited(s *roster.Settings) []setting {
	return []setting{
		number("verify_draw", &s.VerifyDraw), after("verify_signers", &s.VerifySigners, s.Signers()), share("verify_floor", &s.VerifyFloor),
		choice("verify_rule", &s.VerifyRule, roster.VerifyClaimed, "setting.verify", roster.VerifyRules()...),
	}
}

// road are the settings of the way from the ranking to the names.
func road(s *roster.Settings) []setting {
	usual := s.Road()
	return []setting{
		choice("proposer", &s.ToNames.Proposer, roster.OfficeProposes, "setting.proposer", roster.Proposers()...),
		flag("candidates_alone", &s.ToNames.CandidatesAlone), flag("notice_second", &s.ToNames.NoticeSecond),
		after("media_least", &s.ToNames.MediaLeast, usual.MediaLeast), flag("naming_alone", &s.ToNames.NamingAlone),
		after("objection_days", &s.ToNames.ObjectionDays, usual.ObjectionDays), after("objection_keep_days", &s.ToNames.ObjectionKeep, usual.ObjectionKeep),
	}
}

// settings are all settings but the dates; those beside what the notice says or
// leaves open come first.
func settings(s *roster.Settings) []setting {
	return append(slices.Concat(noticed(s), visited(s), road(s)),
		number("assessors", &s.Assessors), dossiers(s), number("least_dossiers", &s.LeastDossiers),
		mark("arbitration_above", &s.ArbitrationAbove), share("arbitration_item", &s.ArbitrationItem),
		mark("arbitration_residual", &s.ArbitrationResidual), share("reason_below", &s.ReasonBelow), share("fed_floor", &s.FedFloor),
		flag("show_self_marks", &s.ShowSelfMarks), flag("institutions_differ", &s.InstitutionsDiffer),
		flag("level_opinions", &s.LevelOpinions), flag("show_own_total", &s.ShowOwnTotal), flag("arbiter_sees", &s.ArbiterSees),
		flag("indicator_84_lower", &s.Indicator84Lower), flag("indicator_72_lower", &s.Indicator72Lower),
		flag("correct_leniency", &s.CorrectLeniency),
		choice("three_sheets", &s.ThreeSheets, roster.NearestToArbiter, "setting.sheets", roster.ThreeSheetsRules()...),
		choice("fed_rule", &s.FedRule, indicators.FedByLimit, "setting.fed", indicators.FedRules()...),
		after("report_chars", &s.ReportChars, s.AfterNaming().ReportChars), flag("report_on_filing", &s.ReportOnFiling),
		words("remind_before", &s.RemindBefore, s.AfterNaming().RemindBefore), after("remind_every", &s.RemindEvery, s.AfterNaming().RemindEvery),
		words("remind_steps", &s.RemindSteps, s.Reminders().RemindSteps), after("remind_late", &s.RemindLate, s.Reminders().RemindLate),
		flag("answer_again", &s.AnswerAgain), flag("publish_totals", &s.PublishTotals), flag("withhold_deputies", &s.WithholdDeputies),
		flag("spot_by_kind", &s.SpotByKind), after("hearing_days", &s.HearingDays, s.AfterNaming().HearingDays),
		after("forward_days", &s.ForwardDays, s.AfterNaming().ForwardDays))
}

// after is a number of which older rounds say nothing: the form has the usual one.
func after(name string, into *int, usual int) setting {
	out, plain := number(name, into), *into
	out.text = strconv.Itoa(usual)
	read := out.set
	out.set = func(text string) error {
		err := read(text)
		if plain == 0 && *into == usual { // rounds that name none keep it so
			*into = 0
		}
		return err
	}
	return out
}

// words is a text of which older rounds say nothing; the settings read it.
func words(name string, into *string, usual string) setting {
	return setting{name: name, kind: "text", text: usual, set: func(text string) error {
		if text = strings.TrimSpace(text); *into != "" || text != usual {
			*into = text
		}
		return nil
	}}
}

// noticed are the settings of what the notice says, and of the points on which it
// is silent.
func noticed(s *roster.Settings) []setting {
	return []setting{
		number("quota_comprehensive", &s.QuotaComprehensive), number("quota_single", &s.QuotaSingle),
		number("quota_tolerance", &s.QuotaTolerance), flag("quota_each", &s.QuotaEach),
		number("front_comprehensive", &s.FrontComprehensive), number("front_single", &s.FrontSingle),
		number("notice_days", &s.NoticeDays), number("report_limit", &s.ReportLimit),
		gate(&s.Gate), flag("gate_of_all", &s.GateOfAll), flag("allow_below_gate", &s.AllowBelowGate),
		flag("survey_required", &s.SurveyRequired), flag("count_punctuation", &s.CountPunctuation), flag("both_tracks", &s.BothTracks),
		flag("supervise_departments", &s.SuperviseDepartments), flag("bar_any_track", &s.BarAnyTrack),
		flag("plain_single_city", &s.PlainSingleCity), flag("one_effect", &s.OneEffect), share("spot_check_share", &s.SpotCheckShare),
		choice("county_city_title", &s.CountyCityTitle, roster.TitledAsCounty, "setting.title", roster.TitledAsCounty, roster.TitledAsCity),
		choice("revoker", &s.Revoker, roster.OfficeRevokes, "setting.revoker", roster.Revokers()...),
		choice("organiser", &s.Organiser, roster.OfRegion, "setting.organiser", roster.Organisers()...),
	}
}

// settingRows are the rows of the form, in the order of their sources.
func settingRows(s roster.Settings, year int) (out []SettingRow) {
	usual := roster.Defaults(year)
	defaults := map[string]setting{}
	for _, one := range settings(&usual) {
		defaults[one.name] = one
	}
	rows := map[string]SettingRow{}
	for _, one := range settings(&s) {
		rows[one.name] = SettingRow{
			Source: roster.SourceOf(one.name), Kind: one.kind, Value: one.text, Default: defaults[one.name].text, Choices: one.choices,
		}
	}
	for _, source := range roster.Sources() {
		if row, ok := rows[source.Field]; ok {
			out = append(out, row)
		}
	}
	return out
}

// readSettings reads the form over the settings that are saved.
func readSettings(c *fiber.Ctx, s roster.Settings) (roster.Settings, error) {
	var list fault.List
	for _, one := range settings(&s) {
		for _, r := range fault.All(one.set(c.FormValue(one.name))) {
			list.Add(r.At(one.name))
		}
	}
	return s, list.Err()
}

// SettingFields names the settings that the form of a round has, as an expression.
func SettingFields() string {
	s := roster.Settings{}
	var names []string
	for _, one := range settings(&s) {
		names = append(names, one.name)
	}
	return strings.Join(names, "|")
}

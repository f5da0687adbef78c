package roster

import (
	"slices"
	"time"

	"minyi/indicators"
	"minyi/indicators/fault"
)

// Track is what a unit applies for (C17).
type Track string

// The tracks.
const (
	Comprehensive Track = "comprehensive" // 综合示范创建
	Single        Track = "single"        // 单项示范创建
)

// Tracks returns both tracks in order.
func Tracks() []Track { return []Track{Comprehensive, Single} }

// Field is the field of a single project (C22).
type Field string

// The five listed fields and the open one.
const (
	Business      Field = "business"      // 优化法治化营商环境
	Oversight     Field = "oversight"     // 加强事中事后监管
	RuleSystem    Field = "rule-system"   // 完善依法行政制度
	Enforcement   Field = "enforcement"   // 全面推行行政执法“三项制度”
	Reconsidering Field = "reconsidering" // 健全行政复议体制机制
	OtherField    Field = "other"         // 其他法治政府建设工作, with text
)

// Fields returns the fields in the order of the notice.
func Fields() []Field {
	return []Field{Business, Oversight, RuleSystem, Enforcement, Reconsidering, OtherField}
}

// Plan is the document that a round rests on (C03, C71).
type Plan struct {
	Number string `json:"number"` // e.g. 宁法办发〔2019〕39号
	Date   Date   `json:"date"`
	Basis  string `json:"basis"` // the standing document that it refers to (C04, C71)
}

// Round is one round of the programme, named by its year (C14). Version counts
// its changes and guards against lost updates.
type Round struct {
	Year     int                `json:"year"`
	Version  int                `json:"version"`
	Edition  indicators.Edition `json:"edition"`
	Plan     Plan               `json:"plan"`
	Settings Settings           `json:"settings"`
	Override string             `json:"override"` // reason for a round in a year after a round, else empty
	Moves    []Move             `json:"moves"`    // changes of dates, oldest first (C90)
	OpenedAt time.Time          `json:"opened_at"`
	OpenedBy string             `json:"opened_by"`
}

// Stage is where a round stands.
type Stage string

// The stages, in order.
const (
	Planned    Stage = "planned"    // the filing window has not opened
	Filing     Stage = "filing"     // 申报
	Waiting    Stage = "waiting"    // between two windows
	Evaluating Stage = "evaluating" // 评估、测评、核查
	Publishing Stage = "publishing" // 公示
	Naming     Stage = "naming"     // 命名
	Past       Stage = "past"       // the naming window is over
)

// Stage returns where the round stands by its windows at that moment.
func (r Round) Stage(now time.Time) Stage {
	s := r.Settings
	for _, w := range []struct {
		window Window
		stage  Stage
	}{{s.Filing, Filing}, {s.Evaluation, Evaluating}, {s.Notice, Publishing}, {s.Naming, Naming}} {
		if w.window.Open(now) {
			return w.stage
		}
	}
	switch {
	case !s.Filing.Began(now):
		return Planned
	case s.Naming.Over(now):
		return Past
	}
	return Waiting
}

// CountyCityTitle says which title a county-level city gets; the notice does
// not say.
type CountyCityTitle string

// The two readings.
const (
	TitledAsCity   CountyCityTitle = "city"
	TitledAsCounty CountyCityTitle = "county"
)

// ThreeSheets says which sheets make the mark once a third assessor's is there;
// the notice does not say.
type ThreeSheets string

// The rules. NearestToArbiter is that of rounds that name none.
const (
	NearestToArbiter ThreeSheets = "nearest" // the arbiter's and the one nearest to it, both where they are equally near
	MeanOfAll        ThreeSheets = "all"
	TwoClosest       ThreeSheets = "closest" // the two that lie nearest to each other, all three where they are equally near
	ArbiterAlone     ThreeSheets = "arbiter"
)

// ThreeSheetsRules returns the rules in the order in which people read them.
func ThreeSheetsRules() []ThreeSheets {
	return []ThreeSheets{NearestToArbiter, MeanOfAll, TwoClosest, ArbiterAlone}
}

// Sheets returns the rule for three sheets; rounds from before it was a setting
// have NearestToArbiter.
func (s Settings) Sheets() ThreeSheets {
	if s.ThreeSheets == "" {
		return NearestToArbiter
	}
	return s.ThreeSheets
}

// Settings are the dates of the round's plan and what the notice leaves open.
type Settings struct {
	Filing     Window `json:"filing"`     // C77
	Evaluation Window `json:"evaluation"` // C84: evaluation, survey and verification
	Notice     Window `json:"notice"`     // C86
	Naming     Window `json:"naming"`     // C88

	QuotaComprehensive int  `json:"quota_comprehensive"` // C87: areas and departments together
	QuotaSingle        int  `json:"quota_single"`        // C87: about 10
	QuotaTolerance     int  `json:"quota_tolerance"`     // how many more still count as 左右
	NoticeDays         int  `json:"notice_days"`         // shortest notice in days; not in the notice
	FrontComprehensive int  `json:"front_comprehensive"` // units of each kind for on-site verification; not in the notice
	FrontSingle        int  `json:"front_single"`        // projects of each kind for on-site verification; not in the notice
	SurveyRequired     bool `json:"survey_required"`     // C30: whether ranking waits for the survey

	Gate             indicators.Gate `json:"gate"`              // C18, over applicable indicators
	AllowBelowGate   bool            `json:"allow_below_gate"`  // C25
	ReportLimit      int             `json:"report_limit"`      // C79, C82: characters
	CountPunctuation bool            `json:"count_punctuation"` // whether punctuation counts among them
	BothTracks       bool            `json:"both_tracks"`       // C17: one unit on both tracks; never two single projects
	Assessors        int             `json:"assessors"`         // C94: independent assessors a unit
	ArbitrationAbove indicators.Mark `json:"arbitration_above"` // totals further apart go to a third assessor
	ShowSelfMarks    bool            `json:"show_self_marks"`   // whether assessors see the self-assessment's verdicts

	InstitutionsDiffer bool `json:"institutions_differ"` // C94: the assessors of a dossier come from different institutions
	MostDossiers       int  `json:"most_dossiers"`       // dossiers of one assessor at most, where the record of the member names no other number
	LeastDossiers      int  `json:"least_dossiers"`      // dossiers of an assessor who has any, where possible: the estimate of leniency needs 3; 0: not looked at

	ArbitrationItem     indicators.Share `json:"arbitration_item"`     // marks of one indicator further apart than this share of its full marks go to a third assessor; 0: not looked at
	ArbitrationResidual indicators.Mark  `json:"arbitration_residual"` // in hundredths of sigma: a sheet further from what the model expects goes to a third assessor; 0: not looked at
	ThreeSheets         ThreeSheets      `json:"three_sheets"`         // which of three sheets make the mark
	CorrectLeniency     bool             `json:"correct_leniency"`     // the mark without the estimated leniency counts

	ReasonBelow      indicators.Share `json:"reason_below"`       // share of full marks below which a mark contradicts a claim of "met" and needs a reason; not in the notice
	Indicator84Lower bool             `json:"indicator_84_lower"` // the lower confidence bound decides, not the estimate
	LevelOpinions    bool             `json:"level_opinions"`     // C28: an opinion on each first-level heading is needed, not asked for alone
	ShowOwnTotal     bool             `json:"show_own_total"`     // an assessor sees the total of his own sheet while he marks; off, so that nobody marks towards a total
	ArbiterSees      bool             `json:"arbiter_sees"`       // C94: the third assessor sees both sheets; off, so that he judges by himself
	Indicator72Lower bool             `json:"indicator_72_lower"` // the same for the survey of deputies and members

	FedRule  indicators.FedRule `json:"fed_rule"`  // how the mark of an indicator follows from a survey; empty is the limit alone
	FedFloor indicators.Share   `json:"fed_floor"` // share from which a proportional mark counts

	ToNames Road `json:"to_names,omitzero"` // from the ranking to the names; read them by Road

	VerifyRule    VerifyRule       `json:"verify_rule"`    // what the mark of an on-site verification counts; empty is what is as claimed
	VerifyFloor   indicators.Share `json:"verify_floor"`   // a share of confirmed indicators below it is "not confirmed"
	VerifySigners int              `json:"verify_signers"` // signatures under a record of a visit, the leader's among them; 0: as the default
	VerifyDraw    int              `json:"verify_draw"`    // indicators that are looked at by lot

	GateOfAll       bool      `json:"gate_of_all"`       // the 90 % are of all indicators, not of those that apply
	QuotaEach       bool      `json:"quota_each"`        // the quotas are of areas and of departments each, not together
	PlainSingleCity bool      `json:"plain_single_city"` // a city's single title is 全区示范市 as the notice prints it, without the project
	Revoker         Revoker   `json:"revoker"`           // who decides a revocation; empty is the office
	Organiser       Organiser `json:"organiser"`         // the organiser's name; empty is that of the text
	OneEffect       bool      `json:"one_effect"`        // what took marks off as A3 is no ground of revocation afterwards

	CountyCityTitle      CountyCityTitle  `json:"county_city_title"`
	SuperviseDepartments bool             `json:"supervise_departments"` // 四、监督管理 for departments too
	BarAnyTrack          bool             `json:"bar_any_track"`         // C99: barred on both tracks
	SpotCheckShare       indicators.Share `json:"spot_check_share"`      // C42

	After     // what comes after a naming; see AfterNaming
	Reminding // when the steps are called to mind; see Reminders

	PublishTotals    bool `json:"publish_totals"`         // C97: the totals of the named are public, beside the list and the survey results
	AnswerAgain      bool `json:"answer_again,omitempty"` // C30: a resident may answer again by the same link until the fieldwork ends; the last answer counts
	WithholdDeputies bool `json:"withhold_deputies"`      // C97, C122: the survey of deputies is not public with that of residents
}

// Defaults returns the settings for what the notice leaves open, with the dates
// and numbers of the 2020 plan moved to the round's year.
func Defaults(year int) Settings {
	const third, sixTenths, sigmas, lots = 3000, 6000, 250, 5
	return Settings{
		Filing:     Between(On(year, time.August, 1), On(year, time.August, 31)),
		Evaluation: Between(On(year, time.September, 1), On(year, time.October, 31)),
		Notice:     Between(On(year, time.November, 1), On(year, time.November, 10)),
		Naming:     Between(On(year, time.December, 1), On(year, time.December, 31)),

		QuotaComprehensive: 5, QuotaSingle: 10, QuotaTolerance: 1,
		NoticeDays: 7, FrontComprehensive: 3, FrontSingle: 5, SurveyRequired: true,

		Gate: indicators.Gate{Num: 9, Den: 10}, ReportLimit: 2000, CountPunctuation: true,
		Assessors: 2, ArbitrationAbove: 1000, ShowSelfMarks: true, ReasonBelow: sixTenths,
		ArbitrationResidual: sigmas, ThreeSheets: NearestToArbiter,
		MostDossiers: usualDossiers, LeastDossiers: 3,
		FedRule: indicators.FedByLimit, FedFloor: sixTenths,
		VerifyRule: VerifyClaimed, VerifyFloor: sixTenths, VerifySigners: usualSigners, VerifyDraw: lots,

		Revoker: OfficeRevokes, Organiser: OfRegion,
		CountyCityTitle: TitledAsCounty, SuperviseDepartments: true, BarAnyTrack: true, SpotCheckShare: third, After: Usual(), ToNames: UsualRoad(),
	}
}

// usualDossiers is how many dossiers one assessor reads at most where nothing else
// is said.
const usualDossiers = 12

// AssessorCapacity is how many dossiers an assessor may have; rounds that say
// nothing have the default.
func (s Settings) AssessorCapacity() int {
	if s.MostDossiers == 0 {
		return usualDossiers
	}
	return s.MostDossiers
}

// Check returns all that keeps the settings from being used, by form field.
func (s Settings) Check() error {
	var list fault.List
	s.checkWindows(&list)
	for _, f := range []struct {
		field      string
		value      int
		least, top int
	}{
		{"quota_comprehensive", s.QuotaComprehensive, 1, 100},
		{"quota_single", s.QuotaSingle, 1, 100},
		{"quota_tolerance", s.QuotaTolerance, 0, 100},
		{"notice_days", s.NoticeDays, 1, 60},
		{"front_comprehensive", s.FrontComprehensive, 1, 100},
		{"front_single", s.FrontSingle, 1, 100},
		{"report_limit", s.ReportLimit, 1, 100000},
		{"assessors", s.Assessors, 1, 5},
		{"most_dossiers", s.AssessorCapacity(), 1, 200},
		{"least_dossiers", s.LeastDossiers, 0, 20},
		{"gate", s.Gate.Num, 0, s.Gate.Den},
		{"gate", s.Gate.Den, 1, 10000},
		{"arbitration_above", int(s.ArbitrationAbove), 1, int(indicators.Hundred)},
		{"spot_check_share", int(s.SpotCheckShare), 1, int(indicators.Whole)},
		{"reason_below", int(s.ReasonBelow), 0, int(indicators.Whole)},
		{"arbitration_item", int(s.ArbitrationItem), 0, int(indicators.Whole)},
		{"arbitration_residual", int(s.ArbitrationResidual), 0, int(indicators.Hundred)},
		{"fed_floor", int(s.FedFloor), 0, int(indicators.Whole)},
	} {
		if f.value < f.least || f.value > f.top {
			list.Add(fault.New(fault.Invalid, "round.setting_range").At(f.field))
		}
	}
	if !slices.Contains(ThreeSheetsRules(), s.Sheets()) {
		list.Add(fault.New(fault.Invalid, "round.three_sheets").At("three_sheets"))
	}
	s.checkOpen(&list)
	s.checkVerify(&list)
	s.AfterNaming().check(&list)
	s.Reminders().check(&list)
	s.Road().check(&list)
	return list.Err()
}

// checkWindows wants each window in order and after the one before (C76: the
// order of the steps is fixed).
func (s Settings) checkWindows(list *fault.List) {
	var last Date
	for _, w := range []struct {
		field  string
		window Window
	}{{"filing", s.Filing}, {"evaluation", s.Evaluation}, {"notice", s.Notice}, {"naming", s.Naming}} {
		switch {
		case w.window.From.IsZero() || w.window.To.IsZero():
			list.Add(fault.New(fault.Invalid, "round.window_missing").At(w.field))
		case w.window.To.Before(w.window.From):
			list.Add(fault.New(fault.Invalid, "round.window_reversed").At(w.field))
		case !last.Before(w.window.From) && !last.IsZero():
			list.Add(fault.New(fault.Invalid, "round.window_order", "after", last.String()).At(w.field))
		}
		last = w.window.To
	}
}

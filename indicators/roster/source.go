package roster

import "slices"

// DocumentKey names the document that a setting of a round comes from (C03).
type DocumentKey string

// The documents of a round.
const (
	FromOpinion DocumentKey = "opinion" // the standing opinion (实施意见)
	FromPlan    DocumentKey = "plan"    // the plan of the round (实施方案)
	FromNobody  DocumentKey = "silent"  // the notice does not say
)

// Source says where a setting comes from: the clause that speaks of it, the
// document, and, where that leaves it open, the place among the points on which
// the notice is silent or ambiguous (0: open, but not among those listed).
type Source struct {
	Field    string // as in the settings' form and document
	Clause   string
	Document DocumentKey
	Point    int
}

// Silent reports whether the notice leaves the setting open.
func (s Source) Silent() bool { return s.Document == FromNobody }

// Sources returns the source of every setting, in the order of the form.
func Sources() []Source {
	return slices.Concat(planned(), listed(),
		silent("C94", "assessors", "institutions_differ", "most_dossiers", "least_dossiers",
			"arbitration_above", "arbitration_item", "arbitration_residual", "three_sheets", "correct_leniency"),
		silent("C28", "show_self_marks", "reason_below", "level_opinions"),
		silent("C94", "show_own_total", "arbiter_sees"),
		silent("C129", "indicator_84_lower"), silent("C122", "indicator_72_lower"),
		silent("C64, C129", "fed_rule", "fed_floor"),
		silent("C34", "proposer", "candidates_alone"), silent("C35", "notice_second", "media_least"),
		silent("C36", "naming_alone", "objection_days", "objection_keep_days"),
		silent("C33, C34", "verify_draw", "verify_signers", "verify_rule", "verify_floor"),
		silent("C39", "report_chars", "remind_before", "remind_every"), silent("C40", "report_on_filing"),
		silent("C77, C84, C86, C88", "remind_steps", "remind_late"),
		silent("C97", "publish_totals", "withhold_deputies"),
		silent("C30", "answer_again"),
		silent("C42", "spot_by_kind"), silent("C44", "hearing_days"), silent("C41", "forward_days"))
}

// planned are the settings that the opinion or the plan gives.
func planned() []Source {
	return []Source{
		{"filing", "C77", FromPlan, 0},
		{"evaluation", "C84", FromPlan, 0},
		{"notice", "C86", FromPlan, 0},
		{"naming", "C88", FromPlan, 0},
		{"quota_comprehensive", "C87", FromPlan, 0},
		{"quota_single", "C87", FromPlan, 0},
		{"report_limit", "C79, C82", FromPlan, 0},
		{"gate", "C18", FromOpinion, 0},
		{"allow_below_gate", "C25", FromOpinion, 0},
	}
}

// listed are the settings for the points on which the notice is silent.
func listed() []Source {
	return []Source{
		{"front_comprehensive", "C32", FromNobody, 1},
		{"front_single", "C32", FromNobody, 1},
		{"survey_required", "C30, C85", FromNobody, 2},
		{"notice_days", "C35", FromNobody, 3},
		{"gate_of_all", "C18, C66", FromNobody, 4},
		{"supervise_departments", "C39, C42, C44", FromNobody, 5},
		{"county_city_title", "C20", FromNobody, 6},
		{"plain_single_city", "C23", FromNobody, 7},
		{"quota_each", "C87", FromNobody, 8},
		{"quota_tolerance", "C87", FromNobody, 8},
		{"count_punctuation", "C79, C82", FromNobody, 9},
		{"bar_any_track", "C99", FromNobody, 10},
		{"spot_check_share", "C42", FromNobody, 11},
		{"revoker", "C44", FromNobody, 11},
		{"both_tracks", "C17", FromNobody, 12},
		{"organiser", "C15", FromNobody, 13},
		{"one_effect", "C45, C69", FromNobody, 14},
	}
}

func silent(clause string, fields ...string) []Source {
	out := make([]Source, 0, len(fields))
	for _, f := range fields {
		out = append(out, Source{f, clause, FromNobody, 0})
	}
	return out
}

// SourceOf returns the source of a setting; one that is not listed is silent.
func SourceOf(field string) Source {
	for _, s := range Sources() {
		if s.Field == field {
			return s
		}
	}
	return Source{Field: field, Document: FromNobody}
}

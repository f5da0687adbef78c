package roster

import "minyi/indicators/fault"

// Project is what a single application is about: its field and, for a field of
// the unit's own choice, its words (C22).
type Project struct {
	Field Field  `json:"field"`
	Text  string `json:"text"` // only for OtherField
}

const projectMost = 30 // characters of a project's own words in a title

// Check refuses an unknown field, and other fields without words or with too
// many.
func (p Project) Check() error {
	known := false
	for _, f := range Fields() {
		known = known || f == p.Field
	}
	switch n := len([]rune(p.Text)); {
	case !known:
		return fault.New(fault.Invalid, "project.field").At("field")
	case p.Field == OtherField && n == 0:
		return fault.New(fault.Invalid, "project.text_missing").At("text")
	case n > projectMost:
		return fault.New(fault.Invalid, "project.text_long", "most", "30").At("text")
	}
	return nil
}

// Words returns the words that stand in the blank of a single title (C23).
func (p Project) Words() string {
	switch p.Field {
	case Business:
		return "优化法治化营商环境"
	case Oversight:
		return "加强事中事后监管"
	case RuleSystem:
		return "完善依法行政制度"
	case Enforcement:
		return "全面推行行政执法“三项制度”"
	case Reconsidering:
		return "健全行政复议体制机制"
	case OtherField:
		return p.Text
	}
	return p.Text
}

// Title returns the title that a unit is named with: 全区法治政府建设示范市,
// 示范县（区） or 示范单位 (C20), for a single project with the project's words
// in the blank (C23). It is never free text; project counts only on the single
// track. A county-level city goes by the round's setting.
func Title(unit Unit, track Track, project Project, rule CountyCityTitle) string {
	words := "法治政府建设"
	if track == Single {
		words = project.Words()
	}
	return "全区" + words + ending(unit.Kind, rule)
}

const cityTitle = "示范市"

func ending(kind UnitKind, rule CountyCityTitle) string {
	switch {
	case kind == Bureau:
		return "示范单位"
	case kind == City, kind == CountyCity && rule == TitledAsCity:
		return cityTitle
	}
	return "示范县（区）"
}

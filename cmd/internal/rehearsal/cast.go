package rehearsal

import (
	"fmt"
	"slices"

	"minyi/indicators/roster"
)

// applicant is one of the twelve: a real unit of the register with a made-up
// dossier.
type applicant struct {
	unit    roster.Unit
	track   roster.Track
	project string // title of a single project
	field   roster.Field
	year    int     // of the round
	level   float64 // how well the unit does, about -1 to 1; made up
}

// role is one of the twelve parts: a unit of the register, and on the single
// track the title and the field of its project.
type role struct {
	code    roster.UnitCode
	project string
	field   roster.Field
}

// applicants are two cities, six counties and districts and four departments,
// eight on the comprehensive track and four with a single project.
func applicants() []role {
	return []role{
		{code: "640100"},
		{code: "640300"},
		{code: "640104"},
		{code: "640181"},
		{code: "640221"},
		{"640302", "综合行政执法改革", roster.Enforcement},
		{"640423", "矛盾纠纷多元化解", roster.OtherField},
		{code: "640521"},
		{"D08", "社会救助审批公开", roster.OtherField},
		{code: "D13"},
		{"D15", "交通运输执法规范化", roster.Enforcement},
		{code: "D26"},
	}
}

// cast gives the parts to units of the register: all of them, or only those named.
func cast(seed uint64, register *roster.Register, year int, only []roster.UnitCode) ([]applicant, error) {
	var out []applicant
	for _, c := range applicants() {
		if len(only) > 0 && !slices.Contains(only, c.code) {
			continue
		}
		unit, err := register.Unit(c.code)
		if err != nil {
			return nil, fmt.Errorf("unit %s: %w", c.code, err)
		}
		a := applicant{unit: unit, year: year, track: roster.Comprehensive, project: c.project, field: c.field}
		if c.project != "" {
			a.track = roster.Single
		}
		const spread = 0.5
		a.level = spread * chance(seed, "level "+string(c.code)).NormFloat64()
		out = append(out, a)
	}
	return out, nil
}

// leader is the first person responsible, plainly made up.
func (a applicant) leader() (name, post string) {
	return "示例负责人", "主要负责人（虚构）"
}

// report is the text of one part of the self-assessment report.
func (a applicant) report(part string) string {
	name := a.unit.Name
	texts := map[string]string{
		"measures":     name + "把法治政府建设列入年度重点工作，主要负责人定期听取汇报、研究问题；全面推行行政执法公示、全过程记录、重大执法决定法制审核三项制度；规范性文件和重大行政决策全部经过合法性审核；政务服务事项进驻大厅、一窗受理、网上可办。",
		"results":      "行政复议和应诉工作依法开展，负责人出庭应诉逐步成为常态；群众投诉举报限时办理、结果反馈；依申请公开按期答复；基层调解组织健全，多数纠纷在村（社区）得到化解；年度法治政府建设情况按时报告并向社会公开。",
		"highlights":   "一是把群众评价引入窗口和执法单位的考核；二是对与群众利益密切相关的决定，先公开征求意见，再说明采纳情况；三是由法律顾问、公职律师全程参与重大事项论证。",
		"facts":        name + "围绕“" + a.project + "”制定工作方案，明确责任单位、完成时限和评价办法，相关制度、流程和办理结果向社会公开。",
		"achievements": "工作流程明显简化，办理时限缩短，差错和投诉减少；形成了一批可以对照检查的制度文件；经第三方回访，多数服务对象表示认可。",
		"significance": "有关做法投入不大、容易学习，可以为其他市、县（区）和部门开展同类工作提供参考。",
	}
	return "（演练材料，内容虚构）" + texts[part]
}

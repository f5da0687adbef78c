package respond_test

import (
	"strings"

	"minyi/survey/questionnaire"
)

// counties are the 22 counties and districts of Ningxia (division codes of
// 2020), the longest list that a resident chooses from.
func counties() []questionnaire.AreaOption {
	var out []questionnaire.AreaOption
	for _, line := range strings.Split(strings.TrimSpace(countyLines), "\n") {
		f := strings.Split(line, ",")
		out = append(out, questionnaire.AreaOption{Code: f[0], Text: questionnaire.Text{Zh: f[1], En: f[2]}})
	}
	return out
}

const countyLines = `
640104,兴庆区,Xingqing
640105,西夏区,Xixia
640106,金凤区,Jinfeng
640121,永宁县,Yongning
640122,贺兰县,Helan
640181,灵武市,Lingwu
640202,大武口区,Dawukou
640205,惠农区,Huinong
640221,平罗县,Pingluo
640302,利通区,Litong
640303,红寺堡区,Hongsibu
640323,盐池县,Yanchi
640324,同心县,Tongxin
640381,青铜峡市,Qingtongxia
640402,原州区,Yuanzhou
640422,西吉县,Xiji
640423,隆德县,Longde
640424,泾源县,Jingyuan
640425,彭阳县,Pengyang
640502,沙坡头区,Shapotou
640521,中宁县,Zhongning
640522,海原县,Haiyuan
`

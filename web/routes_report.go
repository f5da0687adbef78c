package web

import "minyi/indicators/access"

// reportRoutes is the agency's report on a survey and its release. From the release
// on the office reads it too.
func (d Doors) reportRoutes() []route {
	if d.Report == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	readers := []access.Role{access.Agency, access.Office}
	const one = surveyHome
	return []route{
		{method: get, path: one + "/report", who: own, do: d.Report.Desk},
		{method: post, path: one + "/report/statement", who: own, do: d.Report.Write},
		{method: post, path: one + "/report/correct", who: own, do: d.Report.Correct},
		{method: post, path: one + "/report/withdraw", who: own, do: d.Report.Withdraw},
		{method: post, path: one + "/propose", who: own, do: d.Report.Propose},
		{method: post, path: one + "/approve", who: own, do: d.Report.Approve},
		{method: post, path: one + "/file", who: own, do: d.Report.File},
		{method: get, path: one + "/report/read", who: readers, do: d.Report.Read},
		{method: get, path: one + "/report.pdf", who: readers, do: d.Report.PDF},
		{method: get, path: one + "/report.html", who: readers, do: d.Report.HTML},
		{method: get, path: one + "/release", who: readers, do: d.Report.Release},
		{method: get, path: one + "/release.json", who: readers, do: d.Report.Document},
		{method: get, path: one + "/release.sig", who: readers, do: d.Report.Signature},
	}
}

// reportFields names what the forms of the report hold.
func reportFields() map[string]string {
	const one = surveyHome
	return map[string]string{
		one + "/report/statement": `version|(funding|coverage|cooperation|processing|limitations|contact)_(zh|en)`,
		one + "/report/correct":   `reason`, one + "/report/withdraw": ``,
		one + "/propose": ``, one + "/approve": `digest`, one + "/file": ``,
	}
}

package web

// deskFields names what the small forms of the applicants' and the assessors' desks
// hold. Their long forms (the report, the profile, claims, files, sheets, opinions)
// have fields that follow from the catalogue: those doors refuse what they do not
// know themselves.
func deskFields() map[string]string {
	const dossier, exhibits, sheet = "/apply/:round/:track", "/apply/:round/:track/exhibits", "/evaluate/:dossier"
	return map[string]string{
		dossier + "/start": ``, dossier + "/copy": `from|claims|report|profile|files`, dossier + "/looked": ``,
		dossier + "/uploads/:upload/discard": ``,
		exhibits + "/:exhibit/edit":          `seen|name|caption|dated|indicator|attachment`,
		exhibits + "/:exhibit/move":          `to`, exhibits + "/:exhibit/remove": `number`, exhibits + "/:exhibit/restore": ``,
		exhibits + "/dates": `dated-[\w-]+`, exhibits + "/share": `also|pick-[\w-]+`,
		sheet + "/interest": `interest|text`, sheet + "/problems": `problem|item|exhibit|kind|severity`, sheet + "/submit": `seen`,
		"/office/evaluation/:dossier/reopen": `assessor|reason`,
		"/agency/surveys/:id/results/texts":  `t_.+`,
	}
}

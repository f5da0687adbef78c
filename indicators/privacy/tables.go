package privacy

import "slices"

// programmeTables are those of rounds, dossiers, marks and names. Who works in them
// acts for an office: names of accounts stand in them as in any file of an authority.
func programmeTables() []table {
	return slices.Concat(peopleTables(), workTables(), namingTables())
}

// peopleTables are those of accounts, of what reaches people, and of the log of events.
func peopleTables() []table {
	archive, live := Term{"archive", 0}, Term{"account", 0}
	return []table{
		{programme, "account", "account", live, "key:p name:p role unit institution hash:ph must_change disabled created changed past:ph person:ph"},
		{programme, "factor", "account", live, "account:p seed:px pending:px doc:ph"},
		{programme, "session", "session", Term{"session", 1}, "hash:ph account:p created seen stage proved place:p agent:p ceremony"},
		{programme, "api_key", "api", Term{"ended", 0}, "hash:h name role created ended until"},
		{programme, "mailbox", "reach", live, "account:p version document:px"},
		{programme, "feed", "reach", live, "hash:ph account:p made"},
		{programme, "message", "message", Term{"message", MessageDays}, "id key topic at due kind code link audience:p document:p"},
		{programme, "message_copy", "message", Term{"message", MessageDays}, "account:p message at due team seen done doer:p"},
		{programme, "outbox", "message", Term{"message", MessageDays}, "message account:p channel state tries at next reason"},

		{programme, "event", "ledger", archive, "half entry action hash:h leaf:h day"},
		{programme, "event_batch", "ledger", archive, "day given"},
		{programme, "event_read", "ledger", archive, "half entry"},
	}
}

// workTables are those of rounds, dossiers and marks.
func workTables() []table {
	archive := Term{"archive", 0}
	return []table{
		{programme, "rounds", "round", archive, "year version document"},
		{programme, "schemes", "round", archive, "round version document made_at made_by:p reason"},
		{programme, "register_records", "round", archive, "register key version document"},
		{programme, "findings", "score", archive, "round unit instrument track version field topic mark se low high digest filed_at filed_by:p detail reason"},
		{programme, "closings", "score", archive, "round instrument closed_at closed_by:p"},
		{programme, "strikes", "score", archive, "round unit track lasting at by_name:p reason"},

		{programme, "dossiers", "dossier", archive, "round unit track version document:p"},
		{programme, "exhibits", "dossier", archive, "round unit track id place binned digest document"},
		{programme, "manifests", "dossier", archive, "round unit track digest document:p"},
		{programme, "uploads", "dossier", Term{"upload", 3}, "id round unit track expires done document:p"},

		{programme, "institutions", "evaluation", archive, "round name document"},
		{programme, "members", "evaluation", archive, "round account:p version document:p"},
		{programme, "interests", "interest", archive, "round unit account:p n conflict:s document:sx"},
		{programme, "interest_reminders", "interest", archive, "round account:p at document:p"},
		{programme, "assignments", "evaluation", archive, "round unit track assessor:p version document:p"},
		{programme, "proposals", "evaluation", archive, "round version document:p"},
		{programme, "verdicts", "evaluation", archive, "round unit track assessor:p item version changed_at document"},
		{programme, "submissions", "evaluation", archive, "round unit track assessor:p n digest document:p"},
		{programme, "sheet_states", "evaluation", archive, "round unit track assessor:p institution arbiter ended given submitted_at scheme total digest marks"},
		{programme, "results", "evaluation", archive, "round unit track document:p"},
		{programme, "problems", "evaluation", archive, "id round unit track text found_at found_by:p item exhibit severity kind"},
		{programme, "outcomes", "evaluation", archive, "problem n text made_at made_by:p result"},
		{programme, "opinions", "evaluation", archive, "round unit track institution version signed digest document:p"},
		{programme, "corrections", "evaluation", archive, "id round unit track document:p"},
		{programme, "correction_answers", "evaluation", archive, "correction document:p"},
		{programme, "verification", "visit", archive, "round unit track opened_at version document:px"},
	}
}

// namingTables are those of the ranking, of names and of what follows them.
func namingTables() []table {
	archive := Term{"archive", 0}
	return []table{
		{programme, "rankings", "naming", archive, "id round seq made_at document:p"},
		{programme, "what_ifs", "naming", archive, "id round seq made_at document:p"},
		{programme, "proceedings", "naming", archive, "round version document:p"},
		{programme, "publications", "naming", archive, "round document"},
		{programme, "named", "naming", archive, "id round unit track field decided document"},
		{programme, "papers", "naming", archive, "kind round naming document bytes"},
		{programme, "objections", "objection", Term{"objection", 0}, "id round receipt:h filed_at document:sx"},

		{programme, "standings", "supervision", archive, "naming n document:p"},
		{programme, "revocations", "supervision", archive, "id naming at open document:p"},
		{programme, "yearly_reports", "supervision", archive, "unit year document:p"},
		{programme, "yearly_acts", "supervision", archive, "unit year n document:p"},
		{programme, "spot_lists", "supervision", archive, "year document"},
		{programme, "spot_draws", "supervision", archive, "year document:p"},
		{programme, "spot_checks", "supervision", archive, "id year unit closed document:p"},
		{programme, "practices", "after", archive, "id naming unit at version document:p"},
		{programme, "recommendations", "after", archive, "year version document:p"},
		{programme, "forwardings", "after", archive, "naming year document:p"},
		{programme, "feedbacks", "after", archive, "round unit track version document"},
		{programme, "supports", "after", archive, "id naming day document:p"},
	}
}

// surveyTables are those of the residents' survey. No column of them names who
// answered; what could be put together to tell it is classed as what it would tell.
func surveyTables() []table {
	archive, open := Term{"archive", 0}, Term{"fieldwork", 0}
	return []table{
		{survey, "survey", "survey", archive, "id number round unit version state doc:p"},
		{survey, "sampling_frame", "sample", archive, "survey doc"},
		{survey, "paper", "survey", archive, "id version name doc:p"},
		{survey, "edition", "survey", archive, "paper number hash form"},

		{survey, "intake", "answer", Term{"group", 0}, "seq survey batch outcome english day answers:s comment:s cell trace:sx proof:h blind:h commitment:h revise:h"},
		{survey, "response", "answer", archive, "id survey batch outcome english day answers:s comment:s cell proof:h blind:h revise:h"},
		{survey, "spoiled", "ledger", archive, "commitment:h survey salt:h content:s"},
		{survey, "superseded", "ledger", archive, "survey proof:h batch outcome answers:s"},
		{survey, "paradata", "review", Term{"traces", 0}, "survey id trace:sx"},
		{survey, "spent", "link", open, "survey chunk bits"},
		{survey, "resend", "link", open, "seq survey form:h content:h quota"},
		{survey, "draft", "draft", Term{"drafts", 0}, "id:h survey day sealed:sx"},

		{survey, "frame_page", "sample", Term{"frame", 0}, "survey part number unit sealed:px"},
		{survey, "contact_plan", "contact", archive, "survey version doc:p"},
		{survey, "contact_case", "contact", Term{"frame", 0}, "survey serial:p version sealed:px"},
		{survey, "paper_plan", "keying", archive, "survey version doc:p"},
		{survey, "paper_sheet", "keying", Term{"keyed", 0}, "survey serial:p version sealed:sx"},

		{survey, "review_act", "review", archive, "survey number state doc:p"},
		{survey, "review_member", "review", archive, "survey act response"},
		{survey, "review_excluded", "review", archive, "survey response act"},
		{survey, "review_run", "review", Term{"traces", 0}, "survey data report:px"},
		{survey, "code_book", "coding", archive, "survey version doc"},
		{survey, "code_given", "coding", archive, "survey text:h coder:p settled code at"},
		{survey, "job", "job", Term{"job", 0}, "id made open doc:p"},

		{survey, "ledger_log", "ledger", archive, "id name origin size sm3 closed"},
		{survey, "ledger_leaf", "ledger", archive, "code:h log idx"},
		{survey, "ledger_pending", "ledger", Term{"day", 1}, "id log since leaves:h"},
		{survey, "ledger_tile", "ledger", archive, "log level number hashes:h"},
		{survey, "ledger_checkpoint", "ledger", archive, "log size at note"},
		{survey, "ledger_cosignature", "ledger", archive, "log size witness at line"},
		{survey, "ledger_statement", "ledger", archive, "log number kind at text"},
		{survey, "scrutiny", "ledger", archive, "round version doc:p"},
	}
}

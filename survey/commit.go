package survey

import (
	"encoding/hex"

	"minyi/survey/invite"
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
)

// What judges commitments and what becomes of them:
//
//	feature | independent judge | input | tolerance | test
//	an answer's commitment | the same form after a restart, other forms, attempts and texts | one form | exact | TestACommitmentFollowsFromItsFormAlone
//	cast or opened, never both | both ways of one form, before and after | ten attempts | exact | TestAnAttemptIsOpenedOrCastNeverBoth
//	checks find a server that alters | a server that alters one in four | 40 checks | 10 found | TestChecksFindAServerThatAltersAnswers
//	openings | the log, read by the examiners' check; rows changed by hand, five ways | 24 answers, 24 checks | named | TestOpeningsFitTheLogUntilAnAnswerIsChanged
//	answering again | counts by rows, by columns, by leaves and by people, with two restarts | 26 links, 29 answers | exact | TestTheLastAnswerOfALinkCounts, TestASupersededAnswerOpensItsLeafUntilItIsChanged, TestALinkAnswersOnceUnlessTheRoundSaysOtherwise
//	who answered again | somebody who has the file and saw the order of the residents | 40 links | chance | TestS39WhoAnsweredAgainIsNotFoundInTheFile
//	rules of exclusion | a rule that was not published, two that were | 5 answers | exact | TestAnswersAreLeftOutByPublishedRulesOnly
//	a plan that blends | people behind the figures against the opened rows | 240 answers | exact | TestOpeningsFitAPlanThatBlends

// committed is one answer with its commitment and what opens it. All of it follows
// from the installation's secret, the form's own key, the attempt and what was
// answered: so nothing is written for the page that shows a commitment, and the
// same form sent again after a crash has the same one. The form's key is random and
// stored nowhere, and no link goes into it: who holds secret and database finds no
// way from an answer to its link here.
type committed struct {
	commitment ledger.Commitment
	salt       [ledger.SaltSize]byte
	blind      [ledger.BlindSize]byte
	texts      string
	digest     string // of the texts, empty where there are none
	row        []byte
}

// origin names the log of a survey: the host of the base address when its
// fieldwork began, and the survey's id.
func (s *Service) origin(sv *Survey) string {
	if sv.Log != "" {
		return sv.Log
	}
	return s.Host + "/" + string(sv.ID)
}

// Origin returns the origin of a survey's log, of whatever audience; empty where
// the survey is unknown.
func (s *Service) Origin(id ID) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	number, ok := s.byID[id]
	if !ok {
		return ""
	}
	return s.origin(s.live[number].survey)
}

// seal makes the commitment to an answer: its salt is an HMAC of the form's key,
// the attempt and the row.
func (s *Service) seal(l *live, batch invite.Batch, in Submission, texts string) committed {
	return l.seal(s.saltKey, s.origin(l.survey), batch, in, texts)
}

// row is what is committed to of an answer, as it was given: that its cell of a
// quota was full is the intake's word and not the resident's.
func (l *live) row(batch invite.Batch, sheet questionnaire.Sheet, digest string) []byte {
	const usual = 640 // bytes, of the default paper
	out := make(ledger.Answers, 0, usual)
	l.paper.Answered(sheet, func(id string, codes []string) { out = out.Add(id, codes) })
	return out.End(ledger.Row{
		Unit: string(l.survey.Unit), Stratum: batch.Stratum, Channel: string(channel(batch)),
		Paper: l.survey.Paper.Hash, Outcome: sheet.Disposition.String(), Texts: digest,
	})
}

// challenge is the commitment opened.
func (c *committed) challenge(origin string) Challenge {
	out := Challenge{
		Origin: origin, Commitment: c.commitment, Salt: hex.EncodeToString(c.salt[:]), Row: string(c.row), Texts: c.texts,
	}
	if c.texts != "" {
		out.Blind = hex.EncodeToString(c.blind[:])
	}
	return out
}

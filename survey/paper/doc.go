// Package paper is the questionnaire on paper: which number each question has and
// which key each box, the A4 form that is printed and filled in by hand, and the
// rules of keying it twice (whether what was typed can be, where two people typed
// differently, whose mistake it was). It keeps nothing, knows no link and no
// person, and has no words of its own: those on the form come from the caller.
//
// What judges it:
//
//	rule                                       judge                                             test
//	every question is on the form, once, in    poppler's pdftotext on the printed file           TestFormHoldsEveryQuestionInBothLanguages
//	its order, with every box
//	the code is that of the form's link        ZBar on the page as poppler draws it              TestCodeOfTheFormIsRead
//	forms fit both sides of their sheets       poppler's pdfinfo: even pages a form, A4          TestFormsAreDuplexAndA4
//	skips in words lead where the rules lead   Questionnaire.Route on every single answer        TestSkipsInWordsLeadWhereTheRulesLead
//	every mistake of two keyers is found       mistakes made with known rates from a seed        TestEveryDifferingFieldIsFound
//	the keyers' rates are those made           binomial bounds (4 standard deviations)           TestEveryDifferingFieldIsFound
//	what was typed becomes the right codes     a table of typed texts and codes                  TestReadTurnsKeysIntoCodes
//	keyed by two accounts, settled by a third  Chromium with two keyers, then the store          TestBrowserTwoKeyers (cmd/minyi)
//	look, accepted once, then forgotten        and the bytes of the database's files             TestPaperIsAcceptedOnceAndForgotten (survey)
//	Enter goes on and never sends the form     Chromium, with the script and without             TestBrowserTwoKeyers (cmd/minyi)
//	the mode is in the table of modes and in   answers on paper counted by hand                  TestTheEffectOfTheModeIsShownAfterTheReview (survey)
//	the statement                                                                                TestPaperThatCameInTimeCountsUntilTheClose (survey)
package paper

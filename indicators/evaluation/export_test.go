package evaluation

import (
	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// AgreeOnTotals computes the figures of totals of one track.
func AgreeOnTotals(sheets []SheetState) Agreement {
	book := itemBook{system: func(application.Key) indicators.System { return "" }}
	s := settings{}
	return trackAgreement("", sheets, s, book).Total
}

// DisputeOf looks at the sheets of one dossier.
func DisputeOf(of []SheetState, s settings, full func(application.Key, Item) indicators.Mark, m *Model) Dispute {
	return dispute(of, s, full, m)
}

// Together says whose errors hang together with a result's.
func (m *Model) Together(r Result, track []SheetState, rule roster.ThreeSheets) []scorebook.Shared {
	return m.together(r, byDossier(submitted(track)), rule)
}

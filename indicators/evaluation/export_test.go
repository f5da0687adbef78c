package evaluation

import (
	"minyi/indicators"
	"minyi/indicators/application"
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

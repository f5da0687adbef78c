package survey

import "minyi/survey/invite"

// fewest is how many sheets of one place of the sample hide each other: the batch
// stands with each sheet, since variance and weights need it, and which links of a
// batch were used stands apart. Of one used link and one sheet, shuffling hides
// nothing; of two, each of the two households knows the other's.
const fewest = 3

// Few are the drawn places that sent so few sheets that whoever holds the whole
// database could tell by which link a sheet came.
type Few struct {
	Places int // with at least one sheet and fewer than three
	Alone  int // of them, those with exactly one
}

// Few counts those places. They are not merged into their neighbours: the places
// are the units that the sample was drawn by, and putting two together makes
// intervals too short and takes the correction for who did not answer from the wrong
// households. So the notice
// says it, the agency is told before it closes, and no release shows a place.
func (f *Fieldwork) Few() (few Few) {
	sheets := map[[2]string]int{}
	for _, b := range f.Batches {
		if b.Batch.Kind == invite.OneTime {
			sheets[[2]string{b.Batch.Stratum, b.Batch.PSU}] += b.Counts.Returned()
		}
	}
	for _, n := range sheets {
		if n > 0 && n < fewest {
			few.Places++
		}
		if n == 1 {
			few.Alone++
		}
	}
	return few
}

package handout

import "minyi/survey/typeset"

// length is a distance, mm a millimetre.
type length = typeset.Length

const mm = typeset.MM

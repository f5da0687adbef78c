package questionnaire

import (
	_ "embed"
)

//go:embed forms/deputies.json
var deputiesForm []byte

// Deputies returns the embedded short questionnaire for deputies and committee
// members about the handling of their suggestions (C122) as JSON, in both
// languages and versioned as the default one is.
func Deputies() []byte { return append([]byte(nil), deputiesForm...) }

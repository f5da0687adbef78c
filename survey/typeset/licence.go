package typeset

import _ "embed" // the licence

//go:embed font/OFL.txt
var licence string

// fontNotice names the font and its licence in every file that carries a part of it.
const fontNotice = "Font: Noto Sans CJK SC, Copyright 2014-2021 Adobe, SIL Open Font License 1.1, https://openfontlicense.org"

// Licence returns the licence of the embedded font with its copyright notice, which
// goes with every copy of the font (SIL Open Font License 1.1, 2), in English.
func Licence() string { return licence }

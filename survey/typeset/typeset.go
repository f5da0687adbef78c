// Package typeset sets text, rules, codes and plain shapes on the pages of a PDF
// file, in a part of an embedded Chinese font that can be copied and searched. A
// file is written front to back, no more of it in memory than a page, with the
// same bytes for the same input. (The PDF libraries for Go hold a whole document in
// memory, which is why the few objects needed here are written by hand.) It knows
// nothing of what stands on the pages: handouts and reports lay themselves out. A
// character that the font lacks is refused by name, never left blank.
package typeset

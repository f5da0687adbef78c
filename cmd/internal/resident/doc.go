// Package resident looks at the resident's door in a real Chromium: every page and
// every state that a resident can meet, in both languages, in the three sizes of
// letters, by day and in the dark, on narrow and wide screens. It looks for
// barriers (axe-core), contrast, targets, letters that do not fit, and measures how
// the first page comes over a slow line. It holds tests only, walks no round and
// knows no other door; what is stored in the end is for the tests of cmd/minyi.
package resident

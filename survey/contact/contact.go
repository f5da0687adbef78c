// Package contact is what happens between the draw of a sample and the answers:
// the text of messages and their length on the air, the order in which cases are
// called by telephone, what a call may end with and when no more are made, which
// interviews are verified, the outcome rates of AAPOR, and what the mode of the
// interview does to the estimates.
//
// It reads no answer but those that it is handed to compare modes, sends no
// message, calls nobody and stores nothing. Who was not reached is known from the
// spent codes alone.
//
// README.md has the table of judges.
package contact

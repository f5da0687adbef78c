// Package quality reviews the responses of a survey: it finds careless and made
// answers, one phone that used many tokens, staff told to answer, bots behind
// rented addresses and edited copies, and says of each response how doubtful it
// is and by which named rules. A flag is advice: the package drops nothing,
// decides nothing and knows no store. People decide, with a reason, and results
// are published with and without.
//
// It is judged first by its harm to honest people. No rule reads how satisfied
// somebody is: an answer vector counts only as far as it is rarer than the level
// and the spread of the person's answers make it, and a group (the phones behind
// one address, an hour) only when something else than content sets it apart.
// Families on one phone, kiosks, interviewers' tablets, carriers' shared
// addresses, offices, villages of one mind and invitation waves are expected, not
// forgiven: each rule compares with what the rest of the survey predicts. Only
// the alarm of a whole unit looks at all-top answers; it lifts scores so that
// reviewers see them, and never flags.
//
// The rules, their formulas and their sources stand in Rules; their words are in
// the language files under quality.rule. What minyi reaches on surveys that the
// rules were not tuned on is measured by BenchmarkTargets.
package quality

import "time"

// NoAnswer is an answer or an attention item left out, or "no opinion".
const NoAnswer int8 = -1

// Survey is what is reviewed together: the responses of all units. Items that
// are reversed and the right answer of the attention item may be named; else they
// are found (Reversed, RightAnswer).
type Survey struct {
	Items       []Item
	NameReverse bool           // the marks of Items are to be used as they are
	RightAnswer int8           // of the attention item; NoAnswer: the most frequent one
	Hourly      bool           // starts are known to the hour, page times to the second
	Issued      map[string]int // links of each batch, where they are counted; nil where not
	Responses   []Response
}

// Item is one question on a scale; Reversed marks one worded against the others.
type Item struct {
	ID       string
	Reversed bool
}

// Response is one person's sheet with the paradata of its making. Texts that
// are not known are empty and switch off the rules that need them. Device,
// Address and Network are keyed hashes, never the thing itself.
type Response struct {
	ID, Unit    string
	Channel     string // "prob" (invited by chance) or "open" (poster)
	Token       string
	Start       time.Time // zero when not known
	Submit      time.Time
	Device      string
	Address     string
	Network     string
	Agent       string // browser class, such as "android-wechat"
	Mode        string // "self", "kiosk" or "assisted"
	Age         string // a band
	Sex         string
	Education   string
	Interviewer string
	Batch       string    // of invitations or posters
	Answers     []int8    // one an item, NoAnswer where there is none
	Attention   int8      // answer to the attention item, NoAnswer where it was not put
	Pages       []float64 // seconds on each page, NaN where not known; one length in a survey
	Text        string
	Signs       Sign
}

// Sign is a set of what a door saw while an answer was filled in.
type Sign uint8

// The signs.
const (
	SignHoneypot Sign = 1 << iota // a field that no person sees was filled in
	SignFast                      // faster than the paper can be read
	SignReplayed                  // the signed times were used before
	SignTiming                    // the signed times were missing or wrong
	SignRate                      // many sheets from one network in a short time
	SignWorked                    // a poster under attack asked for work, and got it
)

// Code names a rule.
type Code string

// Finding is what the review says of one response: its score (finite, higher is
// more doubtful, in nats of evidence), whether it is flagged, and the rules that
// gave evidence, strongest first.
type Finding struct {
	ID    string
	Score float64
	Flag  bool
	Rules []Code

	Amounts []float64 // what each of the rules gave, in nats
}

// UnitFinding is what the review says of one unit: how doubtful its responses are
// as a whole, with the shares behind it (0 to 1).
type UnitFinding struct {
	Unit       string
	Score      float64
	Rules      []Code  // the alarms that rang
	Responses  int     // how many
	Flagged    int     // how many of them are flagged
	AllTop     float64 // share whose answers are all at the top, or one short of it
	ChannelGap float64 // mean of the open answers less that of the invited, points of the scale; NaN without both
	ChannelZ   float64 // the same in standard errors
}

// Report is the result of a review, in the order of the responses and of the
// units' names.
type Report struct {
	Findings []Finding
	Units    []UnitFinding
	Fired    map[Code]int // how many responses each rule marks
	Reversed []string     // the items that counted as reversed
	Right    int8         // the answer that counted as right, NoAnswer without an attention item
}

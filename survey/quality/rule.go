package quality

// The rules that look at responses, and the alarms that look at units.
const (
	Speed          Code = "speed"
	Door           Code = "door"
	OverFill       Code = "over_fill"
	Attention      Code = "attention"
	Reversed       Code = "reversed"
	Straight       Code = "straight"
	Variability    Code = "variability"
	Distance       Code = "distance"
	PersonFit      Code = "person_fit"
	DeviceChain    Code = "device_chain"
	NetworkBurst   Code = "network_burst"
	Company        Code = "company"
	Wave           Code = "wave"
	RentedNetwork  Code = "rented_network"
	RegularGaps    Code = "regular_gaps"
	PageProfile    Code = "page_profile"
	Duplicate      Code = "duplicate"
	SimilarText    Code = "similar_text"
	Crowd          Code = "crowd"
	Interviewer    Code = "interviewer"
	Batch          Code = "batch"
	UnitTop        Code = "unit_top"
	UnitFlagged    Code = "unit_flagged"
	UnitChannelGap Code = "unit_channel_gap"
)

// flagAt is the evidence, in nats, from which a response is flagged: tuned on
// generated surveys so that about 1 % of honest responses reach it.
const flagAt = 3.5

// Rule is a rule's name and how much it can say.
type Rule struct {
	Code    Code
	Unit    bool    // it looks at a unit and flags no response
	Arrival bool    // it is about how a group came in; of such rules the strongest counts
	Cap     float64 // the most evidence it gives, in nats
	Mark    float64 // the evidence from which it is named
}

// Rules returns every rule, in the order of the help. The words, formulas and
// sources are the texts quality.rule.CODE and quality.rule.CODE.formula and
// .source.
func Rules() []Rule {
	return []Rule{
		{Code: Speed, Cap: 2.5, Mark: .5},
		{Code: Door, Cap: 4, Mark: .8},
		{Code: OverFill, Cap: 1, Mark: .5},
		{Code: Attention, Cap: .3, Mark: .2},
		{Code: Reversed, Cap: .8, Mark: .4},
		{Code: Straight, Cap: .3, Mark: .2},
		{Code: Variability, Cap: .4, Mark: .3},
		{Code: Distance, Cap: .5, Mark: .3},
		{Code: PersonFit, Cap: .5, Mark: .3},
		{Code: DeviceChain, Cap: 7, Mark: .8},
		{Code: NetworkBurst, Arrival: true, Cap: 6, Mark: .8},
		{Code: Company, Arrival: true, Cap: 1.5, Mark: .8},
		{Code: Wave, Arrival: true, Cap: 4, Mark: .8},
		{Code: RentedNetwork, Arrival: true, Cap: 6, Mark: .8},
		{Code: RegularGaps, Cap: 4, Mark: .8},
		{Code: PageProfile, Cap: 4.5, Mark: .8},
		{Code: Duplicate, Cap: 6, Mark: .8},
		{Code: SimilarText, Cap: 3, Mark: .8},
		{Code: Crowd, Cap: 3, Mark: .8},
		{Code: Interviewer, Cap: 3, Mark: .8},
		{Code: Batch, Cap: 3, Mark: .8},
		{Code: UnitTop, Unit: true, Cap: 2, Mark: .8},
		{Code: UnitFlagged, Unit: true},
		{Code: UnitChannelGap, Unit: true},
	}
}

package respond

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"minyi/survey"
)

// pace is the hidden field _pace of the paged way: how long each question has been
// in front of the resident, by the server's own clock between a page and its POST.
// It is signed and bound to link and form key, so that it can neither be written
// nor carried to another form. What a page without it (the first, or the one with
// all questions) was shown at stands in the ticket.
//
// Going back posts an older page, and its pace with it: a person may do so, and no
// time is won by it, since all times of a pace add up to no more than has passed
// from the ticket to its page. So an older pace of the same form is taken; one that
// was signed for another form is survey.SignReplayed, one that is missing or was
// changed survey.SignTiming.
type pace struct {
	shown   uint32 // seconds from the ticket to this page
	place   int    // of the question shown, from 1 in the order of the paper; 0: none
	seconds []uint8
	signs   survey.Sign
}

const (
	paceBound = 4 // bytes that name the form
	paceMAC   = 8
	maxPace   = 4 << 10 // characters
)

// errPace is a pace that is not ours; errOthers one that was made for another form.
var (
	errPace   = errors.New("respond: no pace")
	errOthers = errors.New("respond: the pace of another form")
)

// timed reads the pace of the form, adds what has passed since its page and notes
// what is odd about it.
func (d *Door) timed(v *visit, now time.Time) {
	questions := v.form.Questionnaire.Questions()
	p, err := d.readPace(v, len(questions))
	switch {
	case errors.Is(err, errOthers):
		p.signs |= survey.SignReplayed
	case err != nil:
		p.signs |= survey.SignTiming
	}
	passed := uint32(max(now.Sub(v.ticket.issued)/time.Second, 0))
	if p.place > 0 && v.do != doShow && passed > p.shown {
		if p.seconds == nil {
			p.seconds = make([]uint8, len(questions))
		}
		one := &p.seconds[p.place-1]
		*one = survey.Coarse(time.Duration(*one)*time.Second + time.Duration(passed-p.shown)*time.Second)
	}
	if v.bait {
		p.signs |= survey.SignHoneypot
	}
	p.shown = passed
	v.pace = p
}

// readPace takes the field apart. Without it the form is one that was opened just
// now: at its first question, or with all of them.
func (d *Door) readPace(v *visit, questions int) (p pace, err error) {
	if v.paceText == "" {
		switch {
		case v.all:
		case v.at == v.form.Questionnaire.Questions()[0].ID:
			p.place = 1
		default:
			err = errPace
		}
		return p, err
	}
	if len(v.paceText) > maxPace {
		return p, errPace
	}
	raw, err := base64.RawURLEncoding.DecodeString(v.paceText)
	if err != nil || len(raw) < paceMAC+paceBound || !hmac.Equal(raw[:paceMAC], d.paceMAC(raw[paceMAC:])) {
		return p, errPace
	}
	raw = raw[paceMAC:]
	if [paceBound]byte(raw) != v.ticket.name {
		return p, errOthers
	}
	return openPace(raw[paceBound:], questions)
}

// openPace reads what a MAC has vouched for. A paper with fewer questions than the
// form had is another paper.
func openPace(raw []byte, questions int) (p pace, err error) {
	var parts [3]uint64 // shown, place, signs
	for i := range parts {
		n := 0
		if parts[i], n = binary.Uvarint(raw); n <= 0 {
			return pace{}, errPace
		}
		raw = raw[n:]
	}
	if parts[1] > uint64(questions) || len(raw) > questions {
		return pace{}, errPace
	}
	p = pace{shown: uint32(parts[0]), place: int(parts[1]), signs: survey.Sign(parts[2])}
	if len(raw) > 0 {
		p.seconds = make([]uint8, questions)
		copy(p.seconds, raw)
	}
	return p, nil
}

// paced writes the pace of the page that is shown now.
func (d *Door) paced(v *visit) string {
	p := &v.pace
	raw := make([]byte, paceMAC, paceMAC+paceBound+3*binary.MaxVarintLen32+len(p.seconds))
	raw = append(raw, v.ticket.name[:]...)
	raw = binary.AppendUvarint(raw, uint64(p.shown))
	raw = binary.AppendUvarint(raw, uint64(v.place()))
	raw = binary.AppendUvarint(raw, uint64(p.signs))
	known := len(p.seconds)
	for known > 0 && p.seconds[known-1] == 0 {
		known--
	}
	raw = append(raw, p.seconds[:known]...)
	copy(raw, d.paceMAC(raw[paceMAC:]))
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (d *Door) paceMAC(rest []byte) []byte {
	sum := d.mac("minyi/pace/v1\n", string(rest))
	return sum[:paceMAC]
}

// place is the number of the question that stands alone on the page, from 1 in the
// order of the paper; 0 where there is none.
func (v *visit) place() int {
	if v.all || v.at == review || v.at == sending {
		return 0
	}
	questions := v.form.Questionnaire.Questions()
	for i := range questions {
		if questions[i].ID == v.at {
			return i + 1
		}
	}
	return 1 // an unknown place shows the first question
}

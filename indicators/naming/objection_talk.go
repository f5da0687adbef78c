package naming

import (
	"context"
	"fmt"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
)

// Reply adds a word of who filed the objection, who answers a question or adds
// something, until it has an outcome.
func (s *Service) Reply(ctx context.Context, receipt, words string, files []Upload) error {
	var list fault.List
	checkTexts(&list, text{"words", &words, textMost, true, true})
	checkFiles(&list, files)
	if err := list.Err(); err != nil {
		return err
	}
	o, err := s.State(ctx, receipt)
	if err != nil {
		return err
	}
	if err := o.talks(); err != nil {
		return err
	}
	kept, err := s.keep(ctx, files)
	if err != nil {
		return err
	}
	entry := audit.Entry{At: s.now(), Action: "objection.reply", Object: object("objection", o.Round, o.ID)}
	officer := ""
	err = s.store.UpdateObjection(ctx, o.Round, o.ID, entry, s.opened(func(o *Objection, _ *Proceeding, _ *audit.Entry) error {
		officer = o.Officer
		if err := o.talks(); err != nil {
			return err
		}
		o.Talk = append(o.Talk, Word{At: s.now().UTC().Truncate(time.Second), Text: words, Files: kept})
		return nil
	}))
	if err != nil || officer == "" {
		return err
	}
	return s.post(ctx, inbox.Message{
		Code: "objection.replied", Params: map[string]string{"unit": string(o.Target.Unit)}, To: inbox.ToAccount(officer),
		Link: "/office/objections/" + o.ID, Key: fmt.Sprintf("objection/%s/reply/%d", o.ID, len(o.Talk)),
	})
}

const talkMost = 40 // words of one dialogue

// talks refuses words once there is an outcome, or after too many.
func (o *Objection) talks() error {
	switch {
	case o.Outcome != Unanswered:
		return fault.New(fault.Closed, "objection.answered")
	case len(o.Talk) >= talkMost || len(o.All()) >= FilesMost*talkMost/2:
		return fault.New(fault.Conflict, "objection.talked")
	}
	return nil
}

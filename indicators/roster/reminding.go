package roster

import "minyi/indicators/fault"

// Reminding are the settings of the reminders of a round's steps, on which the notice
// says nothing. Rounds from before they were settings have the usual ones.
type Reminding struct {
	RemindSteps string `json:"remind_steps,omitempty"` // days before the last day of a step on which it is called to mind
	RemindLate  int    `json:"remind_late,omitempty"`  // days between two reminders of what is overdue
}

// Reminders returns the settings of the reminders, the usual ones where the round
// says nothing: 7, 3 and 1 days before, and every 7 days after.
func (s Settings) Reminders() Reminding {
	const week = 7
	out := s.Reminding
	if out.RemindSteps == "" {
		out.RemindSteps = "7, 3, 1"
	}
	if out.RemindLate == 0 {
		out.RemindLate = week
	}
	return out
}

// check adds what keeps the settings from being used, by form field.
func (r Reminding) check(list *fault.List) {
	if r.RemindLate < 1 || r.RemindLate > mostDays {
		list.Add(fault.New(fault.Invalid, "round.setting_range").At("remind_late"))
	}
	if _, err := ParseDays(r.RemindSteps); err != nil {
		list.Add(fault.New(fault.Invalid, "round.days").At("remind_steps"))
	}
}

package keyring

import (
	"slices"
	"time"
)

// Grace is how long a key stays after no stored value names it: a request that was in
// hand at the change may still store what it sealed before.
const Grace = time.Hour

// Begin makes a new key of the algorithm the current one and notes that a change is
// under way; a change that was cut short goes on with the key it had made.
func (f *File) Begin(a Algorithm) (ID, error) {
	err := f.change(func(c *content) error {
		if c.Rotating && c.Keys[len(c.Keys)-1].Algorithm == a {
			return nil
		}
		c.Rotating = true
		return c.add(a, f.now())
	})
	if err != nil {
		return 0, err
	}
	id, _, err := f.Current()
	return id, err
}

// Finish notes what stored values name after a pass over all of them: a key that none
// names is retired, and destroyed once that has been so for the grace. The change is
// over when only the current key is named. It returns the keys that it destroyed.
func (f *File) Finish(named map[ID]int) (gone []ID, err error) {
	now := f.now().UTC().Truncate(time.Second)
	err = f.change(func(c *content) error {
		gone = nil
		last := len(c.Keys) - 1
		open := false
		for i := range c.Keys[:last] {
			k := &c.Keys[i]
			switch {
			case named[k.ID] > 0:
				open, k.Retired = true, time.Time{}
			case k.Retired.IsZero():
				k.Retired = now
			case now.Sub(k.Retired) >= Grace:
				gone = append(gone, k.ID)
			}
		}
		c.Rotating = c.Rotating && open
		c.Keys = slices.DeleteFunc(c.Keys, func(k stored) bool { return slices.Contains(gone, k.ID) })
		return nil
	})
	return gone, err
}

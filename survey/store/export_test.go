package store

// Alone makes the intake store each answer in a transaction of its own.
func (in *Intake) Alone() { in.most = 1 }

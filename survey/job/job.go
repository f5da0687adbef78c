// Package job runs long work in the background: a queue that survives a stop,
// one or two workers, progress, cancelling, and files that are kept apart from
// the answers, sealed, for a set time. It knows no kind of work itself: whoever
// has some registers a function for it, before Start. It speaks no HTTP and holds
// no SQL, and it decides nothing about surveys.
//
// A kind of work is registered, added and looked at like this:
//
//	jobs.Register("export", func(ctx context.Context, t *job.Task) (any, error) {
//		var a args
//		if err := t.Args(&a); err != nil { … }
//		for i := range rows { t.Report(i, len(rows)); … ; if ctx.Err() != nil { return nil, ctx.Err() } }
//		w, err := t.File("answers.zip", "application/zip")
//		…
//		return summary, nil // shown as JSON with the job; nil for nothing
//	})
//	j, err := jobs.Add(ctx, actor, job.Order{Kind: "export", Survey: id, Args: a, Back: "/agency/surveys/…"})
//	page: view.Progress, filled by the door of the jobs (web/jobs)
//
// Work that was cut short is run again from its beginning, or from its last
// Checkpoint: so it must have the same result when it is run twice. What it
// stores it stores in one transaction at the end, or under a key of its own.
// Arguments and results never hold personal data: those belong into the input or
// the file, which are sealed under a key of this installation.
//
// What judges it:
//
//	rule                                        judge                                        test
//	kill -9 in the middle, then a restart       the process is killed by the system; the     TestKilledJobIsRunAgainWithTheSameResult
//	                                            file's SHA-256 equals that of an undisturbed run
//	a restart goes on from the checkpoint       the numbers that the work was asked for      TestRestartGoesOnFromTheCheckpoint
//	cancel while it runs and while it waits     the store's rows and the folder's files      TestCancel
//	two at once, a third waits                  a barrier that only two together pass        TestTwoRunAtOnceAndTheThirdWaits
//	full disk                                   a file system of 1 MiB (tmpfs) or a device   TestFullDiskIsARefusalAndLeavesNothing
//	                                            that is always full (/dev/full)
//	limits a person and overall                 the refusal's code and the store's rows      TestLimits
//	a file is private and sealed                its mode, and a search for its plain bytes   TestFileIsPrivateSealedAndErased
//	a file names its algorithm                  its first line; a file made by hand          TestS47AFileNamesItsAlgorithm
//	a damaged or shortened file is refused      every byte flipped, every length cut         TestSealedFileShowsEveryChange
//	who started, cancelled and fetched          the trail and its check                      TestTrailNamesWhoDidWhat
package job

import (
	"encoding/json"
	"errors"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// State is where a job stands.
type State string

// The states. The last three are never left.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Finished  State = "finished"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Job is one piece of work in the background. Done and Total count what the kind
// counts (rows, sheets); Total is 0 while it is not known.
type Job struct {
	ID      string          `json:"id"`
	Kind    string          `json:"kind"`
	Survey  string          `json:"survey"` // the survey it is about; empty for none
	Key     string          `json:"key"`    // open work with the same key is not begun twice; empty for none
	Back    string          `json:"back"`   // address of the page where it was begun
	By      access.Actor    `json:"by"`
	Args    json.RawMessage `json:"args"`
	State   State           `json:"state"`
	Done    int             `json:"done"`
	Total   int             `json:"total"`
	Tries   int             `json:"tries"`    // how often it was begun
	Stop    bool            `json:"stopping"` // somebody cancelled it while it ran
	Mark    json.RawMessage `json:"mark"`     // the last checkpoint
	Result  json.RawMessage `json:"result"`
	File    *File           `json:"file"`    // nil for none
	Problem *fault.Refusal  `json:"problem"` // why it failed
	MadeAt  time.Time       `json:"made_at"`
	BegunAt time.Time       `json:"begun_at"`
	EndedAt time.Time       `json:"ended_at"`
	Erased  time.Time       `json:"erased"` // when the file was erased; zero before
}

// File is what a job made, as somebody may fetch it. SHA256 is of its plain bytes,
// in hexadecimal; Size is theirs, in bytes.
type File struct {
	Name   string `json:"name"`
	Media  string `json:"media"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Open reports whether the job waits or runs.
func (j *Job) Open() bool { return j.State == Waiting || j.State == Running }

// Ready reports whether there is a file to fetch.
func (j *Job) Ready() bool { return j.State == Finished && j.File != nil && j.Erased.IsZero() }

// maxTries is how often work is begun before it is given up: what ends the
// process each time must not do so for ever.
const maxTries = 4

// begin notes that a worker takes the job. Work that was cancelled while the
// process stopped ends here, and so does work that never came to an end.
func (j *Job) begin(now time.Time) {
	switch {
	case j.Stop:
		j.end(Cancelled, now)
	case j.Tries >= maxTries:
		j.Problem = fault.New(fault.Unavailable, "job.givenup")
		j.end(Failed, now)
	default:
		j.State, j.BegunAt = Running, now.UTC()
		j.Tries++
	}
}

// end notes that the job is over. What only running work needs is forgotten.
func (j *Job) end(state State, now time.Time) {
	j.State, j.EndedAt, j.Mark, j.Stop = state, now.UTC(), nil, false
}

// cancel ends a job that waits, and asks one that runs to stop; it is refused with
// job.over when the job has ended.
func (j *Job) cancel(now time.Time) error {
	switch j.State {
	case Waiting:
		j.end(Cancelled, now)
	case Running:
		j.Stop = true
	default:
		return fault.New(fault.Conflict, "job.over")
	}
	return nil
}

// outcome notes what the work's function came back with. An error that is no
// refusal is told to people as job.broken; the log has the rest.
func (j *Job) outcome(result json.RawMessage, file *File, err error, now time.Time) {
	switch all := fault.All(err); {
	case err == nil:
		j.Result, j.File = result, file
		j.Done = max(j.Done, j.Total)
		j.end(Finished, now)
	case j.Stop && errors.Is(err, errStopped):
		j.end(Cancelled, now)
	case len(all) > 0:
		j.Problem = all[0]
		j.end(Failed, now)
	default:
		j.Problem = fault.New(fault.Unavailable, "job.broken", "id", j.ID)
		j.end(Failed, now)
	}
}

// Brief is what the trail keeps of a job, as JSON: no argument and no result.
func (j *Job) Brief() string {
	brief := struct {
		Kind   string `json:"kind"`
		Survey string `json:"survey,omitempty"`
		State  State  `json:"state"`
		Tries  int    `json:"tries,omitempty"`
		SHA256 string `json:"sha256,omitempty"`
		Size   int64  `json:"bytes,omitempty"`
		Why    string `json:"why,omitempty"`
		Erased bool   `json:"erased,omitempty"`
	}{Kind: j.Kind, Survey: j.Survey, State: j.State, Tries: j.Tries, Erased: !j.Erased.IsZero()}
	if j.File != nil {
		brief.SHA256, brief.Size = j.File.SHA256, j.File.Size
	}
	if j.Problem != nil {
		brief.Why = j.Problem.Code
	}
	text, err := json.Marshal(brief)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return string(text)
}

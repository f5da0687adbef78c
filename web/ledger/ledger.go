// Package ledger is the public's door to the logs: what they are in plain words, the
// search for a receipt's code, proofs and promises to take away, the files of each
// log at the addresses of C2SP tlog-tiles, and a page that checks a receipt in the
// browser or, saved, without any server. Nobody signs in, and no page says what an
// answer was or what became of one leaf.
//
// What judges it:
//
//	feature                  independent judge                        input                            tolerance  test
//	roots, proofs            transparency-dev/merkle                  342 leaves in four batches       exact      TestALogGrowsByShuffledBatchesAndEveryLeafIsProven (survey/store)
//	codes only find          two commitments with one code            by code, by commitment           exact      TestACodeFindsEveryLeafThatHasItAndProvesNothing (survey/store)
//	promises                 the verifier keys, one by one            pending, held, logged, unknown   exact      TestAPromiseIsSignedForWhatIsStoredOnly (survey/store)
//	files                    rfc6962 of transparency-dev/merkle       tiles and bundles of 300 leaves  exact      TestTilesAreThoseOfC2SPAndNoneBeyondTheCheckpoint (survey/store)
//	witnesses, copies        two histories under one key, bytes       400 leaves over an address       exact      TestAWitnessSignsWhatGrowsAndNoSecondHistory (cmd/minyi)
//	broken promises          a log under the same keys without the leaf  dropped, hidden, witnessed, old copy  exact  TestABrokenPromiseIsNamedWithItsProof (cmd/minyi)
//	what is pasted           the code and the commitment              12 writings                      exact      TestWhatIsPastedIsFoundInAnyWriting (survey/ledger/keeper)
//	list of witnesses        two who looked in a played round         a demo                           exact      TestDemoPlaysARoundAndGoesOnWhereItWas (cmd/minyi)
//	checker                  the keeper's receipts and proofs, bytes  served, and saved as a file      exact      TestBrowserAReceiptIsCheckedFromASavedFile (cmd/minyi)
//	scheme, root of tokens   the links as the agency hands them out   50 links                         exact      TestTheSchemeIsPublishedBeforeTheFieldwork (cmd/minyi)
package ledger

import (
	"bytes"
	"context"
	"embed"
	"mime"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed checker
var checkerFiles embed.FS

// The addresses of the door.
const (
	Home    = "/ledger"
	Find    = Home + "/find"
	Check   = Home + "/check"
	Saved   = Home + "/checker.html"
	Names   = Home + "/logs.txt"
	Promise = Home + "/promise/:commitment"
	One     = Home + "/:log"
)

// Logs are the public logs.
type Logs interface {
	Logs(ctx context.Context) ([]keeper.Log, error)
	LogOf(ctx context.Context, name string) (keeper.Log, error)
	KeyLines(l keeper.Log) ([]string, error)
	Checkpoint(ctx context.Context, name string) (keeper.Log, keeper.Published, error)
	CheckpointOf(ctx context.Context, name string, size int64) (keeper.Log, keeper.Published, error)
	Checkpoints(ctx context.Context, l keeper.Log, most int) ([]keeper.Published, error)
	File(ctx context.Context, name, path string) ([]byte, error)
	Prove(ctx context.Context, name string, c ledger.Commitment) (keeper.Proof, error)
	Consistency(ctx context.Context, name string, old, size int64) ([]ledger.Hash, error)
	Find(ctx context.Context, code string) ([]keeper.Leaf, error)
	Promise(ctx context.Context, c ledger.Commitment) (keeper.Leaf, []byte, error)
	Statements(ctx context.Context, l keeper.Log) ([]keeper.Statement, error)
	CountsOf(ctx context.Context, l keeper.Log) (ledger.Counts, bool, error)
	Witnesses(ctx context.Context) ([]keeper.Looked, error)
	Cosign(ctx context.Context, name string, signed []byte) (int, error)
}

// Surveys name what the logs belong to.
type Surveys interface {
	Logs() []survey.Logged
}

// Config is what a Door needs.
type Config struct {
	Logs    Logs
	Surveys Surveys
	Texts   *view.Texts
	Base    string // address of the service, without a slash at the end
}

// Door is the public's door to the logs.
type Door struct {
	Config
	pages *view.Pages
	view.Shelf
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	shelf, err := view.LoadShelf(checkerFiles, view.ShelfFile{Name: "checker.js", Path: "checker/checker.js"}, view.ShelfFile{Name: "checker.css", Path: "checker/checker.css"})
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages, Shelf: shelf}, nil
}

// Named is a log with a name for people.
type Named struct {
	keeper.Log
	Title string
	Round int // 0 for a log of no survey
	keeper.Published
}

// Home is the address of the log's own page.
func (n Named) Home() string { return Home + "/" + n.Name }

// named says whose logs these are, in the language of the answer.
func (d *Door) named(c *fiber.Ctx, logs ...keeper.Log) []Named {
	known := map[string]survey.Logged{}
	for _, one := range d.Surveys.Logs() {
		known[string(one.ID)] = one
	}
	out := make([]Named, len(logs))
	for i, l := range logs {
		out[i] = Named{Log: l, Title: l.Name}
		one, ok := known[l.Name]
		switch {
		case l.Name == keeper.Events:
			out[i].Title = d.say(c, "ledger.log.events")
		case ok && one.Audience == survey.OfDeputies:
			out[i].Title = d.say(c, "ledger.log.deputies", "unit", one.UnitName.In(string(view.LangOf(c))), "round", strconv.Itoa(one.Round))
		case ok:
			out[i].Title = d.say(c, "ledger.log.survey", "unit", one.UnitName.In(string(view.LangOf(c))), "round", strconv.Itoa(one.Round))
		}
		out[i].Round = one.Round
	}
	return out
}

func (d *Door) say(c *fiber.Ctx, key string, pairs ...string) string {
	params := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return d.Texts.Say(view.LangOf(c), key, params)
}

// plain sends a text that other programs read; name is empty where it is not to be
// saved.
func plain(c *fiber.Ctx, name string, text []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	if name != "" {
		c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
	return c.Send(bytes.Clone(text))
}

// whole reads a number of the address.
func whole(c *fiber.Ctx, name string) (int64, error) {
	n, err := strconv.ParseInt(c.Params(name), 10, 64)
	if err != nil || n < 0 {
		return 0, missing()
	}
	return n, nil
}

func missing() error { return fault.New(fault.NotFound, "page.missing") }

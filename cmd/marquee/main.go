// Command marquee is a publication's feeds and letters: it gathers what the
// critic writes, builds feeds, and mails the weekly edition to patrons.
//
// Every subcommand is one file, cmd_NAME.go, that reads its arguments, calls
// internal/app, and says what happened. Exit codes: 0 done, 1 failed, 2 wrong
// usage or configuration.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"marquee/internal/config"
	"marquee/internal/doctor"
	"marquee/internal/domain"
)

const (
	exitFailed = 1
	exitUsage  = 2
)

// cli is the command line.
type cli struct {
	Config string `help:"The configuration file." default:"config.yaml" placeholder:"FILE" env:"MARQUEE_CONFIG"`
	Debug  bool   `help:"Log every step."`

	Demo     demoCmd     `cmd:"" help:"A whole publication in one command: sample site, sample patrons, a mailbox to look into."`
	Run      runCmd      `cmd:"" help:"The daemon: clock, workers, web."`
	Check    checkCmd    `cmd:"" help:"Check the configuration."`
	Gather   gatherCmd   `cmd:"" help:"Gather from sources once, now."`
	Inspect  inspectCmd  `cmd:"" help:"Show what gathering makes of a feed, a page or a file."`
	Feeds    feedsCmd    `cmd:"" help:"The public feeds."`
	Digest   digestCmd   `cmd:"" help:"Preview and send digests."`
	Editions editionsCmd `cmd:"" help:"Editions and what became of them."`
	Patrons  patronsCmd  `cmd:"" help:"Patrons: import, list, explain."`
	Films    filmsCmd    `cmd:"" help:"What TMDB knows of films, and which film is meant."`
	Admin    adminCmd    `cmd:"" help:"The operator's own pages."`
	Mail     mailCmd     `cmd:"" help:"Keys that sign letters, and destinations that rest."`
	Status   statusCmd   `cmd:"" help:"How everything stands."`
	Fsck     fsckCmd     `cmd:"" help:"Prove that every edition balances, and say what is wrong where one does not."`
	Backup   backupCmd   `cmd:"" help:"Copy the database into a file, also while the daemon runs."`
	Restore  restoreCmd  `cmd:"" help:"Put a backup in the database's place."`
	Version  versionCmd  `cmd:"" help:"The version of this program."`
}

// process is what the system gives a command.
type process struct {
	ctx    context.Context
	out    io.Writer
	errOut io.Writer
	lookup func(string) (string, bool)
	cli    *cli
	opened []io.Closer
	// resolver asks the DNS; nil asks as the machine does.
	resolver doctor.Resolver
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: it parses args, runs the command and returns the exit code.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	c := &cli{}
	p := &process{ctx: ctx, out: out, errOut: errOut, lookup: os.LookupEnv, cli: c}
	exit := -1
	parser, err := kong.New(c,
		kong.Name("marquee"),
		kong.Description("Feeds and letters for a critic and their patrons."),
		kong.UsageOnError(), kong.Writers(out, errOut),
		kong.Exit(func(code int) { exit = code }),
		kong.Bind(p), kong.BindToProvider(p.shared), kong.BindToProvider(p.exclusive),
	)
	if err != nil {
		fmt.Fprintln(errOut, "marquee:", err)
		return exitUsage
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		fmt.Fprintf(errOut, "marquee: %v\nTry marquee --help.\n", err)
		return exitUsage
	}
	return p.report(errors.Join(parsed.Run(p), p.close()))
}

// report says what went wrong, if anything, and returns the exit code.
func (p *process) report(err error) int {
	var mistakes *config.Errors
	switch {
	case err == nil:
		return 0
	case errors.As(err, &mistakes):
		fmt.Fprintln(p.errOut, mistakes)
		return exitUsage
	case errors.Is(err, errUsage):
		fmt.Fprintln(p.errOut, "marquee:", err)
		return exitUsage
	case errors.Is(err, context.Canceled) && p.ctx.Err() != nil:
		fmt.Fprintln(p.errOut, "marquee: interrupted")
		return exitFailed
	}
	fmt.Fprintln(p.errOut, "marquee:", err)
	if own, ok := errors.AsType[exit](err); ok {
		return own.code
	}
	return exitFailed
}

// errUsage marks arguments that cannot be used; it exits with 2.
var errUsage = fmt.Errorf("usage: %w", domain.ErrInvalid)

// version is the module's version as the build recorded it, or the commit's.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && info.Main.Version == "(devel)" {
			return "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return info.Main.Version
}

// now is the process's clock.
func now() time.Time { return time.Now().UTC() }

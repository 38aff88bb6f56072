package testkit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// Postgres is a throwaway PostgreSQL cluster (15 or newer) for the tests of one
// package: it starts at the first Database, listens on a Unix socket only, does
// not sync to disk, and is gone with the test binary, however that ends. The
// zero value is ready to use:
//
//	var cluster testkit.Postgres
//
//	func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }
type Postgres struct {
	start, fill sync.Once
	startErr    error
	fillErr     error

	bin    string
	dir    string
	pipe   io.Closer // the cluster lives as long as this is open
	keeper *exec.Cmd
	count  atomic.Int64
}

// template is the database that every other is copied from.
const template = "marquee_template"

// errNoServer says that PostgreSQL's server is not installed here.
var errNoServer = errors.New("no PostgreSQL server: initdb is neither in PATH nor below /usr/lib/postgresql")

// Main runs a package's tests and stops the cluster if they started it. What
// it returns is for os.Exit.
func (p *Postgres) Main(m *testing.M) int {
	defer p.Stop()
	return m.Run()
}

// Database makes an empty database for one test and returns how to connect to
// it. The first call runs prepare on a template, which all databases copy; so
// a package uses one prepare only. Without a server the test is skipped, or
// fails where CI=true promises one.
func (p *Postgres) Database(tb testing.TB, prepare func(dsn string) error) string {
	tb.Helper()
	p.start.Do(func() { p.startErr = p.run() })
	if errors.Is(p.startErr, errNoServer) && os.Getenv("CI") != "true" {
		tb.Skip(p.startErr)
	}
	if p.startErr != nil {
		tb.Fatalf("start a PostgreSQL cluster: %v", p.startErr)
	}
	p.fill.Do(func() { p.fillErr = p.prepare(prepare) })
	if p.fillErr != nil {
		tb.Fatalf("prepare the template database: %v", p.fillErr)
	}
	name := fmt.Sprintf("marquee_%d", p.count.Add(1))
	if err := p.tool("createdb", "--strategy=file_copy", "-T", template, name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := p.tool("dropdb", "--force", name); err != nil {
			tb.Error(err)
		}
	})
	return p.dsn(name)
}

// Stop ends the cluster and removes its files; it does nothing when none runs.
func (p *Postgres) Stop() {
	if p.keeper == nil {
		return
	}
	_ = p.pipe.Close()      // the keeper waits for just this
	_ = p.keeper.Wait()     // its outcome no longer matters
	_ = os.RemoveAll(p.dir) // the keeper did so already, unless it was killed
	p.keeper = nil
}

func (p *Postgres) prepare(fill func(dsn string) error) error {
	if err := p.tool("createdb", template); err != nil {
		return err
	}
	return fill(p.dsn(template))
}

func (p *Postgres) dsn(name string) string {
	return fmt.Sprintf("host=%s user=postgres dbname=%s", p.dir, name)
}

// tool runs one of PostgreSQL's client programs.
func (p *Postgres) tool(name string, args ...string) error {
	args = append([]string{"-h", p.dir, "-U", "postgres"}, args...)
	out, err := exec.Command(filepath.Join(p.bin, name), args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}

// keep is the shell program that owns the cluster. It ends with its standard
// input, so that a test binary that panics or is killed leaves nothing behind.
const keep = `trap '' INT TERM HUP
bin=$1 dir=$2
"$bin/initdb" --no-sync -A trust -U postgres -E UTF8 --no-locale -D "$dir/data" >"$dir/log" 2>&1 &&
"$bin/pg_ctl" -s -w -D "$dir/data" -l "$dir/log" -o "$3" start >>"$dir/log" 2>&1 &&
echo ready || cat "$dir/log"
while read -r _; do :; done
"$bin/pg_ctl" -s -D "$dir/data" -m immediate stop >/dev/null 2>&1
rm -rf "$dir"`

// run starts the cluster and waits until it answers.
func (p *Postgres) run() error {
	var err error
	if p.bin, err = serverPrograms(); err != nil {
		return err
	}
	// Not a test's TempDir: the cluster outlives the test that starts it, and
	// a socket's path must stay below a hundred bytes.
	if p.dir, err = os.MkdirTemp("/tmp", "marquee-pg-"); err != nil {
		return err
	}
	who, err := serverUser(p.dir)
	if err != nil {
		return err
	}
	settings := "-k " + p.dir + " -c listen_addresses='' -c max_connections=300 -c fsync=off -c full_page_writes=off"
	keeper := exec.CommandContext(context.Background(), "/bin/sh", "-c", keep, "sh", p.bin, p.dir, settings)
	keeper.Dir = p.dir
	keeper.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setpgid: true}
	return p.await(keeper)
}

// await starts the keeper and reads its first words.
func (p *Postgres) await(keeper *exec.Cmd) error {
	stdin, err := keeper.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := keeper.StdoutPipe()
	if err != nil {
		return err
	}
	if err := keeper.Start(); err != nil {
		return err
	}
	p.keeper, p.pipe = keeper, stdin
	words := bufio.NewReader(stdout)
	if line, err := words.ReadString('\n'); err != nil || line != "ready\n" {
		_ = stdin.Close()            // lets the keeper end
		rest, _ := io.ReadAll(words) // the server's log, as much as there is
		return fmt.Errorf("the server did not start: %s%s", line, rest)
	}
	return nil
}

// serverPrograms is the directory of the newest server that is installed.
func serverPrograms() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		real, err := filepath.EvalSymlinks(initdb) // its siblings need not be linked
		return filepath.Dir(real), err
	}
	// Debian keeps servers out of PATH, a directory for each version.
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errNoServer
	}
	newest := found[0]
	for _, f := range found[1:] {
		if version(f) > version(newest) {
			newest = f
		}
	}
	return filepath.Dir(newest), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(strings.Split(initdb, "/")[4]) // 0 for what is no version
	return n
}

// serverUser is whom the server runs as, since it refuses to run as root: the
// user postgres, who is given dir; nil for ourselves.
func serverUser(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w (and root cannot run one: %w)", errNoServer, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}

package postgres

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// tools runs PostgreSQL's own programs on a database. How to reach it, and the
// password, they learn from their environment: arguments are for all to read.
type tools struct{ env []string }

func newTools(dsn string, cfg *pgx.ConnConfig) *tools {
	env := append(os.Environ(),
		"PGHOST="+cfg.Host, "PGPORT="+strconv.Itoa(int(cfg.Port)), "PGUSER="+cfg.User, "PGPASSWORD="+cfg.Password, "PGDATABASE="+cfg.Database)
	for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
		if value := setting(dsn, name); value != "" {
			env = append(env, "PG"+strings.ToUpper(name)+"="+value)
		}
	}
	return &tools{env: env}
}

// setting is one of those that a DSN of either form may have, and that its parsed
// form does not tell any more.
func setting(dsn, name string) string {
	if u, err := url.Parse(dsn); err == nil && u.Scheme != "" {
		return u.Query().Get(name)
	}
	pair := regexp.MustCompile(`(?:^|\s)` + name + `\s*=\s*(?:'((?:\\.|[^'\\])*)'|(\S*))`)
	found := pair.FindStringSubmatch(dsn)
	if found == nil {
		return ""
	}
	return regexp.MustCompile(`\\(.)`).ReplaceAllString(found[1]+found[2], "$1")
}

// write runs a program that writes to out, or to nowhere; its complaints are the
// error.
func (t *tools) write(ctx context.Context, out io.Writer, name string, args ...string) error {
	p, err := t.program(ctx, name, args...)
	if err != nil {
		return err
	}
	p.Stdout = out
	return p.ended(p.Run())
}

// feed runs a program that reads what input writes. What input could not write
// because the program has given up is the program's error.
func (t *tools) feed(ctx context.Context, input func(io.Writer) error, name string, args ...string) error {
	p, err := t.program(ctx, name, args...)
	if err != nil {
		return err
	}
	in, err := p.StdinPipe()
	if err != nil {
		return err
	}
	if err := p.Start(); err != nil {
		return err
	}
	err = input(in)
	_ = in.Close() // the program tells what it did not get
	if refused := p.ended(p.Wait()); refused != nil {
		return refused
	}
	return err
}

// program is one of PostgreSQL's, about to run.
type program struct {
	*exec.Cmd
	complaints bytes.Buffer
}

func (t *tools) program(ctx context.Context, name string, args ...string) (*program, error) {
	path, err := find(name)
	if err != nil {
		return nil, err
	}
	p := &program{Cmd: exec.CommandContext(ctx, path, args...)} //nolint:gosec // with arguments of ours
	p.Env, p.Stderr = t.env, &p.complaints
	return p, nil
}

// ended is the error with which a program ended, in its own words.
func (p *program) ended(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w: %s", filepath.Base(p.Path), err, shorten(p.complaints.String()))
}

// shorten keeps the beginning of what may be long, in one line.
func shorten(text string) string {
	const most = 500
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// find looks for a program in PATH, and where Debian keeps those of each version.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	installed, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(installed) == 0 {
		return "", fmt.Errorf("%s is not installed: on Debian it is in the package postgresql-client", name)
	}
	newest := installed[0]
	for _, other := range installed[1:] {
		if version(other) > version(newest) {
			newest = other
		}
	}
	return newest, nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4]) // 0 for what is no version
	return n
}

package faults

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// dbServer is the PostgreSQL server of a cluster, as somebody sees it who can
// kill it.
type dbServer struct{ dir string }

// serverOf finds the server of a house's store.
func serverOf(t *testing.T, store string) dbServer {
	t.Helper()
	u, err := url.Parse(store)
	if err != nil {
		t.Fatal(err)
	}
	return dbServer{filepath.Join(u.Query().Get("host"), "data")}
}

// signal says something to the server: SIGQUIT is an immediate stop, as after
// `pg_ctl stop -m immediate`.
func (s dbServer) signal(t *testing.T, say syscall.Signal) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, say); err != nil {
		t.Fatal(err)
	}
}

// start starts the server again with the options that it had, and returns when
// it takes connections. It tries until nothing is left of the one before.
func (s dbServer) start(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "postmaster.opts"))
	if err != nil {
		t.Fatal(err)
	}
	args := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(text), `"`, "")), " ")
	info, err := os.Stat(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	ready := filepath.Join(filepath.Dir(args[0]), "pg_isready")
	for end := time.Now().Add(patience); time.Now().Before(end); {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = s.dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if os.Getuid() == 0 {
			cmd.SysProcAttr.Credential = &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		over := make(chan error, 1)
		go func() { over <- cmd.Wait() }()
		for tries := time.NewTicker(50 * time.Millisecond); ; {
			select {
			case <-over:
			case <-tries.C:
				if exec.Command(ready, "-q", "-h", filepath.Dir(s.dir)).Run() != nil {
					continue
				}
				return
			}
			break
		}
	}
	t.Fatalf("the server in %s did not come back", s.dir)
}

// TestServerDies is fault F6: the database server is stopped or killed in the
// middle of an edition. The daemon comes back to it by itself.
func TestServerDies(t *testing.T) {
	t.Parallel()
	w := newWitness(t, manners{offer: chunked, rtt: tardy})
	store := onServer(t, &frail)
	h := build(t, w, rules{store: store, program: programs.hasty(t), connections: 4})
	server := serverOf(t, store)
	deaths := size().of(3, 30)
	h.begin(t)
	p := h.daemon(t)
	var longest time.Duration
	inTime := 0
	for n := range deaths {
		letters, _ := w.count()
		w.wants(t, min(letters+1+h.patrons/(deaths+1), h.patrons), p)
		server.signal(t, []syscall.Signal{syscall.SIGQUIT, syscall.SIGKILL}[n%2])
		p.becomes(t, "/readyz", 503)
		server.start(t)
		longest = max(longest, p.becomes(t, "/readyz", 200))
		if letters, _ = w.count(); letters < h.patrons {
			inTime++
		}
	}
	h.done(t, p)
	p.stop(t)
	repeats := h.settle(t, h.everybody(crashes{}))
	h.got(t, address, all)
	if longest > 30*time.Second {
		t.Errorf("it took the daemon %s to come back to the server", longest)
	}
	if inTime < deaths/2 {
		t.Errorf("only %d of %d deaths were in time", inTime, deaths)
	}
	t.Logf("%d deaths of the server, back within %s, %d repeated", deaths, longest, repeats)
}

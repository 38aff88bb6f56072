package faults

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen.
const patience = 2 * time.Minute

// process is a program that runs until it is killed, stopped or done.
type process struct {
	*exec.Cmd
	log  log
	done chan struct{} // closed when it has ended
	err  error         // how; good when done is closed
}

// start lets the program run beside the test, and no longer.
func (h *house) start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: h.command(t, args...), done: make(chan struct{}), log: log{moved: make(chan struct{})}}
	p.Stdout, p.Stderr = &p.log, &p.log
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.Wait()
		close(p.done)
	}()
	t.Cleanup(p.kill)
	return p
}

// daemon starts the daemon and returns when it has looked at the clock once.
func (h *house) daemon(t *testing.T) *process {
	t.Helper()
	p := h.start(t, "run")
	p.says(t, "background work started", 1)
	return p
}

// kill is SIGKILL: no goodbye, nothing written.
func (p *process) kill() {
	_ = p.Process.Kill() // it may have ended
	<-p.done
}

// stop is how systemd asks a process to end, which has to do so well.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	if err := p.ends(t); err != nil {
		t.Errorf("told to stop: %v\n%s", err, &p.log)
	}
}

// interrupt stops a command, which has not done all of its work then.
func (p *process) interrupt(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	if p.ends(t) == nil {
		t.Errorf("it was interrupted too late:\n%s", &p.log)
	}
}

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// freeze stops all of a process where it stands, until it is killed or goes on.
func (p *process) freeze(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGSTOP)
	tries := time.NewTicker(time.Millisecond)
	defer tries.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tries.C {
		if p.frozen() {
			return
		}
	}
	t.Fatal("the process does not stand still")
}

// frozen reports whether none of the process's threads runs.
func (p *process) frozen() bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.Process.Pid))
	for _, thread := range threads {
		stat, err := os.ReadFile(thread)
		_, state, _ := strings.Cut(string(stat), ") ")
		if err != nil || !strings.HasPrefix(state, "T") {
			return false
		}
	}
	return true
}

// ends waits for the program's end.
func (p *process) ends(t *testing.T) error {
	t.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case <-p.done:
		return p.err
	case <-timeout.C:
		p.kill()
		t.Fatalf("the program did not end within %s:\n%s", patience, &p.log)
		return nil
	}
}

// during does something that ends with the program, or when the time is up.
func (p *process) during(limit time.Duration, do func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	go func() {
		select {
		case <-p.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	do(ctx)
}

// says waits until the program has logged something so often.
func (p *process) says(t *testing.T, what string, times int) {
	t.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		moved := p.log.next()
		if p.log.count(what) >= times {
			return
		}
		select {
		case <-moved:
		case <-p.done:
			if p.log.count(what) < times {
				t.Fatalf("the program ended (%v) before it said %q:\n%s", p.err, what, &p.log)
			}
		case <-timeout.C:
			t.Fatalf("the program did not say %q within %s:\n%s", what, patience, &p.log)
		}
	}
}

// site is where a daemon is reached.
func (p *process) site() string {
	_, rest, _ := strings.Cut(p.log.String(), " listen=")
	address, _, _ := strings.Cut(rest, "\n")
	return "http://" + address
}

// web asks the daemon for a page, and is its status; 0 when there was no answer.
func (p *process) web(path string) int {
	answer, err := http.Get(p.site() + path)
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}

// becomes asks for a page until it has a status, and says how long that took.
func (p *process) becomes(t *testing.T, path string, status int) time.Duration {
	t.Helper()
	began := time.Now()
	tries := time.NewTicker(50 * time.Millisecond)
	defer tries.Stop()
	for ; time.Since(began) < patience; <-tries.C {
		if p.web(path) == status {
			return time.Since(began)
		}
	}
	t.Fatalf("%s is not %d after %s:\n%s", path, status, patience, &p.log)
	return 0
}

// log is what a process writes.
type log struct {
	mu    sync.Mutex
	text  bytes.Buffer
	moved chan struct{} // closed, and made anew, with every line
}

// Write implements io.Writer.
func (l *log) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.moved)
	l.moved = make(chan struct{})
	return l.text.Write(text)
}

// String is all of it.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// count is how often something was said.
func (l *log) count(what string) int { return strings.Count(l.String(), what) }

// next is closed with the next line.
func (l *log) next() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.moved
}

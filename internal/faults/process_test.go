package faults

import (
	"bytes"
	"context"
	"os"
	"os/exec"
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

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
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

package web

import (
	"fmt"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Limit counts what visitors do, each by themselves: so many times at once, and
// then once in a while. Its zero value limits nothing. It may be used by many
// goroutines at once.
//
// It remembers the last 8,192 to 16,384 visitors, in less than 2 MB. Who commands
// more networks than that can make it forget, and needs to be stopped elsewhere.
type Limit struct {
	Burst int           // at once
	Every time.Duration // one more

	mu sync.Mutex
	// When a visitor has all of their burst back. Who was here since recent was
	// begun is in it, everybody else whom it knows is in before.
	recent, before map[netip.Prefix]time.Time
}

// mostVisitors is how many recent holds.
const mostVisitors = 1 << 13

// TooManyError says that a visitor did something too often.
type TooManyError struct{ Wait time.Duration } // until they may again

func (e *TooManyError) Error() string { return fmt.Sprintf("too often: again in %v", e.Wait) }

// Seconds is the wait as Retry-After has it (RFC 9110 §10.2.3).
func (e *TooManyError) Seconds() string {
	return strconv.Itoa(int((e.Wait + time.Second - 1) / time.Second))
}

// Words are the wait for people.
func (e *TooManyError) Words() string {
	if minutes := (e.Wait + time.Minute - 1) / time.Minute; minutes > 1 {
		return fmt.Sprintf("%d minutes", minutes)
	}
	return "a minute"
}

// Take counts once more for a visitor, or says *TooManyError.
func (l *Limit) Take(who netip.Prefix, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	whole := l.whole(who, now).Add(l.Every)
	if err := l.over(whole, now); err != nil {
		return err
	}
	if len(l.recent) >= mostVisitors {
		l.before, l.recent = l.recent, nil
	}
	if l.recent == nil {
		l.recent = map[netip.Prefix]time.Time{}
	}
	l.recent[who] = whole
	return nil
}

// Check is Take, and counts nothing.
func (l *Limit) Check(who netip.Prefix, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over(l.whole(who, now).Add(l.Every), now)
}

// over is the error when having taken so much is too much.
func (l *Limit) over(whole, now time.Time) error {
	if wait := whole.Sub(now) - time.Duration(l.Burst)*l.Every; wait > 0 {
		return &TooManyError{Wait: wait}
	}
	return nil
}

// whole is when the visitor has their burst back: now, if they have it.
func (l *Limit) whole(who netip.Prefix, now time.Time) time.Time {
	at, ok := l.recent[who]
	if !ok {
		at = l.before[who]
	}
	if at.Before(now) || at.Sub(now) > time.Duration(l.Burst)*l.Every { // a clock that was set back
		return now
	}
	return at
}

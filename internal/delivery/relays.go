package delivery

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"marquee/internal/mail"
)

// Relay is a server that takes mail, and how much of it.
type Relay struct {
	Name      string // for logs and paces: "main"
	Transport mail.Transport
	Limits    Limits
}

// Limits are how gently a destination is treated. 0 is no limit.
type Limits struct {
	Connections int     // at once
	Messages    int     // on one connection
	Rate        float64 // letters a second
}

// limiter lets letters through at the rate, or at once when there is none. It
// bears short bursts, as whole windows are.
func (l Limits) limiter() *rate.Limiter {
	if l.Rate == 0 {
		return rate.NewLimiter(rate.Inf, 1)
	}
	return rate.NewLimiter(rate.Limit(l.Rate), max(int(l.Rate/4), 1))
}

// resting says that no relay takes mail at present.
type resting struct {
	until time.Time
	why   string // for people
	cause error  // of a rest that began in this run; else it has been told already
}

func (r *resting) Error() string {
	if r.cause != nil {
		return r.cause.Error()
	}
	return fmt.Sprintf("no relay takes mail until %s: %s", r.until.UTC().Format(time.RFC3339), r.why)
}

func (r *resting) Unwrap() error { return r.cause }

// relays are all of them, in the order of preference. Runs of one process share
// them, and their limits.
type relays struct {
	paces *paces
	all   []*relay

	mu      sync.Mutex
	changed chan struct{} // closed when a connection may have become free
}

// relay is one of them as it is used. Its fields belong to relays.mu.
type relay struct {
	Relay
	limiter *rate.Limiter
	open    int  // connections
	taken   int  // messages after which it said 421 to a connection; 0 is unknown
	borne   int  // connections after which it took no more; 0 is unknown
	refused int  // connections in a row
	away    Pace // its rest as long as it cannot be reached
}

// How long a relay that cannot be reached is left alone: twice as long after
// each further try. That is forgotten at a restart, by which somebody may have
// mended it or our login.
const (
	absentRest = 5 * time.Second // a relay that restarts is back by then
	maxAbsence = 5 * time.Minute
)

func newRelays(all []Relay, p *paces) *relays {
	r := &relays{paces: p, changed: make(chan struct{})}
	for _, one := range all {
		r.all = append(r.all, &relay{Relay: one, limiter: one.Limits.limiter()})
	}
	return r
}

// destination is the relay's name among paces.
func (r *relay) destination() string { return "relay " + r.Name }

// open makes a connection with the first relay that takes mail, and waits when
// that one has as many as it bears. One that cannot be had makes way for the
// next. A *resting error says that none is left.
func (s *relays) open(ctx context.Context) (*connection, error) {
	var cause error
	for {
		r, wait, rest := s.take()
		if rest != nil {
			if cause != nil {
				rest.cause = fmt.Errorf("open session: %w", cause)
			}
			return nil, rest
		}
		if r == nil {
			select {
			case <-wait:
				continue
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		session, err := r.Transport.Open(ctx)
		if err == nil {
			s.welcomed(r)
			return &connection{relays: s, relay: r, session: session, window: 1}, nil
		}
		s.release(r)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if s.turnedAway(ctx, r, err) {
			return nil, errCrowded
		}
		cause = err
	}
}

// errCrowded says that a relay bears no more connections than it has.
var errCrowded = errors.New("the relay takes no more connections")

// take is a relay that may have one more connection; none when one is to be
// waited for.
func (s *relays) take() (*relay, <-chan struct{}, *resting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rest *resting
	for _, r := range s.all {
		pace := s.pace(r)
		if !pace.Until.IsZero() {
			if rest == nil || pace.Until.Before(rest.until) {
				rest = &resting{until: pace.Until, why: r.Name + ": " + pace.Reason}
			}
			continue
		}
		if r.open < r.most(pace) {
			r.open++
			return r, nil, nil
		}
		return nil, s.changed, nil
	}
	return nil, nil, rest
}

// pace is the relay's by now. The caller holds mu.
func (s *relays) pace(r *relay) Pace {
	pace := s.paces.of(r.destination())
	if pace.Until.IsZero() && r.away.Until.After(s.paces.now()) {
		pace.Until, pace.Reason = r.away.Until, r.away.Reason
	}
	return pace
}

// rests reports whether the relay takes no mail at present.
func (s *relays) rests(r *relay) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.pace(r).Until.IsZero()
}

// most is how many connections the relay may have.
func (r *relay) most(pace Pace) int {
	most := max(r.Limits.Connections, 1)
	if r.borne > 0 {
		most = min(most, r.borne)
	}
	return max(most>>pace.Level, 1)
}

// room reports whether one more connection may be had at once.
func (s *relays) room() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.all {
		if pace := s.pace(r); pace.Until.IsZero() {
			return r.open < r.most(pace)
		}
	}
	return false
}

// trust forgets how many connections relays bore, where none is open.
func (s *relays) trust() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.all {
		if r.open == 0 {
			r.borne = 0
		}
	}
}

// release gives a connection's place to another.
func (s *relays) release(r *relay) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.open--
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *relays) welcomed(r *relay) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.refused = 0
}

// turnedAway draws the conclusion from a connection that could not be had. It
// reports true when the relay has others, which may be all that it bears. A
// relay that has none rests: longer each time, and with an alarm when it does not
// want us.
func (s *relays) turnedAway(ctx context.Context, r *relay, why error) (crowded bool) {
	switch left := s.left(r, why); {
	case left > 0:
		s.paces.log.WarnContext(ctx, "connection refused", "destination", r.destination(), "left", left, "err", why)
		return true
	case classOf(why) == ClassPolicy:
		s.paces.raise(ctx, s.avoid(r, reason(why), policyRest, maxRest))
	default:
		s.avoid(r, reason(why), absentRest, maxAbsence)
		s.paces.log.WarnContext(ctx, "relay unreachable", "destination", r.destination(), "err", why)
	}
	return false
}

// left is how many connections a relay has that refused one more. When it said
// so itself, it is not asked for more again.
func (s *relays) left(r *relay, why error) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.open > 0 && sendError(why).Code != 0 {
		r.borne = r.open
	}
	return r.open
}

// crowd takes it that a relay with several connections bears one less; false when
// it has no others.
func (s *relays) crowd(r *relay) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.open < 2 {
		return false
	}
	r.borne = r.open - 1
	return true
}

// avoid leaves a relay alone that cannot be had, for longer after each try.
func (s *relays) avoid(r *relay, why string, first, most time.Duration) Pace {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := min(first<<min(r.refused, 10), most)
	r.refused++
	r.away = Pace{Destination: r.destination(), Until: s.paces.now().Add(wait), Reason: why}
	return r.away
}

// learn remembers after how many messages a relay ended a connection politely.
func (s *relays) learn(r *relay, messages int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.taken = messages
}

// allowance is how many messages a connection may still carry that has carried
// some.
func (s *relays) allowance(r *relay, carried int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := maxWindow
	for _, most := range []int{r.Limits.Messages, r.taken} {
		if most > 0 {
			left = min(left, most-carried)
		}
	}
	return max(left, 0)
}

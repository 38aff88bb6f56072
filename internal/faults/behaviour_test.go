package faults

import (
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"marquee/internal/testkit"
)

// behaviour is how a witness answers commands; the zero answer is the usual one.
type behaviour func(testkit.SinkCommand) testkit.SinkAnswer

// either behaves like the first of several that has something to say.
func either(all ...behaviour) behaviour {
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		for _, b := range all {
			if a := b(c); a != (testkit.SinkAnswer{}) {
				return a
			}
		}
		return testkit.SinkAnswer{}
	}
}

// ends reports whether a command is a letter's end.
func ends(c testkit.SinkCommand) bool { return c.Verb == "dot" || c.Verb == "BDAT" }

// local reports whether a command is about somebody whose address begins so.
func local(c testkit.SinkCommand, begins string) bool {
	return c.Verb == "RCPT" && strings.HasPrefix(c.To, begins)
}

// refuse says something to everybody whose address begins so.
func refuse(begins, say string) behaviour {
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		if local(c, begins) {
			return testkit.SinkAnswer{Say: say}
		}
		return testkit.SinkAnswer{}
	}
}

// once behaves so to each person once.
func once(b behaviour) behaviour {
	var met sync.Map
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		a := b(c)
		if a == (testkit.SinkAnswer{}) {
			return a
		}
		if _, before := met.LoadOrStore(c.To, true); before {
			return testkit.SinkAnswer{}
		}
		return a
	}
}

// at answers a command so.
func at(verb string, a testkit.SinkAnswer) behaviour {
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		if c.Verb == verb {
			return a
		}
		return testkit.SinkAnswer{}
	}
}

// dice fall the same way in every run, as far as those who throw them come in
// the same order.
type dice struct {
	mu     sync.Mutex
	random *rand.Rand
}

func newDice() *dice { return &dice{random: rand.New(rand.NewPCG(1, 2))} }

func (d *dice) below(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.random.IntN(n)
}

// sometimes behaves so once in a while: so many times out of a thousand.
func (d *dice) sometimes(times int, b behaviour) behaviour {
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		a := b(c)
		if a == (testkit.SinkAnswer{}) || d.below(1000) >= times {
			return testkit.SinkAnswer{}
		}
		return a
	}
}

// tally counts how often something was done.
type tally struct{ atomic.Int64 }

// of counts the answers of a behaviour.
func (n *tally) of(b behaviour) behaviour {
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		a := b(c)
		if a != (testkit.SinkAnswer{}) {
			n.Add(1)
		}
		return a
	}
}

// loseReply takes a letter and hangs up instead of saying so.
func loseReply(c testkit.SinkCommand) testkit.SinkAnswer {
	if ends(c) {
		return testkit.SinkAnswer{Do: testkit.SinkDrop}
	}
	return testkit.SinkAnswer{}
}

// greylist puts everybody off at first, for so long. It keeps the shortest time
// in which somebody was asked for again.
type greylist struct {
	wait time.Duration

	mu      sync.Mutex
	since   map[string]time.Time
	hastily time.Duration
}

func (g *greylist) answer(c testkit.SinkCommand) testkit.SinkAnswer {
	if c.Verb != "RCPT" {
		return testkit.SinkAnswer{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	first, met := g.since[c.To]
	if !met {
		g.since[c.To] = time.Now()
	}
	waited := time.Since(first)
	if met {
		g.hastily = min(g.hastily, waited)
	}
	if !met || waited < g.wait {
		return testkit.SinkAnswer{Say: "451 4.7.1 Greylisted, try again later"}
	}
	return testkit.SinkAnswer{}
}

// mostLetters ends every connection after so many letters.
func mostLetters(n int) behaviour {
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		if c.Verb == "MAIL" && c.Message > n {
			return testkit.SinkAnswer{Say: "421 4.7.0 Enough on this connection", Do: testkit.SinkPart}
		}
		return testkit.SinkAnswer{}
	}
}

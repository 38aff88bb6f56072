package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/clock"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/schedule"
	"marquee/internal/testkit"
)

// TestCutModel is the half of fault F31 that storetest's model leaves: pieces come,
// are edited, are taken back, editions are cut, twice and late, and
// the clock jumps, at random. An edition never changes, no piece
// is in two, none is in one that it must not be in, and in the end none is lost.
// -rapid.checks=10000 tries harder.
func TestCutModel(t *testing.T) {
	t.Parallel()
	_, mail := smtpServer(t, testkit.SMTPConfig{})
	p := publish(t, "", `sources: {site: {kind: webfeed, url: "https://www.lanternscreen.example/feed/"}}`, mail,
		`digests: {weekly: {schedule: "0 17 * * FRI", to: everyone, sections: [`+strings.Repeat("{section: reviews, max: 50}, ", 2)+"{section: reviews, max: 50}]}}")
	m := &cutModel{instance: p.open(t, slotTime)}
	must(m.Compile(t.Context(), "weekly", slotName))(t) // the very first looks back a week, and no further
	rapid.Check(t, func(rt *rapid.T) {
		m.begin(t.Context())
		rt.Repeat(map[string]func(*rapid.T){
			"add": m.add, "add more": m.add, "edit": m.edit, "withdraw": m.withdraw,
			"cut": m.cut, "late": m.late, "again": m.again, "time passes": m.pass, "clock goes back": m.back,
		})
		for range 3 { // what is announced, or still settles, is in the second
			m.cut(rt)
		}
		for _, it := range m.pieces {
			if it.in == "" && it.Withdrawn.IsZero() {
				rt.Fatalf("%s is in no edition: published %s, seen %s, settles %s", it.GUID, it.Published, it.FirstSeen, it.Settles)
			}
		}
	})
	m.close(t)
}

// cutModel is what really happened.
type cutModel struct {
	*instance
	ctx    context.Context
	worlds int
	pieces map[domain.ItemID]*cutPiece
	order  []*cutPiece
	last   domain.Edition
	ahead  time.Duration // that the clock has been set back by since then
}

// cutPiece is a piece, and the slug of the edition that has it.
type cutPiece struct {
	domain.Item
	in string
}

// begin leaves behind what was.
func (m *cutModel) begin(ctx context.Context) {
	m.ctx = ctx
	m.worlds++
	m.now = m.now.AddDate(0, 0, 42)
	m.pieces, m.order, m.last = map[domain.ItemID]*cutPiece{}, nil, domain.Edition{}
}

func (m *cutModel) must(rt *rapid.T, err error) {
	rt.Helper()
	if err != nil {
		rt.Fatal(err)
	}
}

func someMinutes(rt *rapid.T, least, most int, what string) time.Duration {
	return time.Duration(rapid.IntRange(least, most).Draw(rt, what)) * time.Minute
}

// add is a read that has begun some minutes ago and is stored by now.
func (m *cutModel) add(rt *rapid.T) {
	seen := m.now.Add(-someMinutes(rt, 0, 14, "read since"))
	published := seen.Add(someMinutes(rt, -3*24*60, 24*60, "published"))
	guid := fmt.Sprintf("%d-%d", m.worlds, len(m.order))
	it := &cutPiece{Item: domain.Item{
		ID: domain.NewItemID("site", guid), Source: "site", GUID: guid, Kind: domain.Review, Title: "Piece " + guid, Teaser: "<p>x</p>",
		URL: "https://www.lanternscreen.example/" + guid + "/",
	}}
	it.Published, it.FirstPublished, it.FirstSeen, it.Changed = published, published, seen, published
	it.Settles = seen.Add(someMinutes(rt, 0, 60, "settles"))
	m.pieces[it.ID] = it
	m.order = append(m.order, it)
	m.save(rt, it)
}

func (m *cutModel) save(rt *rapid.T, it *cutPiece) {
	m.must(rt, m.Store().SaveGathered(m.ctx, gather.Gathered{Source: "site", At: m.now, Items: []domain.Item{it.Item}}))
}

func (m *cutModel) some(rt *rapid.T) *cutPiece {
	if len(m.order) == 0 {
		rt.Skip("there is nothing")
	}
	return rapid.SampledFrom(m.order).Draw(rt, "piece")
}

func (m *cutModel) edit(rt *rapid.T) {
	it := m.some(rt)
	it.Title += "!"
	it.Changed, it.Settles = m.now, m.now.Add(15*time.Minute)
	m.save(rt, it)
}

func (m *cutModel) withdraw(rt *rapid.T) {
	it := m.some(rt)
	it.Withdrawn = m.now
	m.save(rt, it)
}

func (m *cutModel) pass(*rapid.T) { m.now = m.now.Add(7 * time.Hour) }

// back is a clock that was ahead, by no more than it is believed, and is set right.
func (m *cutModel) back(rt *rapid.T) {
	by := someMinutes(rt, 0, int((clock.Tolerance-m.ahead)/time.Minute), "by")
	m.ahead += by
	m.now = m.now.Add(-by)
}

// cut freezes the edition of the next slot, when its time has come.
func (m *cutModel) cut(rt *rapid.T) { m.freeze(rt, -time.Hour) }

// late makes up for it.
func (m *cutModel) late(rt *rapid.T) { m.freeze(rt, 5*time.Hour) }

func (m *cutModel) freeze(rt *rapid.T, after time.Duration) {
	slot, err := m.NextSlot(m.ctx, "weekly")
	m.must(rt, err)
	due := schedule.Instant(slot, m.Zone())
	if at := due.Add(after); at.After(m.now) {
		m.now = at
	}
	e, err := m.Compile(m.ctx, "weekly", slot)
	m.must(rt, err)
	for _, id := range e.Items {
		it := m.pieces[id]
		switch {
		case it == nil:
			rt.Fatalf("%s has a piece of another world", e.Slug())
		case it.in != "":
			rt.Fatalf("%s is in %s and in %s", it.GUID, it.in, e.Slug())
		case !it.Withdrawn.IsZero(), it.Settles.After(m.now), it.Published.After(m.now), it.Published.After(due):
			rt.Fatalf("%s is in %s, cut at %s: published %s, settles %s, withdrawn %s", it.GUID, e.Slug(), m.now, it.Published, it.Settles, it.Withdrawn)
		}
		it.in = e.Slug()
	}
	m.last, m.ahead = e, 0
}

// again is another process, after a crash, with the same job.
func (m *cutModel) again(rt *rapid.T) {
	if m.last.ID == 0 {
		rt.Skip("there is no edition")
	}
	e, err := m.Compile(m.ctx, "weekly", m.last.Slot)
	m.must(rt, err)
	if e.ID != m.last.ID || fmt.Sprint(e.Items) != fmt.Sprint(m.last.Items) || e.Subject != m.last.Subject {
		rt.Fatalf("the edition was\n%+v and is\n%+v", m.last, e)
	}
}

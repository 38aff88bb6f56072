package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// book is what is true of people, whatever the program thinks of them.
type book struct {
	now     func() time.Time
	users   map[string]string // Patreon's ids, by name, as is all the rest
	address map[string]string
	turns   map[string][]turn
	links   map[string]string // that unsubscribe, of their last letters
	got     map[string]int    // letters
}

func newBook() *book {
	return &book{
		users: map[string]string{}, address: map[string]string{}, turns: map[string][]turn{},
		links: map[string]string{}, got: map[string]int{},
	}
}

// turn is what somebody has a right to from an instant on.
type turn struct {
	from time.Time
	who  domain.Audience
	soft bool // Patreon may be wrong about it: what was before stays for five days
}

// How long what is lost stays: at least so long, and not after a while that leaves
// time for a billing day and a day without Patreon.
const (
	stays = 5 * 24 * time.Hour
	gone  = 7*24*time.Hour + 12*time.Hour
)

func (b *book) write(name string, from time.Time, who domain.Audience, soft bool) {
	b.turns[name] = append(b.turns[name], turn{from, who, soft})
}

// may is as whom somebody may be served at a freeze.
func (b *book) may(name string, at time.Time) map[domain.Audience]bool {
	before, is := domain.Audience{Standing: domain.Former}, turn{who: domain.Audience{Standing: domain.Former}}
	for _, next := range b.turns[name] {
		if !next.from.After(at) {
			before, is = is.who, next
		}
	}
	switch age := at.Sub(is.from); {
	case !is.soft || age >= gone:
		return map[domain.Audience]bool{is.who: true}
	case age < stays && is.who.Standing != domain.Active:
		return map[domain.Audience]bool{before: true}
	}
	return map[domain.Audience]bool{is.who: true, before: true}
}

// former, matinee and screenwriter are how people stand.
func standings() (former, matinee, screenwriter domain.Audience) {
	return domain.Audience{Standing: domain.Former}, domain.Audience{Standing: domain.Active, Tier: "Matinee"},
		domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}
}

func (b *book) holds(m testkit.PatreonMember) domain.Audience {
	_, matinee, screenwriter := standings()
	switch {
	case m.Hidden:
		return domain.Audience{Standing: domain.Former} // nobody knows where to write
	case m.Free:
		return domain.Audience{Standing: domain.Reader}
	case m.Tier == "902":
		return screenwriter
	}
	return matinee
}

// joins makes a member; without an address they have one of their own.
func (y *year) joins(m testkit.PatreonMember) {
	if m.Email == "" {
		m.Email = m.Name + "@year.example"
	}
	y.users[m.Name], y.address[m.Name] = y.Join(m), m.Email
	y.write(m.Name, y.now(), y.holds(m), false)
}

// cast are those who are there when the year begins.
func (y *year) cast() {
	for _, m := range []testkit.PatreonMember{
		{Name: "anna", Tier: "902", Annual: true},
		{Name: "arno", Tier: "901", Annual: true},
		{Name: "gina", Tier: "901", Gifted: true},
		{Name: "rita", Tier: "901"},
		{Name: "dora", Tier: "902"},
		{Name: "dirk", Tier: "902"},
		{Name: "rolf", Tier: "901"},
		{Name: "hoax", Tier: "902"},
		{Name: "faye", Free: true},
		{Name: "finn", Free: true},
		{Name: "mona", Tier: "901"},
		{Name: "mike", Tier: "901"},
		{Name: "mary", Tier: "902"},
		{Name: "uma", Tier: "902"},
		{Name: "ugo", Tier: "901"},
		{Name: "ella", Tier: "902"},
		{Name: "remo", Tier: "901"},
		{Name: "dell", Tier: "902"},
		{Name: "hild", Tier: "902", Hidden: true},
		{Name: "gwen", Tier: "901"},
	} {
		y.joins(m)
	}
	_, matinee, screenwriter := standings()
	y.users["tina"] = y.Join(testkit.PatreonMember{Name: "tina", Tier: "901", Email: "twins@year.example"})
	y.users["tony"] = y.Join(testkit.PatreonMember{Name: "tony", Tier: "902", Email: "TWINS@year.example"})
	y.address["twins"] = "twins@year.example"
	y.write("twins", y.now(), screenwriter, false)
	// Her year is over in May, which Patreon notices in June. What is left is a free member.
	y.write("gina", time.Date(2027, 6, 1, 8, 0, 0, 0, time.UTC), domain.Audience{Standing: domain.Reader}, true)
	const before = 22 // members, whose numbers are part of the crowd's addresses
	y.Populate(30)
	for i := range 30 {
		name := fmt.Sprint("crowd ", i)
		y.address[name] = fmt.Sprintf("reader%d@reader.example", before+i+1)
		y.write(name, y.now(), []domain.Audience{matinee, screenwriter}[i%2], false)
	}
}

// event is something that happens at noon.
type event func(t *testing.T)

// script is what happens, by the day.
func (y *year) script() map[int][]event {
	days := map[int][]event{}
	at := func(day int, do ...event) { days[day] = append(days[day], do...) }
	former, matinee, screenwriter := standings()
	at(5, y.join(testkit.PatreonMember{Name: "tess", Tier: "902", Trial: true}))
	at(19, y.declines("dora"))
	at(23, y.recovers("dora", screenwriter))
	at(100, y.declines("dirk"))
	at(160, y.recovers("dirk", screenwriter))
	at(33, y.tiers("rita", "902", 1000, screenwriter))
	at(120, y.tiers("rita", "901", 300, matinee))
	at(250, y.tiers("rita", "902", 1000, screenwriter))
	at(90, y.tiers("faye", "901", 300, matinee))
	at(40, y.cancels("arno", time.Date(2027, 5, 1, 8, 0, 0, 0, time.UTC)))
	at(134, y.settles("rolf", "Refunded", matinee))
	at(135, y.settles("hoax", "Fraud", screenwriter))
	at(60, y.moves("mona", "ramona@year.example"))
	at(62, y.moves("mike", "mary@year.example"), y.moves("mary", "mike@year.example"))
	at(29, y.unsubscribes("uma"))
	at(70, y.moves("uma", "umas-other@year.example"))
	at(36, y.unsubscribes("ugo"))
	at(57, y.stays("ugo", matinee))
	at(75, y.isForgotten("ella"))
	at(80, y.moves("ella", "ella2@year.example"))
	at(140, func(*testing.T) { y.Remove(y.users["remo"]); y.write("remo", y.now(), former, true) })
	at(150, func(*testing.T) { y.Delete(y.users["dell"]); y.write("dell", y.now(), former, true) })
	at(190, y.join(testkit.PatreonMember{Name: "dell", Tier: "901"}))
	at(13, y.isGiven("hanna", domain.Audience{Standing: domain.Former}, domain.Date{Year: 2027, Month: 3, Day: 3}))
	at(13, y.isGiven("gwen", matinee, domain.Date{Year: 2027, Month: 4, Day: 7}))
	at(200, func(*testing.T) {
		y.Cancel(y.users["tony"])
		y.write("twins", time.Date(2027, 7, 1, 8, 0, 0, 0, time.UTC), matinee, true)
	})
	at(210, func(*testing.T) { y.RenameTier("902", "Scenarist") })
	y.months(at)
	y.troubles(at)
	return days
}

// months bring somebody each, who goes again two months later.
func (y *year) months(at func(int, ...event)) {
	for m := range 11 {
		name := fmt.Sprint("new", m)
		day := 10 + 30*m
		at(day, y.join(testkit.PatreonMember{Name: name, Tier: []string{"901", "902"}[m%2]}))
		if day+45 < 365 {
			at(day+45, func(t *testing.T) { y.cancels(name, y.nextCharge())(t) })
		}
	}
}

// troubles are Patreon's, on Fridays too.
func (y *year) troubles(at func(int, ...event)) {
	breaks := func(with testkit.PatreonTrouble) event {
		return func(*testing.T) { y.troubled = true; y.patreon.Break(with) }
	}
	mends := func(*testing.T) { y.troubled = false; y.patreon.Mend() }
	at(110, breaks(testkit.PatreonTrouble{With: testkit.ForbiddenPage}))
	at(114, mends)
	at(182, breaks(testkit.PatreonTrouble{With: testkit.EmptyList, On: "members"}))
	at(183, mends)
	at(189, breaks(testkit.PatreonTrouble{With: testkit.SomeOfThem, On: "members", Percent: 40}))
	at(190, mends)
}

func (y *year) join(m testkit.PatreonMember) event { return func(*testing.T) { y.joins(m) } }

func (y *year) declines(name string) event {
	return func(*testing.T) {
		y.Decline(y.users[name])
		y.write(name, y.now(), domain.Audience{Standing: domain.Former}, true)
	}
}

func (y *year) recovers(name string, who domain.Audience) event {
	return func(*testing.T) {
		y.Recover(y.users[name])
		y.write(name, y.now(), who, false)
	}
}

func (y *year) tiers(name, tier string, cents int, who domain.Audience) event {
	return func(*testing.T) {
		y.Change(y.users[name], tier, cents)
		y.write(name, y.now(), who, false)
	}
}

func (y *year) cancels(name string, ends time.Time) event {
	return func(*testing.T) {
		y.Cancel(y.users[name])
		y.write(name, ends, domain.Audience{Standing: domain.Former}, true)
	}
}

// settles takes the money of a charge back, until the next.
func (y *year) settles(name, outcome string, after domain.Audience) event {
	return func(*testing.T) {
		y.Settle(y.users[name], outcome)
		y.write(name, y.now(), domain.Audience{Standing: domain.Former}, true)
		y.write(name, y.nextCharge(), after, false)
	}
}

// nextCharge is the next first of a month.
func (y *year) nextCharge() time.Time {
	return time.Date(y.now().Year(), y.now().Month()+1, 1, 8, 0, 0, 0, time.UTC)
}

func (y *year) moves(name, address string) event {
	return func(*testing.T) {
		y.Move(y.users[name], address)
		y.address[name] = address
	}
}

// unsubscribes is one click in the last letter.
func (y *year) unsubscribes(name string) event {
	return func(t *testing.T) {
		y.post(t, y.links[name], "List-Unsubscribe=One-Click")
		y.write(name, y.now(), domain.Audience{Standing: domain.Former}, false)
	}
}

func (y *year) stays(name string, who domain.Audience) event {
	return func(t *testing.T) {
		y.post(t, y.links[name]+"/undo", "undo=yes")
		y.write(name, y.now(), who, false)
	}
}

func (y *year) post(t *testing.T, path, body string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	y.site.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("POST %s answers %d", path, w.Code)
	}
}

func (y *year) isForgotten(name string) event {
	return func(t *testing.T) {
		who := must(y.app.Store().PatronByEmail(t.Context(), y.address[name]))(t)
		if err := y.app.ErasePatron(t.Context(), who.ID); err != nil {
			t.Fatal(err)
		}
		y.write(name, y.now(), domain.Audience{Standing: domain.Former}, false)
	}
}

// isGiven is Screenwriter by the operator's hand until the end of a day, and what
// they were then.
func (y *year) isGiven(name string, after domain.Audience, last domain.Date) event {
	return func(t *testing.T) {
		_, _, screenwriter := standings()
		if y.address[name] == "" {
			y.address[name] = name + "@year.example"
		}
		if _, err := y.app.GiveTier(t.Context(), netmail.Address{Address: y.address[name]}, "Screenwriter", last); err != nil {
			t.Fatal(err)
		}
		y.write(name, y.now(), screenwriter, false)
		y.write(name, last.In(y.app.Zone()).AddDate(0, 0, 1), after, false)
	}
}

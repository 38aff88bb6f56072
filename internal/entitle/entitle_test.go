package entitle_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/calendar"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

const hour = time.Hour

// never is when a ladder opens to an audience that it does not mention.
const never = time.Duration(-1)

func policy() *entitle.Policy {
	return &entitle.Policy{
		Tiers:   domain.Tiers{{Name: "Matinee"}, {Name: "Screenwriter"}, {Name: "Producer"}},
		Series:  map[string]domain.Ladder{"The Definitives": {{To: "Producer"}}},
		Sources: map[string]domain.Ladder{"club": {{To: "Screenwriter"}}, "blog": {}},
		Kinds:   map[domain.ItemKind]domain.Ladder{domain.Review: {{To: domain.ToPatrons}}},
	}
}

// audiences are those that a policy knows and some that it does not.
func audiences() map[string]domain.Audience {
	active := func(tier string) domain.Audience { return domain.Audience{Standing: domain.Active, Tier: tier} }
	return map[string]domain.Audience{
		"public": {}, "reader": {Standing: domain.Reader}, "former": {Standing: domain.Former},
		"operator": {Standing: domain.Operator}, "stranger": {Standing: "guest"},
		"lapsed": {Standing: domain.Former, Tier: "Producer"}, // what was paid once counts for nothing
		"active": active(""), "matinee": active("Matinee"), "screenwriter": active("Screenwriter"),
		"producer": active("PRODUCER"), "abolished": active("Balcony"),
	}
}

// ladder is a release and when, counted from publication, it opens to whom:
// first to those who are no patrons, then to patrons by tier.
type ladder struct {
	steps                                           domain.Ladder
	others, active, matinee, screenwriter, producer time.Duration
}

func ladders() map[string]ladder {
	step := func(to string, after time.Duration) domain.Step { return domain.Step{To: to, After: after} }
	return map[string]ladder{
		"everyone":        {domain.Ladder{step("everyone", 0)}, 0, 0, 0, 0, 0},
		"everyone, later": {domain.Ladder{step("everyone", 24*hour)}, 24 * hour, 24 * hour, 24 * hour, 24 * hour, 24 * hour},
		"patrons":         {domain.Ladder{step("patrons", 0)}, never, 0, 0, 0, 0},
		"lowest tier":     {domain.Ladder{step("Matinee", hour)}, never, never, hour, hour, hour},
		"highest tier":    {domain.Ladder{step("Producer", 0)}, never, never, never, never, 0},
		"letter case":     {domain.Ladder{step("screenWRITER", 0)}, never, never, never, 0, 0},
		"the usual": {
			domain.Ladder{step("Screenwriter", 0), step("patrons", 48*hour), step("everyone", 240*hour)},
			240 * hour, 48 * hour, 48 * hour, 0, 0,
		},
		"every step": {
			domain.Ladder{step("Producer", 0), step("Screenwriter", hour), step("Matinee", 2*hour), step("patrons", 3*hour), step("everyone", 4*hour)},
			4 * hour, 3 * hour, 2 * hour, hour, 0,
		},
		"out of order": {
			domain.Ladder{step("everyone", 240*hour), step("patrons", 48*hour), step("Screenwriter", 0)},
			240 * hour, 48 * hour, 48 * hour, 0, 0,
		},
		"lower tier first": {domain.Ladder{step("Matinee", hour), step("Producer", 2*hour)}, never, never, hour, hour, hour},
		"higher tier later": {
			domain.Ladder{step("Producer", 72*hour), step("everyone", hour)}, hour, hour, hour, hour, hour,
		},
		"same time":      {domain.Ladder{step("patrons", hour), step("everyone", hour)}, hour, hour, hour, hour, hour},
		"abolished tier": {domain.Ladder{step("Balcony", 0), step("everyone", hour)}, hour, hour, hour, hour, hour},
		"nobody":         {domain.Ladder{step("Balcony", 0)}, never, never, never, never, never},
	}
}

// opens is when a ladder opens to a named audience.
func (l ladder) opens(audience string) time.Duration {
	switch audience {
	case "active", "abolished":
		return l.active
	case "matinee":
		return l.matinee
	case "screenwriter":
		return l.screenwriter
	case "producer":
		return l.producer
	}
	return l.others
}

func first() time.Time { return time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC) }

// variant is one fate of an item.
type variant struct{ published, withdrawn time.Time }

func variants() map[string]variant {
	at := func(d time.Duration) time.Time { return first().Add(d) }
	return map[string]variant{
		"as published":                {first(), time.Time{}},
		"dated back":                  {at(-1000 * hour), time.Time{}},
		"dated on":                    {at(30 * hour), time.Time{}},
		"withdrawn at once":           {first(), first()},
		"withdrawn between the steps": {first(), at(20 * hour)},
		"withdrawn at a step":         {first(), at(48 * hour)},
		"withdrawn before its date":   {at(30 * hour), at(10 * hour)},
	}
}

// want is the level that the rules, said in words, come to.
func want(audience string, l ladder, v variant, now time.Time) entitle.Level {
	opens := l.opens(audience)
	switch {
	case audience == "operator":
		return entitle.Full
	case !v.withdrawn.IsZero() && !now.Before(v.withdrawn), now.Before(v.published):
		return entitle.None
	case opens == never, now.Before(first().Add(opens)):
		return entitle.Teaser
	}
	return entitle.Full
}

// Every audience, every ladder, every fate, on both sides of every instant at
// which anything changes.
func TestDecide(t *testing.T) {
	t.Parallel()
	p := policy()
	for ladderName, l := range ladders() {
		for fate, v := range variants() {
			it := &domain.Item{
				Kind: domain.Review, Series: "The Definitives", Release: l.steps, Published: v.published,
				ItemHistory: domain.ItemHistory{FirstPublished: first(), Withdrawn: v.withdrawn},
			}
			for name, a := range audiences() {
				for _, now := range instants(l, v) {
					where := fmt.Sprintf("%s, %s, %s at %s", ladderName, fate, name, now.Format(time.RFC3339Nano))
					got := p.Decide(a, it, now)
					if level := want(name, l, v, now); got.Level != level {
						t.Errorf("%s: %s (%s), want %s", where, got.Level, got.Reason, level)
					}
					checkAccess(t, where, got, func(at time.Time) entitle.Access { return p.Decide(a, it, at) })
					if since := first().Add(l.opens(name)); got.Level == entitle.Full && name != "operator" && !got.Since.Equal(since) {
						t.Errorf("%s: open since %s, want %s", where, got.Since, since)
					}
				}
			}
		}
	}
}

// instants are both sides of every boundary.
func instants(l ladder, v variant) []time.Time {
	boundaries := []time.Time{first(), v.published}
	if !v.withdrawn.IsZero() {
		boundaries = append(boundaries, v.withdrawn)
	}
	for _, step := range l.steps {
		boundaries = append(boundaries, first().Add(step.After))
	}
	var all []time.Time
	for _, b := range boundaries {
		all = append(all, b.Add(-time.Nanosecond), b, b.Add(time.Nanosecond))
	}
	return all
}

// checkAccess holds what an answer says of itself: it has a reason, it holds
// until it says, and then no longer.
func checkAccess(t *testing.T, where string, got entitle.Access, ask func(time.Time) entitle.Access) {
	t.Helper()
	if got.Reason.String() == "" {
		t.Errorf("%s: no reason", where)
	}
	if got.Since.IsZero() == (got.Level == entitle.Full && !strings.Contains(got.Reason.String(), "operator")) {
		t.Errorf("%s: %s since %s", where, got.Level, got.Since)
	}
	if got.Until.IsZero() {
		if later := ask(first().AddDate(100, 0, 0)); later.Level != got.Level {
			t.Errorf("%s: %s for ever, but %s later", where, got.Level, later.Level)
		}
		return
	}
	before, then := ask(got.Until.Add(-time.Nanosecond)), ask(got.Until)
	if before.Level != got.Level || before.Reason != got.Reason {
		t.Errorf("%s: %s (%s) until %s, but %s (%s) just before", where, got.Level, got.Reason, got.Until, before.Level, before.Reason)
	}
	if then.Level == got.Level && then.Reason == got.Reason {
		t.Errorf("%s: %s (%s) does not change at %s", where, got.Level, got.Reason, got.Until)
	}
}

func TestReason(t *testing.T) {
	t.Parallel()
	p := policy()
	usual := ladders()["the usual"].steps
	for _, tt := range []struct {
		audience string
		release  domain.Ladder
		after    time.Duration
		want     string
	}{
		{"operator", usual, 0, "the operator sees everything"},
		{"public", usual, -hour, "not published before Nov 20, 2026, 17:00 UTC"},
		{"public", usual, 0, "opens to everyone on Nov 30, 2026, 17:00 UTC"},
		{"public", usual, 240 * hour, "open to everyone since Nov 30, 2026, 17:00 UTC"},
		{"active", usual, 0, "opens to patrons on Nov 22, 2026, 17:00 UTC"},
		{"screenwriter", usual, 0, "open to Screenwriter patrons and higher since Nov 20, 2026, 17:00 UTC"},
		{"public", usual[:1], 0, "only for Screenwriter patrons and higher"},
		{"matinee", domain.Ladder{{To: "Producer"}}, 0, "only for Producer patrons"},
		{"public", domain.Ladder{{To: "patrons"}}, 0, "only for patrons"},
		{"public", domain.Ladder{{To: "Balcony"}}, 0, "only for Balcony patrons"},
	} {
		it := &domain.Item{Release: tt.release, Published: first(), ItemHistory: domain.ItemHistory{FirstPublished: first()}}
		if got := p.Decide(audiences()[tt.audience], it, first().Add(tt.after)); got.Reason.String() != tt.want {
			t.Errorf("%s: %q, want %q", tt.audience, got.Reason, tt.want)
		}
	}
}

// Times are told in the publication's zone.
func TestReasonInAZone(t *testing.T) {
	t.Parallel()
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	it := &domain.Item{Release: ladders()["the usual"].steps, Published: first(), ItemHistory: domain.ItemHistory{FirstPublished: first()}}
	if got := policy().Decide(domain.Audience{}, it, first()).Reason.In(calendar.Of("en-US", chicago)); got != "opens to everyone on Nov 30, 2026, 11:00 CST" {
		t.Error(got)
	}
	if got := (entitle.Reason{}).String(); got != "" {
		t.Errorf("the zero Reason is %q", got)
	}
}

func TestLadder(t *testing.T) {
	t.Parallel()
	p := policy()
	own := domain.Ladder{{To: domain.ToEveryone, After: hour}}
	for name, tt := range map[string]struct {
		item domain.Item
		want domain.Ladder
	}{
		"its own":                  {domain.Item{Kind: domain.Review, Series: "The Definitives", Release: own}, own},
		"its series'":              {domain.Item{Kind: domain.Review, Series: "the definitives"}, p.Series["The Definitives"]},
		"its series', of a source": {domain.Item{Kind: domain.Review, Source: "club", Series: "the definitives"}, p.Series["The Definitives"]},
		"its source's":             {domain.Item{Kind: domain.Review, Source: "club", Series: "Short Takes"}, p.Sources["club"]},
		"its source's, open":       {domain.Item{Kind: domain.Review, Source: "blog"}, domain.Ladder{}},
		"its kind's":               {domain.Item{Kind: domain.Review, Series: "Short Takes"}, p.Kinds[domain.Review]},
		"its kind's, no series":    {domain.Item{Kind: domain.Review}, p.Kinds[domain.Review]},
		"none":                     {domain.Item{Kind: domain.Essay}, nil},
	} {
		if diff := cmp.Diff(tt.want, p.Ladder(&tt.item)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
	open := &domain.Item{Kind: domain.Essay, Published: first(), ItemHistory: domain.ItemHistory{FirstPublished: first()}}
	if got := p.Decide(domain.Audience{}, open, first()); got.Level != entitle.Full || got.Reason.String() != "open to everyone" || got.Since != first() {
		t.Errorf("without a ladder: %+v", got)
	}
}

func TestAudiences(t *testing.T) {
	t.Parallel()
	p := policy()
	keys := func(list []domain.Audience) string {
		var all []string
		for _, a := range list {
			all = append(all, a.Key())
		}
		return strings.Join(all, " ")
	}
	if got := keys(p.Audiences()); got != "public reader former active active-matinee active-screenwriter active-producer" {
		t.Errorf("Audiences() = %s", got)
	}
	for to, want := range map[string]string{
		"everyone":     "reader active active-matinee active-screenwriter active-producer",
		"patrons":      "active active-matinee active-screenwriter active-producer",
		"Matinee":      "active-matinee active-screenwriter active-producer",
		"screenwriter": "active-screenwriter active-producer",
		"Producer":     "active-producer",
		"Balcony":      "",
		"":             "",
	} {
		if got := keys(p.Recipients(to)); got != want {
			t.Errorf("Recipients(%q) = %s, want %s", to, got, want)
		}
	}
}

func TestLevelString(t *testing.T) {
	t.Parallel()
	if got := fmt.Sprint(entitle.None, entitle.Teaser, entitle.Full); got != "none teaser full" {
		t.Errorf("levels are %s", got)
	}
}

func TestLongest(t *testing.T) {
	t.Parallel()
	steps := func(after ...time.Duration) domain.Ladder {
		var l domain.Ladder
		for _, d := range after {
			l = append(l, domain.Step{To: domain.ToEveryone, After: d})
		}
		return l
	}
	for name, tt := range map[string]struct {
		policy entitle.Policy
		want   time.Duration
	}{
		"no ladders": {},
		"of a series": {entitle.Policy{
			Series:  map[string]domain.Ladder{"A": steps(5 * hour)},
			Sources: map[string]domain.Ladder{"a": steps(4 * hour)},
			Kinds:   map[domain.ItemKind]domain.Ladder{domain.Review: steps(hour, 3*hour)},
		}, 5 * hour},
		"of a source": {entitle.Policy{Sources: map[string]domain.Ladder{"a": steps(4*hour, 2*hour)}}, 4 * hour},
		"of a kind":   {entitle.Policy{Kinds: map[domain.ItemKind]domain.Ladder{domain.Review: steps(0, 3*hour)}}, 3 * hour},
	} {
		if got := tt.policy.Longest(); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

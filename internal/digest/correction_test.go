package digest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

const wrongDate = "*Paper Lanterns* opens on **November 27**, not on the 20th: [the cinema says so](https://cinema.example/lanterns)."

// sentWeek is the rich week's edition, which thirty people have.
func sentWeek(t *testing.T) (*fakeStore, domain.Edition) {
	t.Helper()
	s := &fakeStore{items: richWeek(t), holders: []domain.Holders{
		{Audience: reader(), Letters: 9, Suppressed: 2},
		{Audience: patron("Matinee"), Letters: 4, Suppressed: 1, Declined: 3},
		{Audience: patron("Screenwriter"), Letters: 12, Declined: 1},
		{Audience: domain.Audience{Standing: domain.Former}, Letters: 5},
	}}
	if _, err := newCompiler(t, s).Compile(t.Context(), slot); err != nil {
		t.Fatal(err)
	}
	s.editions[0].Edition.State = domain.EditionDone
	return s, s.editions[0].Edition
}

// mondayCompiler works three days after the edition.
func mondayCompiler(t *testing.T, s *fakeStore, adjust ...func(*digest.Config)) *digest.Compiler {
	monday := func(c *digest.Config) { c.Now = func() time.Time { return frozen(t).AddDate(0, 0, 3) } }
	return newCompiler(t, s, append([]func(*digest.Config){monday}, adjust...)...)
}

func TestCorrectionIsAnEditionWithoutASlotOfItsOwn(t *testing.T) {
	t.Parallel()
	s, e := sentWeek(t)
	k, err := mondayCompiler(t, s).Correct(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate})
	if err != nil {
		t.Fatal(err)
	}
	now := frozen(t).AddDate(0, 0, 3)
	if k.Corrects != e.ID || k.Slot.Scheduled() != e.Slot || k.Slot == e.Slot || len(k.Items) > 0 || k.State != domain.EditionFrozen ||
		!k.Due.Equal(now.Add(digest.Rest)) || k.Corrected() != e.Slug() || !strings.HasPrefix(k.Slug(), e.Slug()+"-correction-") {
		t.Errorf("the correction is %+v", k)
	}
	if k.Subject != "Correction: "+e.Subject {
		t.Errorf("its subject is %q", k.Subject)
	}
	made := s.editions[1]
	if len(made.Renditions) != len(s.editions[0].Renditions) || !slices.Equal(made.Recipients, s.editions[0].Recipients) {
		t.Errorf("%d renditions for %v", len(made.Renditions), made.Recipients)
	}
	for i, r := range made.Renditions {
		if want := "Correction: " + s.editions[0].Renditions[i].Subject; r.Subject != want {
			t.Errorf("%s: subject %q, want %q", r.Key(), r.Subject, want)
		}
		for _, want := range []string{"https://feeds.lanternscreen.example/editions/weekly-2026-11-20-1700", "Monday, November 23, 2026", "Friday, November 20, 2026"} {
			if !strings.Contains(r.HTML, want) || !strings.Contains(r.Text, want) {
				t.Errorf("%s: %q is missing in\n%s", r.Key(), want, r.Text)
			}
		}
		if !strings.Contains(r.HTML, "<strong>November 27</strong>") || !strings.Contains(r.Text, "November 27, not on the 20th: the cinema says so\n(https://cinema.example/lanterns).") {
			t.Errorf("%s: the note reads\n%s", r.Key(), r.Text)
		}
		if unsubscribes := strings.Contains(string(r.Form), "mq7slot0unsubscribe0tols7qm"); unsubscribes != (r.Audience != public()) {
			t.Errorf("%s: unsubscribing is in it: %t", r.Key(), unsubscribes)
		}
	}
}

// Who wants dates in another language has them so in corrections: that of the
// letter, and what its subject was for them.
func TestCorrectionInTheirDates(t *testing.T) {
	t.Parallel()
	s, _ := sentWeek(t)
	s.editions, s.wishes = nil, []domain.Readers{{Audience: reader(), Dates: "de"}}
	dated := func(c *digest.Config) { c.Digest.Subject = "Films of {{.Date}}" }
	e, err := newCompiler(t, s, dated).Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	s.editions[0].Edition.State = domain.EditionDone
	if _, err := mondayCompiler(t, s, dated).Correct(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate}); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(s.editions[1].Renditions, func(r domain.Rendition) bool { return r.Dates == "de" })
	if i < 0 {
		t.Fatal("there is no German one")
	}
	r := s.editions[1].Renditions[i]
	if r.Subject != "Correction: Films of Freitag, 20. November 2026" || !strings.Contains(r.Text, "To the letter of Freitag, 20. November 2026") ||
		!strings.Contains(r.HTML, `To the letter of <span lang="de">Freitag, 20. November 2026</span>`) || !strings.Contains(r.Text, "· Montag, 23. November 2026") || strings.Contains(r.Text, "Friday") {
		t.Errorf("subject %q\n%s", r.Subject, r.Text)
	}
}

// The same words are one correction, also with the line ends of a browser, also at
// the same moment; others are another.
func TestSameWordsAreOneCorrection(t *testing.T) {
	t.Parallel()
	s, e := sentWeek(t)
	c := mondayCompiler(t, s)
	note := wrongDate + "\n\nSorry."
	first, err := c.Correct(t.Context(), digest.Correction{Of: e.ID, Note: note})
	if err != nil {
		t.Fatal(err)
	}
	s.holders = nil // nobody would be left for another
	again, err := c.Correct(t.Context(), digest.Correction{Of: e.ID, Note: " " + strings.ReplaceAll(note, "\n", "\r\n") + "\r\n", Held: true})
	if err != nil || again.ID != first.ID || len(s.editions) != 2 {
		t.Errorf("said once more it is %d of %d, %v", again.ID, len(s.editions), err)
	}
	s.holders = []domain.Holders{{Audience: reader(), Letters: 1}}
	s.race = func() {
		if _, err := c.Correct(t.Context(), digest.Correction{Of: e.ID, Note: "other words"}); err != nil {
			t.Error(err)
		}
	}
	if other, err := c.Correct(t.Context(), digest.Correction{Of: e.ID, Note: "other words"}); err != nil || other.ID != 3 || len(s.editions) != 3 {
		t.Errorf("other words are %d of %d, %v", other.ID, len(s.editions), err)
	}
}

// A correction is nothing to the digest: the next edition has what it would have.
func TestCorrectionLeavesTheDigestAlone(t *testing.T) {
	t.Parallel()
	plain, _ := sentWeek(t)
	corrected, e := sentWeek(t)
	if _, err := mondayCompiler(t, corrected).Correct(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate, Pieces: e.Items[:1]}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*fakeStore{plain, corrected} {
		s.items = append(s.items, reviewItem(t, "Next Friday", -24*time.Hour))
	}
	var items [2][]domain.ItemID
	for i, s := range []*fakeStore{plain, corrected} {
		next := func(c *digest.Config) { c.Now = func() time.Time { return frozen(t).AddDate(0, 0, 7) } }
		made, err := newCompiler(t, s, next).Compile(t.Context(), "2026-11-27T17:00")
		if err != nil {
			t.Fatal(err)
		}
		items[i] = made.Items
	}
	if len(items[0]) != 1 || !slices.Equal(items[0], items[1]) {
		t.Errorf("without a correction the next edition has %v, with one %v", items[0], items[1])
	}
}

// The pieces are shown as they are by now, and to each audience as much as it may see.
func TestCorrectedPieces(t *testing.T) {
	t.Parallel()
	s, e := sentWeek(t)
	i := slices.IndexFunc(s.items, func(it domain.Item) bool { return len(it.Picks) > 0 })
	s.items[i].Picks[0].Title = canary
	if _, err := mondayCompiler(t, s).Correct(t.Context(), digest.Correction{Of: e.ID, Note: "The title was wrong.", Pieces: []domain.ItemID{s.items[i].ID}}); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.editions[1].Renditions {
		all := r.Subject + r.Preheader + r.HTML + r.Text + string(r.Form) + string(r.Plain)
		if got, want := strings.Contains(all, canary), r.Standing == domain.Active; got != want {
			t.Errorf("%s: the gated piece is shown: %t", r.Key(), got)
		}
		if strings.Contains(all, s.items[0].Title+"</a></h3>") {
			t.Errorf("%s: shows what is not corrected", r.Key())
		}
	}
}

// A note is words: no template, no script, nobody's picture.
func TestHostileNotes(t *testing.T) {
	t.Parallel()
	s, e := sentWeek(t)
	note := `{{.Audience}} {{template "x"}} <script>alert(1)</script><img src="https://t.example/pixel.gif" alt="a still"> <b onclick="x()">bold</b> [x](javascript:alert(1))`
	if _, err := mondayCompiler(t, s).Correct(t.Context(), digest.Correction{Of: e.ID, Note: note}); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.editions[1].Renditions {
		for _, bad := range []string{"<script", "alert(1)</", "pixel.gif", "onclick", "javascript:"} {
			if strings.Contains(r.HTML, bad) || strings.Contains(string(r.Form), bad) {
				t.Errorf("%s: %q is in\n%s", r.Key(), bad, r.HTML)
			}
		}
		if !strings.Contains(r.Text, `{{.Audience}} {{template "x"}}`) || !strings.Contains(r.HTML, "a still") {
			t.Errorf("%s: the words are not in\n%s", r.Key(), r.Text)
		}
	}
}

func TestCorrectRefuses(t *testing.T) {
	t.Parallel()
	s, e := sentWeek(t)
	gone := s.items[1]
	gone.ID, gone.GUID, gone.Title = domain.NewItemID("a", "other"), "other", "Of Another Week"
	s.items = append(s.items, gone)
	s.items[0].Withdrawn = frozen(t)
	for name, test := range map[string]struct {
		k    digest.Correction
		is   error
		says string
	}{
		"an unknown edition":         {digest.Correction{Of: 77, Note: wrongDate}, domain.ErrNotFound, "edition 77"},
		"an empty note":              {digest.Correction{Of: e.ID, Note: " \r\n "}, domain.ErrInvalid, "it is empty"},
		"a note of 1 MB":             {digest.Correction{Of: e.ID, Note: strings.Repeat("wrong ", 180_000)}, domain.ErrInvalid, "1079999 bytes, more than 10000"},
		"a note that is no text":     {digest.Correction{Of: e.ID, Note: "caf\xe9"}, domain.ErrInvalid, "UTF-8"},
		"a note of nothing":          {digest.Correction{Of: e.ID, Note: "<script>x</script>"}, domain.ErrInvalid, "nothing in it can be shown"},
		"an unknown piece":           {digest.Correction{Of: e.ID, Note: wrongDate, Pieces: []domain.ItemID{"none"}}, domain.ErrNotFound, "piece none"},
		"a piece of another week":    {digest.Correction{Of: e.ID, Note: wrongDate, Pieces: []domain.ItemID{gone.ID}}, domain.ErrInvalid, `"Of Another Week": it is not in the edition`},
		"a piece that was withdrawn": {digest.Correction{Of: e.ID, Note: wrongDate, Pieces: []domain.ItemID{s.items[0].ID}}, domain.ErrInvalid, "taken it back"},
	} {
		_, err := mondayCompiler(t, s).Correct(t.Context(), test.k)
		_, proof := mondayCompiler(t, s).Proofread(t.Context(), test.k)
		if !errors.Is(err, test.is) || !strings.Contains(fmt.Sprint(err), test.says) || fmt.Sprint(proof) != fmt.Sprint(err) {
			t.Errorf("%s: error %v, and when it is proofread %v", name, err, proof)
		}
	}
	if len(s.editions) != 1 {
		t.Errorf("%d editions", len(s.editions))
	}
}

func TestWhatCannotBeCorrected(t *testing.T) {
	t.Parallel()
	k := digest.Correction{Of: 1, Note: wrongDate}
	for says, spoil := range map[string]func(*fakeStore){
		"it is cancelled, and nobody has it: there is nothing to put right": func(s *fakeStore) { s.holders, s.editions[0].Edition.State = nil, domain.EditionCancelled },
		"it is frozen, and nobody has it: hold it, mend":                    func(s *fakeStore) { s.holders, s.editions[0].Edition.State = nil, domain.EditionFrozen },
		"it is on its way": func(s *fakeStore) { s.editions[0].Edition.State = domain.EditionSending },
		"it is a correction itself: correct edition 9":           func(s *fakeStore) { s.editions[0].Edition.Corrects = 9 },
		"nobody who has it gets letters of this digest any more": func(s *fakeStore) { s.holders = s.holders[3:] },
	} {
		s, _ := sentWeek(t)
		spoil(s)
		_, err := mondayCompiler(t, s).Correct(t.Context(), k)
		wantsConflict(t, err, says)
	}
}

// What was cancelled on its way is corrected for those who have it. It has no page
// that the correction could lead to.
func TestCorrectionOfACancelledEdition(t *testing.T) {
	t.Parallel()
	s, e := sentWeek(t)
	s.editions[0].Edition.State = domain.EditionCancelled
	if _, err := mondayCompiler(t, s).Correct(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate}); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.editions[1].Renditions {
		if strings.Contains(r.HTML+r.Text, "/editions/"+e.Slug()+`"`) || strings.Contains(r.Text, "/editions/"+e.Slug()+"\n") || !strings.Contains(r.Text, "To the letter of Friday, November 20, 2026") {
			t.Errorf("%s:\n%s", r.Key(), r.Text)
		}
	}
}

// A proof says whom it reaches and shows what they would get, and stores nothing.
func TestProofread(t *testing.T) {
	t.Parallel()
	s, e := sentWeek(t)
	p, err := mondayCompiler(t, s).Proofread(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate})
	if err != nil || len(s.editions) != 1 || p.Edition.ID != 0 {
		t.Fatalf("%+v, %d editions, %v", p.Edition, len(s.editions), err)
	}
	if p.Reach.People() != 18 || len(p.Reach.To) != 2 || p.Reach.Suppressed != 3 || p.Reach.Declined != 4 || p.Reach.Left != 5 {
		t.Errorf("reaches %+v", p.Reach)
	}
	if last := p.Shown[len(p.Shown)-1]; last.Audience != patron("Screenwriter") || !strings.Contains(last.Text, "Hello Alex") || last.Subject == "" || p.Edition.Subject == "" {
		t.Errorf("shown is %+v", last)
	}
	must, err := mondayCompiler(t, s).Correct(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate, Held: true})
	if err != nil || must.State != domain.EditionHeld {
		t.Errorf("held it is %+v, %v", must, err)
	}
	if p, err = mondayCompiler(t, s).Proofread(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate}); err != nil || p.Edition.ID != must.ID {
		t.Errorf("there already is %+v, %v", p.Edition, err)
	}
}

// A digest's own approval and empty weeks are not a correction's.
func TestCorrectionNeedsNoApproval(t *testing.T) {
	t.Parallel()
	s, e := sentWeek(t)
	if k, err := mondayCompiler(t, s, approved).Correct(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate}); err != nil || k.State != domain.EditionFrozen {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestCorrectionGolden(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]domain.Audience{"correction": patron("Screenwriter"), "correction-web": public()} {
		s, e := sentWeek(t)
		p, err := mondayCompiler(t, s).Proofread(t.Context(), digest.Correction{Of: e.ID, Note: wrongDate, Pieces: e.Items[:1]})
		if err != nil {
			t.Fatal(err)
		}
		r := p.Shown[slices.IndexFunc(p.Shown, func(r domain.Rendition) bool { return r.Audience == who })]
		golden(t, name+".html", r.HTML)
		golden(t, name+".txt", "Subject: "+r.Subject+"\nPreheader: "+r.Preheader+"\n\n"+r.Text)
	}
}

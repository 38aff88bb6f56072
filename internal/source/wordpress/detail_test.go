package wordpress_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
)

// With details the page of a piece adds what the API does not say of the film,
// and takes nothing from what it says.
func TestDetails(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	r := setup{client: sourcetest.Client(s), options: "url: " + home + "\ndetails: true\nfields: {rating: meta.rating}"}.reader(t)
	raw := find(t, read(t, r, nil).Items, "p=28091")
	before := raw
	s.Forget()
	if err := r.(source.Detailer).Detail(t.Context(), &raw); err != nil {
		t.Fatal(err)
	}
	if asked := s.Asked(); len(asked) != 1 || asked[0] != "/reviews/paper-lanterns/" {
		t.Errorf("asked %q", asked)
	}
	want := &domain.Film{
		Title: "Paper Lanterns", Year: 2026, Directors: []string{"Ines Vardo"}, Cast: []string{"Lio Marsh", "Petra Lund"},
		Runtime: 98 * time.Minute, ContentRating: "PG-13", Released: domain.Date{Year: 2026, Month: 11, Day: 20},
		Rating: &domain.Rating{Value: 3.5, Best: 4, Step: 0.5}, // the field shows no scale, the page does
	}
	raw.Film.Poster = nil
	if diff := cmp.Diff(want, raw.Film); diff != "" {
		t.Errorf("film (-want +got):\n%s", diff)
	}
	if raw.Content != before.Content || raw.Image != before.Image {
		t.Error("the page changed what the API says")
	}
	if _, ok := of(t, s).(source.Detailer); ok {
		t.Error("a reader without details must not be asked for them")
	}
}

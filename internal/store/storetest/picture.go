package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/picture"
	"marquee/internal/store"
)

func pictureTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"failures, then a picture":   pictureAfterFailures,
		"prints stay":                printsStay,
		"saving a picture is atomic": pictureIsAtomic,
		"items to illustrate":        itemsToIllustrate,
	}
}

func pictureAfterFailures(t *testing.T, s store.Store) {
	ctx := t.Context()
	const url, other = "https://example.com/a b/é.jpg?x=1&y=\"2\"", "https://example.com/other.jpg"
	if known := must(s.PictureSources(ctx, []string{url, other}))(t); len(known) != 0 {
		t.Errorf("known before it was asked: %v", known)
	}
	if known := must(s.PictureSources(ctx, nil))(t); len(known) != 0 {
		t.Errorf("asked for none: %v", known)
	}
	failed := picture.Source{Picture: domain.Picture{URL: url}, Failures: 1, Reason: "answered \xff\x00", Due: instant()}
	check(t, s.SavePicture(ctx, failed, nil))
	failed.Reason = "answered \uFFFD\uFFFD"
	kept := picture.Source{Picture: domain.Picture{URL: url, Key: "k", Width: 1000, Height: 1500}}
	later := picture.Source{Picture: domain.Picture{URL: url}, Failures: 2, Reason: "too late"}
	for _, step := range []struct{ save, want picture.Source }{{failed, failed}, {kept, kept}, {later, kept}} {
		check(t, s.SavePicture(ctx, step.save, nil))
		want := map[string]picture.Source{url: step.want}
		if diff := cmp.Diff(want, must(s.PictureSources(ctx, []string{other, url, url}))(t)); diff != "" {
			t.Errorf("known (-want +got):\n%s", diff)
		}
	}
}

func printsStay(t *testing.T, s store.Store) {
	ctx := t.Context()
	_, err := s.Print(ctx, "k", 160)
	wants(t, err, domain.ErrNotFound)
	small := picture.Print{Key: "k", Width: 160, Height: 240, JPEG: []byte("\xff\xd8\x00small")}
	large := picture.Print{Key: "k", Width: 320, Height: 480, JPEG: []byte("\xff\xd8\x00large")}
	from := func(url string) picture.Source {
		return picture.Source{Picture: domain.Picture{URL: url, Key: "k", Width: 400, Height: 600}}
	}
	check(t, s.SavePicture(ctx, from("https://example.com/a.jpg"), []picture.Print{small}))
	other := small
	other.JPEG = []byte("another encoder's")
	check(t, s.SavePicture(ctx, from("https://example.com/b.jpg"), []picture.Print{other, large}))
	for _, want := range []picture.Print{small, large} {
		if got := must(s.Print(ctx, "k", want.Width))(t); string(got) != string(want.JPEG) {
			t.Errorf("print %d is %q, want %q", want.Width, got, want.JPEG)
		}
	}
	_, err = s.Print(ctx, "k", 640)
	wants(t, err, domain.ErrNotFound)
}

func pictureIsAtomic(t *testing.T, s store.Store) {
	ctx := t.Context()
	const url = "https://example.com/a.jpg"
	broken := picture.Print{Key: "k", Width: 320, Height: 480} // has no bytes
	err := s.SavePicture(ctx, picture.Source{Picture: domain.Picture{URL: url, Key: "k"}}, []picture.Print{{Key: "k", Width: 160, JPEG: []byte("j")}, broken})
	if err == nil {
		t.Fatal("a print without bytes was stored")
	}
	_, err = s.Print(ctx, "k", 160)
	wants(t, err, domain.ErrNotFound)
	if known := must(s.PictureSources(ctx, []string{url}))(t); len(known) != 0 {
		t.Errorf("known: %v", known)
	}
}

func itemsToIllustrate(t *testing.T, s store.Store) {
	ctx := t.Context()
	done, gone := post("a", "done", future()), post("a", "gone", future())
	done.Illustrated, gone.Withdrawn = true, instant()
	keep(t, s, "a", post("a", "old", past()), post("a", "new", instant()), post("a", "middle", instant().Add(-time.Hour)), done, gone)
	keep(t, s, "b", post("b", "other", future()))
	for limit, want := range map[int][]string{2: {"new", "middle"}, 10: {"new", "middle", "old"}} {
		var got []string
		for _, it := range must(s.ItemsToIllustrate(ctx, "a", limit))(t) {
			got = append(got, it.GUID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the first %d (-want +got):\n%s", limit, diff)
		}
	}
	version := must(s.ItemsVersion(ctx))(t)
	illustrated := post("a", "new", instant())
	illustrated.Illustrated = true
	keep(t, s, "a", illustrated)
	if items := must(s.ItemsToIllustrate(ctx, "a", 10))(t); len(items) != 2 {
		t.Errorf("%d items are left, want 2", len(items))
	}
	if now := must(s.ItemsVersion(ctx))(t); now <= version {
		t.Error("nobody hears of the item's pictures")
	}
}

package mail_test

import (
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

func TestMessageID(t *testing.T) {
	t.Parallel()
	make1 := func(key, slug string, patron domain.PatronID) string {
		return mail.MessageID([]byte(key), slug, patron, "lanternscreen.example")
	}
	first := make1("key", "weekly-2026-11-20-1700", 42)
	if again := make1("key", "weekly-2026-11-20-1700", 42); again != first {
		t.Errorf("got %s and %s for one delivery", first, again)
	}
	if want := "weekly-2026-11-20-1700."; !strings.HasPrefix(first, want) || !strings.HasSuffix(first, "@lanternscreen.example") {
		t.Errorf("got %s", first)
	}
	for _, other := range []string{
		make1("other", "weekly-2026-11-20-1700", 42), make1("key", "weekly-2026-11-27-1700", 42), make1("key", "weekly-2026-11-20-1700", 43),
	} {
		if other == first || strings.Contains(other, "42") || strings.Contains(other, "43") {
			t.Errorf("got %s beside %s", other, first)
		}
	}
}

func TestMessageIDIsAlwaysOne(t *testing.T) {
	t.Parallel()
	for _, slug := range []string{"weekly", "Die Woche.", "週刊", "a>b\r\n", ""} {
		s := stamp()
		s.MessageID = mail.MessageID([]byte("key"), slug, 1, "kino-łódź.example")
		_, err := compose(t, weekly()).Stamp(s, nil)
		if wrong := err != nil; wrong != (slug == "") {
			t.Errorf("%q: %s: %v", slug, s.MessageID, err)
		}
	}
}

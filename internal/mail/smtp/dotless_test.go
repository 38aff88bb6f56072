package smtp_test

import (
	"slices"
	"strings"
	"testing"

	"marquee/internal/mail"
	"marquee/internal/mail/mailtest"
	"marquee/internal/testkit"
)

// TestDotless wants messages that DATA would change to be rejected, wherever
// their pieces divide them, and only those.
func TestDotless(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("A line.\r\n", 1000)
	contents := map[string]bool{
		"a|b\r\n": true, "a\r|\n": true, "a\r\n|": true, "|a.|.b\r\n": true, "|": true,
		".a\r\n": false, "a\r\n|.b\r\n": false, "a\r\n||.b\r\n": false, "a\r\n.\r\n": false, "a\n.\r\n": false,
		"a": false, "a\n": false, "a\r\n|b": false, "a\r\n|\r": false,
		long + "|" + long: true, long + "|.": false, long + ".\r\n|" + long: false,
	}
	session, delivered := converse(t, "pipelining", testkit.SinkConfig{})
	for range 3 { // what is known of long pieces must not deceive
		for content, want := range contents {
			m := mailtest.Message("ada@example.org")
			m.Content = nil
			for piece := range strings.SplitSeq(content, "|") {
				m.Content = append(m.Content, []byte(piece))
			}
			before := len(delivered())
			errs := session.Send(t.Context(), []mail.Message{m}, nil)
			if got := briefly(errs[0]); (got == "sent") != want || !want && got != "rejected DATA" {
				t.Errorf("%.40q: got %s", content, got)
			}
			if want && string(delivered()[before]) != strings.ReplaceAll(content, "|", "") {
				t.Errorf("%.40q: arrived as %.40q", content, delivered()[before])
			}
		}
	}
	// A piece that is shared is looked through once, and its beginning again.
	shared := []byte(long + "..")
	for length, want := range map[int]string{len(long): "sent", len(long) - 9: "sent", len(shared): "rejected DATA"} {
		m := mailtest.Message("ada@example.org")
		m.Content = [][]byte{shared[:length]}
		if got := briefly(session.Send(t.Context(), []mail.Message{m}, nil)[0]); got != want {
			t.Errorf("%d bytes: got %s, want %s", length, got, want)
		}
	}
	if !session.Usable() || slices.ContainsFunc(delivered(), func(data []byte) bool { return strings.Contains(string(data), "MAIL FROM") }) {
		t.Error("out of step")
	}
}

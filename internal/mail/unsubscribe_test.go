package mail_test

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	form := compose(t, weekly())
	const oneClick = "List-Unsubscribe=One-Click"
	long := "https://x.example/u/" + strings.Repeat("t", 900)
	for _, c := range []struct {
		address, mail, header, post string
	}{
		{"https://x.example/u/t", "", "<https://x.example/u/t>", oneClick},
		{"http://127.0.0.1:8080/u/t", "", "<http://127.0.0.1:8080/u/t>", ""}, // RFC 8058 §3.1: one click needs https
		{long, "", "<" + long + ">", oneClick},
		{"", "", "", ""},
		{"https://x.example/u/t", "u+T-_9@x.example", "<https://x.example/u/t>, <mailto:u+T-_9@x.example?subject=unsubscribe>", oneClick},
		{long, "u@bücher.example", "<" + long + ">, <mailto:u@xn--bcher-kva.example?subject=unsubscribe>", oneClick},
		{"", "u+t@x.example", "<mailto:u+t@x.example?subject=unsubscribe>", ""},
	} {
		s := stamp()
		s.Unsubscribe, s.UnsubscribeMail = c.address, c.mail
		h := receive(t, stamped(t, form, s)).Header
		if h.Get("List-Unsubscribe") != c.header || h.Get("List-Unsubscribe-Post") != c.post {
			t.Errorf("%q, %q: got %q, %q", c.address, c.mail, h.Get("List-Unsubscribe"), h.Get("List-Unsubscribe-Post"))
		}
	}
}

// TestUnsubscribeIsFolded wants each way in a line of its own when both do not
// fit into one, https first (RFC 2369 §2), and the mail address to be a whole URL.
func TestUnsubscribeIsFolded(t *testing.T) {
	t.Parallel()
	s := stamp()
	s.UnsubscribeMail = "unsubscribe+" + strings.Repeat("a", 40) + "@bounce.lanternscreen.example"
	data := stamped(t, compose(t, weekly()), s)
	want := "\r\nList-Unsubscribe: <" + s.Unsubscribe + ">,\r\n <mailto:" + s.UnsubscribeMail + "?subject=unsubscribe>\r\nList-Unsubscribe-Post:"
	if !bytes.Contains(data, []byte(want)) {
		t.Errorf("got %.900s", data)
	}
	u, err := url.Parse(string(regexp.MustCompile(`mailto:[^>]*`).Find(data)))
	if err != nil || u.Opaque != s.UnsubscribeMail || u.Query().Get("subject") != "unsubscribe" {
		t.Errorf("got %v, %v", u, err)
	}
}

package maildir

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	netmail "net/mail"
	"os"
	"strings"
	"time"
)

// maildirName is a name that no other message has, as deliveries into maildirs
// choose them: seconds, what makes it unique, host.
func maildirName(_ [][]byte, now time.Time) string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return fmt.Sprintf("%d.%s.%s", now.Unix(), unique(), safe(host))
}

// emlName is the left part of the message's id, so that a message handed over
// twice is one file; a unique name for a message without one.
func emlName(content [][]byte, now time.Time) string {
	pieces := make([]io.Reader, len(content))
	for i, piece := range content {
		pieces[i] = bytes.NewReader(piece)
	}
	if msg, err := netmail.ReadMessage(io.MultiReader(pieces...)); err == nil { // it reads the header alone
		left, _, _ := strings.Cut(strings.TrimPrefix(msg.Header.Get("Message-ID"), "<"), "@")
		if left = strings.TrimLeft(safe(left), "."); left != "" {
			return left + ".eml"
		}
	}
	return fmt.Sprintf("%d.%s.eml", now.Unix(), unique())
}

// unique is a word that nobody has used before: the process and 130 random bits.
func unique() string {
	return fmt.Sprintf("P%dR%s", os.Getpid(), rand.Text())
}

// safe keeps what is fit for file names everywhere, and not too much of it.
func safe(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, s)
	return s[:min(len(s), 150)]
}

package mail_test

import (
	"bytes"
	"strings"
	"testing"

	"marquee/internal/mail"
)

// marked is the weekly letter with other marks.
func marked(m mail.Marks) mail.Letter {
	l := weekly()
	l.Marks = m
	for _, s := range []mail.Slot{mail.SlotName, mail.SlotUnsubscribe} {
		l.Text, l.HTML = strings.ReplaceAll(l.Text, s.Mark(), m.Of(s)), strings.ReplaceAll(l.HTML, s.Mark(), m.Of(s))
	}
	return l
}

// TestMarksOfStrangers wants whatever looks like a mark in a quoted text to
// stay text: it neither gets a patron's data nor spoils the letter.
func TestMarksOfStrangers(t *testing.T) {
	t.Parallel()
	marks, others := mail.NewMarks(), mail.NewMarks()
	for _, quoted := range []string{
		mail.SlotUnsubscribe.Mark(), others.Of(mail.SlotUnsubscribe), mail.Slot("stranger").Mark(),
		"mq7slot0", "0tols7qm", mail.SlotName.Mark()[:12], "mq7slot0" + strings.Repeat("A", 26) + "name0tols7qm",
	} {
		l := marked(marks)
		l.Text += "\nquoted: " + quoted + "\n"
		l.HTML = strings.Replace(l.HTML, "</body>", `<img src="https://stranger.example/?`+quoted+`"></body>`, 1)
		s := stamp()
		got := receive(t, stamped(t, compose(t, l), s))
		for i, where := range []string{"\nquoted: " + quoted + "\n", "?" + quoted + `">`} {
			if !strings.Contains(got.Bodies[i], crlf(where)) {
				t.Errorf("%s: %s", quoted, got.Bodies[i])
			}
			if n := strings.Count(got.Bodies[i], s.Values[mail.SlotUnsubscribe]); n != 1 {
				t.Errorf("%s: the address stands %d times in part %d", quoted, n, i)
			}
		}
	}
}

func TestMarksMakeNoDifference(t *testing.T) {
	t.Parallel()
	want := stamped(t, compose(t, marked(mail.NewMarks())), stamp())
	got := stamped(t, compose(t, marked(mail.NewMarks())), stamp())
	if !bytes.Equal(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if bytes.Contains(got, []byte("slot0")) || bytes.Contains(got, []byte("0tols")) {
		t.Errorf("part of a mark is left: %s", got)
	}
}

func TestMarksDiffer(t *testing.T) {
	t.Parallel()
	first, second := mail.NewMarks().Of(mail.SlotName), mail.NewMarks().Of(mail.SlotName)
	if first == second || len(first) != len(second) || len(first) < len(mail.SlotName.Mark())+20 {
		t.Errorf("got %s and %s", first, second)
	}
}

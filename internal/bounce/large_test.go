package bounce_test

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"marquee/internal/bounce"
)

// endless is a text again and again, so many bytes of it.
func endless(text string, size int64) io.Reader {
	return io.LimitReader(&wheel{text: text}, size)
}

type wheel struct {
	text string
	at   int
}

func (w *wheel) Read(p []byte) (int, error) {
	n := copy(p, w.text[w.at:])
	w.at = (w.at + n) % len(w.text)
	return n, nil
}

// A bounce that brings back 50 MB takes no more memory than its report, wherever
// the megabytes are. Nothing else runs meanwhile: this is not parallel.
func TestLarge(t *testing.T) {
	const size, less = 50 << 20, 10 << 20
	report := "From: MAILER-DAEMON@relay.example\nSubject: Undelivered Mail\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n" +
		"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n"
	for name, mail := range map[string]io.Reader{
		"the letter":     io.MultiReader(strings.NewReader(report+"--x\nContent-Type: message/rfc822\n\n"), endless("X-Field: value\n", size)),
		"its text":       io.MultiReader(strings.NewReader(report+"--x\nContent-Type: message/rfc822\n\nSubject: x\n\n"), endless("all work and no play\n", size)),
		"one line":       io.MultiReader(strings.NewReader(report+"--x\nContent-Type: text/plain\n\n"), endless("x", less)),
		"dashes":         io.MultiReader(strings.NewReader(report+"--x\nContent-Type: text/plain\n\n"), endless("--------x\n", less)),
		"an attachment":  io.MultiReader(strings.NewReader(report+"--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n"), endless(strings.Repeat("A", 76)+"\n", less)),
		"a field":        io.MultiReader(strings.NewReader(report+"--x\nContent-Type: "), endless("x", less)),
		"before":         io.MultiReader(strings.NewReader(strings.Replace(report, "\n\n", "\n\nThis is a report.\n", 1)[:0]), strings.NewReader("Subject: x\nContent-Type: multipart/report; boundary=x\n\n"), endless("preamble\n", less), strings.NewReader("\n"+report[strings.Index(report, "--x"):])),
		"in the report":  io.MultiReader(strings.NewReader(strings.TrimSuffix(report, "\n")), endless("X-Field: value\n", less)),
		"more reports":   io.MultiReader(strings.NewReader(report), endless("--x\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n", less)),
		"nested letters": io.MultiReader(strings.NewReader(report+"--x\n"), endless("Content-Type: message/rfc822\n\n", less)),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		m, err := bounce.Read(mail, false)
		if err != nil {
			t.Fatal(err)
		}
		v := m.Verdict()
		runtime.GC()
		runtime.ReadMemStats(&after)
		if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 1<<20 {
			t.Errorf("%s: %d bytes are kept", name, kept)
		}
		if v.Status != "5.1.1" {
			t.Errorf("%s: %+v", name, v)
		}
		runtime.KeepAlive(m)
	}
}

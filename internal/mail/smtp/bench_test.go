package smtp_test

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	netsmtp "net/smtp"
	"net/textproto"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"marquee/internal/mail"
	"marquee/internal/testkit"
)

const connections = 10

// texts of a letter that makes about 57 KB of mail.
func texts() (text, html string) {
	for len(html) < 30_000 {
		html += "<p>A review — “Copperwire” ★★★½ — of some length, with <a href=\"https://lanternscreen.example\">a link</a>.</p>\n"
	}
	for len(text) < 9_000 {
		text += "A review — “Copperwire” ★★★½ — of some length, with a link <https://lanternscreen.example>.\n"
	}
	return text, html
}

// letter is composed once, as editions are.
func letter(b *testing.B) *mail.Form {
	b.Helper()
	text, html := texts()
	form, err := mail.Compose(mail.Letter{
		From:    netmail.Address{Name: "Mara Ellison", Address: "digest@lanternscreen.example"},
		Subject: "Your week in film", HTML: html, Text: text,
	})
	if err != nil {
		b.Fatal(err)
	}
	return form
}

// stamp makes the copy of one patron, unsigned.
func stamp(form *mail.Form, patron int64) (mail.Message, error) {
	return form.Stamp(mail.Stamp{
		ReturnPath: "digest@lanternscreen.example",
		To:         netmail.Address{Name: "Ada", Address: fmt.Sprintf("patron%d@example.org", patron)},
		MessageID:  fmt.Sprintf("weekly.%d@lanternscreen.example", patron), Date: time.Unix(1795194000, 0),
	}, nil)
}

// BenchmarkHandOver makes and hands over messages of 57 KB to a sink in another
// process, over ten connections: as is usual, and in our three conversations.
// cpu-µs/msg is this process's processor time, the system's part included.
func BenchmarkHandOver(b *testing.B) {
	b.Run("net-smtp", func(b *testing.B) { measure(b, 0, nil, usual) })
	for _, conversation := range []string{"plain", "pipelining", "chunking"} {
		b.Run(conversation, func(b *testing.B) { measure(b, 0, extensions()[conversation], ours(letter(b), 32)) })
	}
}

// BenchmarkFarAway is the same with a round trip of 20 ms.
func BenchmarkFarAway(b *testing.B) {
	const rtt = 20 * time.Millisecond
	b.Run("net-smtp", func(b *testing.B) { measure(b, rtt, nil, usual) })
	for _, conversation := range []string{"plain", "pipelining", "chunking"} {
		for _, size := range []int{8, 32} {
			b.Run(fmt.Sprintf("%s/window-%d", conversation, size), func(b *testing.B) {
				measure(b, rtt, extensions()[conversation], ours(letter(b), size))
			})
		}
	}
}

// sender sends over one connection until take says that there is no more.
type sender func(b *testing.B, address string, take func() (int64, bool)) error

// ours sends windows of a size.
func ours(form *mail.Form, size int) sender {
	return func(b *testing.B, address string, take func() (int64, bool)) error {
		session, err := dialer(b, address, "tls: none").Open(b.Context())
		if err != nil {
			return err
		}
		defer session.Close()
		for more := true; more; {
			window := make([]mail.Message, 0, size)
			for len(window) < size {
				var patron int64
				if patron, more = take(); !more {
					break
				}
				m, err := stamp(form, patron)
				if err != nil {
					return err
				}
				window = append(window, m)
			}
			for _, err := range session.Send(b.Context(), window, nil) {
				if err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// measure lets ten senders share b.N messages.
func measure(b *testing.B, rtt time.Duration, offer []string, send sender) {
	b.Helper()
	address, stop := testkit.FarSink(b, rtt, offer...)
	var next atomic.Int64
	take := func() (int64, bool) {
		patron := next.Add(1)
		return patron, patron <= int64(b.N)
	}
	before := cpu()
	b.ResetTimer()
	var group sync.WaitGroup
	for range connections {
		group.Go(func() {
			if err := send(b, address, take); err != nil {
				b.Error(err)
			}
		})
	}
	group.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	b.ReportMetric(float64((cpu()-before).Nanoseconds())/1e3/float64(b.N), "cpu-µs/msg")
	if taken := stop(); taken != b.N {
		b.Errorf("%d of %d messages arrived", taken, b.N)
	}
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// usual is how it is usually done: the standard library encodes each message on
// its own and awaits the reply to each command.
func usual(_ *testing.B, address string, take func() (int64, bool)) error {
	client, err := netsmtp.Dial(address)
	if err != nil {
		return err
	}
	defer client.Quit()
	text, html := texts()
	for patron, more := take(); more; patron, more = take() {
		to := fmt.Sprintf("patron%d@example.org", patron)
		err := errors.Join(client.Mail("digest@lanternscreen.example"), client.Rcpt(to))
		if err != nil {
			return err
		}
		w, err := client.Data()
		if err != nil {
			return err
		}
		if err := errors.Join(encode(w, to, text, html), w.Close()); err != nil {
			return err
		}
	}
	return nil
}

func encode(w io.Writer, to, text, html string) error {
	parts := multipart.NewWriter(w)
	fmt.Fprintf(w, "From: digest@lanternscreen.example\r\nTo: %s\r\nSubject: Your week in film\r\n", to)
	fmt.Fprintf(w, "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=%s\r\n\r\n", parts.Boundary())
	for _, alternative := range [][2]string{{"text/plain", text}, {"text/html", html}} {
		part, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {alternative[0] + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return err
		}
		quoted := quotedprintable.NewWriter(part)
		if _, err := io.WriteString(quoted, alternative[1]); err != nil {
			return err
		}
		if err := quoted.Close(); err != nil {
			return err
		}
	}
	return parts.Close()
}

package smtp_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"marquee/internal/mail/smtp"
)

// limited takes so many bytes and no more.
type limited struct {
	net.Conn
	left   int
	writes int
	taken  bytes.Buffer
}

var errFull = errors.New("full")

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.writes++
	l.left -= n
	l.taken.Write(p[:n])
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

// TestOutbox wants the bytes in their order, and the number of those that the
// connection took to be right wherever it stops: whether a message was complete
// depends on it.
func TestOutbox(t *testing.T) {
	t.Parallel()
	content := [][]byte{[]byte("a"), nil, []byte(strings.Repeat("b", 70<<10)), []byte(strings.Repeat("c", 300<<10)), []byte("d\r\n")}
	const command = "BDAT 12345 LAST\r\n"
	whole := command + string(bytes.Join(content, nil)) + command
	for name, start := range map[string]func(io.Writer) *smtp.Outbox{
		"clear": func(w io.Writer) *smtp.Outbox { return smtp.NewClearOutbox(w.(net.Conn)) },
		"TLS":   smtp.NewTLSOutbox,
	} {
		for _, room := range []int{0, 1, len(command), 4000, 4096, 5000, 65536, 70000, 200000, len(whole) - 1, len(whole), len(whole) + 1} {
			conn := &limited{left: room}
			box := start(conn)
			box.Say(command)
			box.Put(content)
			box.Say("BDAT ")
			box.SayNumber(12345)
			box.Say(" LAST\r\n")
			said, sent, err := box.Flush()
			if said != int64(len(whole)) || sent != int64(conn.taken.Len()) || (err == nil) != (room >= len(whole)) {
				t.Errorf("%s, room for %d of %d: %d said, %d sent, %d taken: %v", name, room, len(whole), said, sent, conn.taken.Len(), err)
			}
			if !strings.HasPrefix(whole, conn.taken.String()) {
				t.Errorf("%s, room for %d: other bytes", name, room)
			}
			if err != nil {
				continue
			}
			if most := len(whole)>>16 + 1; name == "TLS" && conn.writes > most {
				t.Errorf("%d writes for TLS, want at most %d", conn.writes, most)
			}
			conn.left = 10
			box.Say("QUIT\r\n") // the outbox is empty again
			if _, sent, err := box.Flush(); err != nil || sent != int64(len(whole)+6) || !strings.HasSuffix(conn.taken.String(), "\r\nQUIT\r\n") {
				t.Errorf("%s: afterwards %d sent, %v", name, sent, err)
			}
		}
	}
}

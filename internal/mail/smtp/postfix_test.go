package smtp_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/mail"
	"marquee/internal/mail/mailtest"
)

// TestPostfix hands windows to the server that Postfix tests itself with.
func TestPostfix(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("smtp-sink")
	if err != nil {
		t.Skip("smtp-sink is not installed: it is in Debian's postfix")
	}
	for name, c := range map[string]struct {
		args []string
		want string // of a window of three
	}{
		"pipelining":   {nil, "sent, sent, sent"},
		"plain":        {[]string{"-p"}, "sent, sent, sent"},
		"HELO":         {[]string{"-e"}, "sent, sent, sent"},
		"no RCPT":      {[]string{"-r", "RCPT"}, "deferred RCPT 450 4.3.0, deferred RCPT 450 4.3.0, deferred RCPT 450 4.3.0"},
		"never DATA":   {[]string{"-f", "DATA"}, "rejected DATA 500 5.3.0, rejected DATA 500 5.3.0, rejected DATA 500 5.3.0"},
		"leaves":       {[]string{"-q", "."}, "unknown dot, withheld, withheld"},
		"says so":      {[]string{"-Q", "RCPT"}, "deferred RCPT 421 4.0.0, withheld, withheld"},
		"refuses ends": {[]string{"-r", "."}, "deferred dot 450 4.3.0, deferred dot 450 4.3.0, deferred dot 450 4.3.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dumps := filepath.Join(t.TempDir(), "mail.")
			address := startPostfix(t, program, append(c.args, "-d", dumps)...)
			session := open(t, dialer(t, address, "tls: none"))
			window := []mail.Message{mailtest.Message("ada@example.org"), big("bob@example.org"), mailtest.Message("eve@example.org")}
			window[1].Content = window[1].Content[:6] // about 1 MB
			got := strings.Join(brief(session.Send(t.Context(), window, nil)), ", ")
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if strings.HasPrefix(c.want, "sent") {
				session.Close()
				arrived(t, dumps, window)
			}
		})
	}
}

// startPostfix starts the program on a free port.
func startPostfix(t *testing.T, program string, args ...string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	me, err := user.Current() // whom it asks for when it is started by root
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, append(args, "-u", me.Username, address, "10")...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err == nil {
			conn.Close()
			t.Cleanup(func() { <-ended })
			return address
		}
		select {
		case err := <-ended:
			t.Fatalf("%v: %s", err, &complaint)
		default: // it does not listen yet
		}
	}
}

// arrived compares what smtp-sink has written, less the lines that it puts first
// and with its own line ends.
func arrived(t *testing.T, dumps string, window []mail.Message) {
	t.Helper()
	files, err := filepath.Glob(dumps + "*")
	if err != nil || len(files) != len(window) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var all strings.Builder
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	for i, m := range window {
		text := ""
		for _, piece := range m.Content {
			text += string(piece)
		}
		if text = strings.ReplaceAll(text, "\r\n", "\n"); !strings.Contains(all.String(), "\n"+text) {
			t.Errorf("message %d did not arrive as it was: %s", i, fmt.Sprintf("%.300s", all.String()))
		}
	}
}

package smtp

import (
	"errors"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// mechanism is a way to log in.
type mechanism struct {
	name string
	smtp.Auth
}

// mechanisms are the ways to log in, best first. Those that show the password
// refuse a connection without TLS, except to a server on this machine.
func (o *options) mechanisms() []mechanism {
	user, password, clear := o.User, o.Password.Reveal(), o.TLS == none
	return []mechanism{
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(user, password)},
		{"SCRAM-SHA-1", smtp.ScramSHA1Auth(user, password)},
		{"PLAIN", smtp.PlainAuth("", user, password, o.Host, clear)},
		{"LOGIN", smtp.LoginAuth(user, password, o.Host, clear)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(user, password)},
	}
}

// errNoLogIn is for servers that do not ask who is there, or not as we could tell.
var errNoLogIn = errors.New("the server offers no AUTH that is known here: check host and port, or remove user and password")

// logIn authenticates with the best mechanism that the server offers.
func (o *options) logIn(client *smtp.Client) error {
	_, names := client.Extension("AUTH")
	offered := strings.Fields(strings.ToUpper(names))
	for _, m := range o.mechanisms() {
		if slices.Contains(offered, m.name) {
			return client.Auth(m)
		}
	}
	return errNoLogIn
}

package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"strings"
	"time"

	"marquee/internal/config"
	"marquee/internal/mail"
)

// options is the transport's block of the configuration.
type options struct {
	Host     string          `yaml:"host"`
	Port     int             `yaml:"port"`     // 0 is the usual port for the kind of TLS
	TLS      security        `yaml:"tls"`      // starttls when empty
	CA       string          `yaml:"ca"`       // PEM file of authorities besides the system's
	User     string          `yaml:"user"`     // empty does not authenticate
	Password config.Secret   `yaml:"password"` // or password_file
	HELO     string          `yaml:"helo"`     // the machine's name when empty
	Timeout  config.Duration `yaml:"timeout"`  // from dialing to the end of AUTH
}

// security is how a connection is protected.
type security string

const (
	starttls security = "starttls" // and never without
	implicit security = "implicit"
	none     security = "none" // for a server on the same machine
)

// defaults hold what the configuration does not say. RFC 5321 §4.5.3.2.1 asks
// for five minutes of patience with a greeting.
func defaults() options {
	return options{TLS: starttls, Timeout: config.Duration(5 * time.Minute)}
}

// check returns every mistake in the options.
func (o *options) check(at config.Options) error {
	var mistakes []error
	wrong := func(key, text string) { mistakes = append(mistakes, at.Errorf(key, "%s", text)) }
	if o.Host == "" || strings.ContainsAny(o.Host, " /@") {
		wrong("host", "is no host name: write the mail server's, such as smtp.example.org")
	}
	if o.Port < 0 || o.Port > 65535 {
		wrong("port", "is no port: write one between 1 and 65535, usually 587")
	}
	if o.Timeout <= 0 {
		wrong("timeout", "must be positive: write a time span such as 5m")
	}
	switch o.TLS {
	case starttls, implicit:
	case none:
		if !(mail.Server{Host: o.Host}).Local() {
			wrong("tls", "none would send mail and password in clear: write starttls or implicit, or a host on this machine")
		}
	default:
		wrong("tls", "is unknown: write starttls, implicit or none")
	}
	if (o.User == "") != o.Password.IsZero() {
		wrong("user", "and password need each other: write both or neither")
	}
	if strings.ContainsAny(o.HELO, " \r\n") {
		wrong("helo", "is no host name: write this machine's public one")
	}
	return errors.Join(mistakes...)
}

// port is the configured port, or the usual one (RFC 8314 §7.3, RFC 6409 §3.1).
func (o *options) port() int {
	switch {
	case o.Port != 0:
		return o.Port
	case o.TLS == implicit:
		return 465
	}
	return 587
}

// helo is the name to introduce ourselves by.
func (o *options) helo() string {
	if o.HELO != "" {
		return o.HELO
	}
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}

// tlsConfig trusts the system's authorities and those in the file ca, if any.
func (o *options) tlsConfig(ca string) (*tls.Config, error) {
	cfg := &tls.Config{
		ServerName: o.Host, MinVersion: tls.VersionTLS12,
		DynamicRecordSizingDisabled: true, // half a message is of no use to a server
	}
	if ca == "" {
		return cfg, nil
	}
	pem, err := os.ReadFile(ca) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	if cfg.RootCAs, err = x509.SystemCertPool(); err != nil {
		return nil, err
	}
	if !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("holds no certificate in PEM form")
	}
	return cfg, nil
}

package config

import (
	"net/url"
	"strings"
)

// store reads where the data is kept: the address to show, and the same with
// its password.
func (r *reader) store(address string, password Secret) (string, Secret) {
	at := path{"store"}
	scheme, rest, _ := strings.Cut(address, ":")
	switch {
	case scheme == "sqlite":
		r.sqlite(rest, password)
		address = "sqlite:" + r.Abs(rest)
		return address, NewSecret(address)
	case scheme == "postgres" && strings.HasPrefix(rest, "//"):
		return r.postgres(address, password)
	}
	r.mistake(at, "is no place for data: write sqlite:FILE or postgres://USER@HOST/DATABASE")
	return "", Secret{}
}

func (r *reader) sqlite(file string, password Secret) {
	switch {
	case file == "" || strings.HasPrefix(file, "//"):
		r.mistake(path{"store"}, "names no file: write sqlite:FILE, as in sqlite:marquee.db")
	case file == ":memory:":
		r.mistake(path{"store"}, "would forget everything at the next start: write the name of a file")
	case !password.IsZero():
		r.mistake(path{"store_password"}, "SQLite has no password: remove it, or use postgres://USER@HOST/DATABASE")
	}
}

// postgres takes the password out of an address, or puts one in. What it says
// about an address never quotes it.
func (r *reader) postgres(address string, password Secret) (string, Secret) {
	at := path{"store"}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		r.mistake(at, "is no address: write postgres://USER@HOST/DATABASE, and the password as store_password")
		return "", Secret{}
	}
	if inline, ok := u.User.Password(); ok {
		if !password.IsZero() {
			r.mistake(path{"store_password"}, "store holds a password too: keep one of the two")
		}
		password = NewSecret(inline)
	}
	if u.Query().Has("password") {
		r.mistake(at, "holds a password after the question mark: write it as store_password")
	}
	if user := u.User.Username(); user != "" {
		u.User = url.User(user)
	} else if !password.IsZero() {
		r.mistake(at, "has a password but no user: write postgres://USER@HOST/DATABASE")
	}
	shown := u.String()
	if !password.IsZero() {
		u.User = url.UserPassword(u.User.Username(), password.Reveal())
	}
	return shown, NewSecret(u.String())
}

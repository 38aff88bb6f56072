package operator

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"marquee/internal/domain"
)

// What a guess costs: 19 MiB and two passes, the least that OWASP's password
// storage cheat sheet names, so that the smallest machine can bear it. A hash
// says what it was made with: a later release may ask for more.
const (
	passes   = 2
	memory   = 19 << 10 // KiB
	lanes    = 1
	saltSize = 16
	keySize  = 32

	mostMemory = 1 << 20 // KiB that a stored hash may ask for
)

// Lengths of passwords: NIST SP 800-63B §3.1.1.2 asks for fifteen characters
// where nothing else is asked for; rules on their make-up help nobody.
const (
	shortest = 15
	longest  = 1024 // bytes
)

// errHash is a stored hash that no release of ours wrote.
var errHash = errors.New("the stored password is damaged: set it again with marquee admin password")

// hash is a password as it is stored, in the form of RFC 9106's reference:
// $argon2id$v=19$m=19456,t=2,p=1$SALT$KEY.
func hash(password string) (string, error) {
	switch {
	case utf8.RuneCountInString(password) < shortest:
		return "", fmt.Errorf("%w password: write at least %d characters; a few words will do", domain.ErrInvalid, shortest)
	case len(password) > longest:
		return "", fmt.Errorf("%w password: write at most %d bytes", domain.ErrInvalid, longest)
	}
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	key := argon2.IDKey([]byte(password), salt, passes, memory, lanes, keySize)
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, text(salt), text(key)), nil
}

// matches reports whether a password is the one that was hashed.
func matches(password, stored string) (bool, error) {
	if len(password) > longest {
		return false, nil
	}
	var version int
	var m, t uint32
	var p uint8
	parts := strings.Split(stored, "$") // the first is empty
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errHash
	}
	_, formErr := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p)
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	if errors.Join(formErr, saltErr, keyErr) != nil || version != argon2.Version || t == 0 || p == 0 || m > mostMemory || len(key) != keySize {
		return false, errHash
	}
	again := argon2.IDKey([]byte(password), salt, t, m, p, keySize)
	return subtle.ConstantTimeCompare(again, key) == 1, nil
}

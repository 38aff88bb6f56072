package bounce

import (
	"regexp"
	"sync"
)

// The phrases below are in the form of normal: lower case, no hyphens. They are
// what mail servers and providers really say. A phrase belongs to wordsDead only
// if nobody says it of an address that works.

func wordsDead() []string {
	return []string{
		"user unknown", "unknown user", "no such user", "user doesn't exist", "user does not exist", "no such recipient",
		"no such mailbox", "no mailbox here", "mailbox not found", "mailbox does not exist", "mailbox doesn't exist",
		"recipient unknown", "unknown recipient", "recipient not found", "recipient does not exist", "user not found",
		"no such address", "address does not exist", "address not found", "unknown address", "invalid mailbox",
		"invalid recipient", "bad destination mailbox address", "account does not exist", "account that you tried to reach does not exist",
		"account that you tried to reach is disabled", "account that you tried to reach is inactive",
		"mailbox unavailable", "mailbox is disabled", "mailbox disabled", "mailbox is inactive", "account is disabled", "account disabled",
		"account has been disabled", "account is inactive", "account inactive", "account has been suspended", "account is suspended",
		"doesn't have a yahoo.com account", "user doesn't have a", "no mailbox by that name", "not listed in domino directory",
		"no user by that name", "not listed in public name & address book", "recipientnotfound", "resolver.adr.exrecipnotfound", "resolver.adr.recipnotfound",
		"address couldn't be found", "email address you entered couldn't be found", "does not have an account here",
		"unrouteable address", "undeliverable address", "unknown local part", "unknown local user", "is not a known user",
		"not a valid mailbox", "not our customer", "no account by that name", "domain not found", "host not found",
		"no such domain", "unrouteable mail domain", "domain does not exist", "null mx", "does not accept mail",
		"couldn't find any host named", "all relevant mx records point to non existent hosts",
		"empfänger unbekannt", "unbekannter empfänger", "benutzer unbekannt", "utilisateur inconnu", "destinataire inconnu",
		"usuario desconocido", "utente sconosciuto", "gebruiker onbekend",
	}
}

func wordsFull() []string {
	return []string{
		"mailbox full", "mailbox is full", "mailbox quota", "over quota", "overquota", "quota exceeded", "exceeded quota", "exceeds quota",
		"out of storage space", "inbox is full", "exceeded storage allocation", "mailfolder is full", "mail quota",
		"storage limit", "mailbox size limit", "disk quota", "user has exceeded", "not enough space in the mailbox", "quotaexceeded",
		"postfach voll", "postfach ist voll", "boîte pleine", "buzón lleno", "casella piena",
	}
}

// wordsOurs are about us or what we say.
func wordsOurs() []string {
	return []string{
		"spam", "unsolicited", "blacklist", "block list", "blocklist", "blocked using", "is blocked", "been blocked", "rejected by policy",
		"reputation", "dmarc", "spf check", "spf fail", "spf validation", "spf record", "dkim", "unauthenticated", "not authenticated",
		"does not meet the required authentication", "virus", "malware", "phish", "content rejected", "message content",
		"rate limit", "too many messages", "sending limits", "bulk mail", "policy violation", "policy reasons",
		"banned", "listed at", "listed by", "listed in zen", "spamhaus", "barracuda", "proofpoint.com", "senderscore", "sender denied",
		"no ptr", "reverse dns", "rdns", "helo command rejected", "relaying denied", "relay access denied", "relay not permitted",
		"unable to relay", "sender address rejected", "sender verify failed", "message size exceeds", "message too large", "message too big",
	}
}

// patterns find codes in words.
var patterns = sync.OnceValue(func() (p struct{ status, code *regexp.Regexp }) { //nolint:gochecknoglobals // compiled once
	p.status = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	p.code = regexp.MustCompile(`(?:^|[\s:;(#<])([45]\d\d)(?:[\s\-:]|$)`)
	return p
})

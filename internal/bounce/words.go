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
		"no such domain", "unrouteable mail domain", "domain does not exist", "null mx", "nullmx",
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

// answerSubjects begin automatic answers.
func answerSubjects() []string {
	return []string{
		"out of office", "out of the office", "ooo:", "automatic reply", "auto reply", "autoreply", "auto:", "auto response", "autoresponse", "automated reply",
		"automated response", "vacation", "away from", "on vacation", "on leave", "i am away", "i'm away", "i am out", "away:", "thank you for your",
		"thank you for contacting", "we have received your", "we received your", "your message has been received", "your request", "[ticket", "[case", "case #", "ticket #",
		"abwesenheit", "automatische antwort", "abwesend", "nicht im büro", "réponse automatique", "absence du bureau", "absent(e)", "respuesta automática",
		"fuera de la oficina", "risposta automatica", "fuori ufficio", "resposta automática", "automatisch antwoord", "afwezig", "autosvar", "automaattinen vastaus", "frånvaro",
		"odpowiedź automatyczna", "автоответ", "自動返信", "自动回复", "please confirm your", "confirm your message", "your email requires verification", "challenge",
		"verify your email to", "message awaiting", "delivery confirmation required",
	}
}

// failureSubjects are those of bounces.
func failureSubjects() []string {
	return []string{
		"undelivered mail", "undeliverable", "undeliverable mail", "failure notice", "delivery status notification (failure)", "delivery failure", "mail delivery failed",
		"mail delivery failure", "delivery failed", "returned mail", "mail system error", "non delivery", "nondeliverable", "message status undeliverable", "delivery notification: delivery has failed",
		"could not be delivered", "couldn't be delivered", "delivery has failed", "message not delivered", "permanent failure", "rejected mail", "mail rejected", "returning message to sender",
		"returned to sender", "delivery report (failure)", "delivery error", "unzustellbar", "nicht zustellbar", "non remis", "échec de la remise", "no se puede entregar", "non recapitabile",
		"mail non consegnata", "onbestelbaar", "warning: message", "warning: could not send", "delivery delayed", "delivery status notification (delay)", "delayed mail", "mailbox full",
	}
}

// failureWords begin what mail servers write about a letter that did not arrive.
func failureWords() []string {
	return []string{
		"could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered", "unable to deliver", "wasn't able to deliver", "was not delivered", "wasn't delivered",
		"failed to deliver", "delivery to the following", "delivery has failed", "undeliverable", "not deliver", "returned to sender", "permanent error", "permanent fatal errors",
		"did not reach the following", "giving up on it", "konnte nicht zugestellt", "n'a pas pu être",
	}
}

// delayWords are of those who have not given up.
func delayWords() []string {
	return []string{
		"this is a warning message only", "you do not need to resend", "delivery status notification (delay)", "delivery delayed", "delivery is delayed", "has been delayed", "will be retried", "will keep trying",
		"has not yet been delivered", "delivery attempts will continue", "warning: could not send message for past", "still being attempted", "continue to try", "delayed mail", "temporarily undeliverable and", "warning: message delayed",
	}
}

// quoteWords are above the letter that a bounce quotes.
func quoteWords() []string {
	return []string{
		"below this line is a copy of the message", "this is a copy of the message", "this is a copy of your message", "original message", "ursprüngliche nachricht", "message d'origine",
		"message header follows", "returned message follows", "unsent message follows", "undelivered message headers", "message headers follow", "the header of the original", "copy of the original", "begin forwarded",
		"headers of the message", "the first lines of the message", "text of your message", "message text follows", "transcript ends", "your message follows",
	}
}

// wordsTemporary are of servers that could not be reached, or not in time.
func wordsTemporary() []string {
	return []string{
		"retry timeout exceeded", "timed out", "connection refused", "connection reset", "no route to host", "network is unreachable", "too long in the queue",
		"queue too long", "message expired", "delivery expired", "try again", "too many hops", "mail loop", "loops back", "temporarily", "temporary failure",
	}
}

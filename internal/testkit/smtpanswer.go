package testkit

import (
	"fmt"

	"github.com/emersion/go-smtp"
)

// SMTPAnswer is how a mail server treats a recipient. The zero answer accepts.
type SMTPAnswer struct {
	At       SMTPStage
	Do       SMTPAction
	Code     int    // for SMTPRefuse; 421 also closes the connection
	Enhanced string // for SMTPRefuse: "5.1.1"; may be empty
	Text     string // for SMTPRefuse
}

// SMTPStage is a moment in the transfer of a message.
type SMTPStage int

// The stages.
const (
	SMTPAtRcpt   SMTPStage = iota // instead of the reply to RCPT
	SMTPAtBody                    // while the message comes in; only SMTPDrop
	SMTPAtDot                     // when all of the message is there, before the reply
	SMTPAfterDot                  // after the message was accepted; only SMTPDrop
)

// SMTPAction is what a mail server does.
type SMTPAction int

// The actions. A message that is dropped or hung at or after the dot was taken.
const (
	SMTPAccept SMTPAction = iota
	SMTPRefuse            // replies with a code
	SMTPDrop              // closes the connection
	SMTPHang              // never replies
)

func (a SMTPAnswer) refusal() error {
	e := &smtp.SMTPError{Code: a.Code, EnhancedCode: smtp.NoEnhancedCode, Message: a.Text}
	// A status that cannot be read is left out, as real servers do.
	_, _ = fmt.Sscanf(a.Enhanced, "%d.%d.%d", &e.EnhancedCode[0], &e.EnhancedCode[1], &e.EnhancedCode[2])
	return e
}

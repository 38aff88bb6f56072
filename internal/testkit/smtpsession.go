package testkit

import (
	"crypto/tls"
	"errors"
	"io"
	"net"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// smtpSession is one client's conversation: what go-smtp asks for.
type smtpSession struct {
	server *SMTP
	conn   *smtpConn
	known  bool // has authenticated, or need not
	from   string
	to     []string
	answer SMTPAnswer // to the recipient that is treated worst
}

func (s *SMTP) session(c *smtp.Conn) (smtp.Session, error) {
	conn := c.Conn()
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	return &smtpSession{server: s, conn: rawConn(conn), known: len(s.cfg.Users) == 0}, nil
}

// rawConn is the connection as smtpListener made it.
func rawConn(conn net.Conn) *smtpConn {
	if raw, ok := conn.(*smtpConn); ok {
		return raw
	}
	return &smtpConn{Conn: conn, conns: new(smtpConns)}
}

func (s *smtpSession) AuthMechanisms() []string {
	if len(s.server.cfg.Users) == 0 {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if want, ok := s.server.cfg.Users[user]; !ok || want != password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

// errGone answers what was pipelined behind the end of a connection. Nobody hears
// it, but go-smtp would go on.
func errGone() error {
	return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "Gone"}
}

func (s *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if s.conn.closed.Load() {
		return errGone()
	}
	if !s.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from, s.to, s.answer = from, nil, SMTPAnswer{}
	return nil
}

func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.conn.closed.Load() {
		return errGone()
	}
	var a SMTPAnswer
	if s.server.cfg.Answer != nil {
		a = s.server.cfg.Answer(to)
	}
	if a.Do != SMTPAccept && a.At == SMTPAtRcpt {
		return s.act(a)
	}
	if a.Do != SMTPAccept {
		s.answer = a
	}
	s.to = append(s.to, to)
	return nil
}

func (s *smtpSession) Data(r io.Reader) error {
	if s.answer.At == SMTPAtBody && s.answer.Do == SMTPDrop {
		return s.act(s.answer)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.conn.closed.Load() {
		return errGone()
	}
	if s.answer.Do != SMTPRefuse {
		s.server.keep(SMTPMessage{From: s.from, To: s.to, Data: data})
	}
	if s.answer.At == SMTPAfterDot {
		s.conn.last = true
		return nil
	}
	return s.act(s.answer)
}

// act does what the answer says and returns what go-smtp is to reply.
func (s *smtpSession) act(a SMTPAnswer) error {
	switch a.Do {
	case SMTPAccept:
		return nil
	case SMTPRefuse:
		s.conn.last = a.Code == 421 // RFC 5321 §3.8: the server closes after it
		return a.refusal()
	case SMTPDrop:
		return errors.Join(s.conn.Close(), errGone())
	case SMTPHang:
		<-s.server.closed
	}
	return nil
}

func (s *smtpSession) Reset()        { s.from, s.to, s.answer = "", nil, SMTPAnswer{} }
func (s *smtpSession) Logout() error { return nil }

package mail

import (
	"net"
	"strings"
)

// Server is the server that a transport hands mail to, by its names.
type Server struct {
	Host string // as the transport dials it
	HELO string // what we call ourselves there
}

// Local reports whether the server can only be on this machine.
func (s Server) Local() bool {
	ip := net.ParseIP(s.Host)
	return strings.EqualFold(s.Host, "localhost") || ip != nil && ip.IsLoopback()
}

// Networked is a transport that hands mail to a server.
type Networked interface {
	Server() Server
}

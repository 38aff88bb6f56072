package mail

// Server is the server that a transport hands mail to, by its names.
type Server struct {
	Host string // as the transport dials it
	HELO string // what we call ourselves there
}

// Networked is a transport that hands mail to a server.
type Networked interface {
	Server() Server
}

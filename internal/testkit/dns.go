package testkit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// DNS is a name server on loopback that knows a few records and says of all else
// that it is not there (RFC 1035). Close it when done.
type DNS struct {
	Addr string // host:port, over UDP

	conn    *net.UDPConn
	records map[string][]dnsmessage.ResourceBody
	done    chan struct{}
}

// StartDNS serves records, each as "name TYPE value": A, MX (the host alone), PTR
// (the name is an address) and TXT.
func StartDNS(records ...string) (*DNS, error) {
	d := &DNS{records: map[string][]dnsmessage.ResourceBody{}, done: make(chan struct{})}
	for _, r := range records {
		if err := d.add(r); err != nil {
			return nil, err
		}
	}
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	d.conn, d.Addr = conn, conn.LocalAddr().String()
	go d.serve()
	return d, nil
}

// Close ends the server.
func (d *DNS) Close() error {
	err := d.conn.Close()
	<-d.done
	return err
}

// Resolver asks this server alone.
func (d *DNS) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp4", d.Addr)
	}}
}

func (d *DNS) add(record string) error {
	parts := strings.SplitN(record, " ", 3)
	if len(parts) != 3 {
		return fmt.Errorf("record %q: write name TYPE value", record)
	}
	body, err := resource(parts[1], parts[2])
	if err != nil {
		return fmt.Errorf("record %q: %w", record, err)
	}
	name := strings.ToLower(parts[0]) + "."
	if parts[1] == "PTR" {
		name = reversed(parts[0])
	}
	d.records[parts[1]+" "+name] = append(d.records[parts[1]+" "+name], body)
	return nil
}

func resource(kind, value string) (dnsmessage.ResourceBody, error) {
	switch kind {
	case "A":
		ip := net.ParseIP(value).To4()
		if ip == nil {
			return nil, errors.New("is no IPv4 address")
		}
		return &dnsmessage.AResource{A: [4]byte(ip)}, nil
	case "MX":
		name, err := dnsmessage.NewName(value + ".")
		return &dnsmessage.MXResource{Pref: 10, MX: name}, err
	case "PTR":
		name, err := dnsmessage.NewName(value + ".")
		return &dnsmessage.PTRResource{PTR: name}, err
	case "TXT":
		return &dnsmessage.TXTResource{TXT: chunks(value)}, nil
	}
	return nil, fmt.Errorf("type %s is not served", kind)
}

// chunks are a text's strings of at most 255 octets (RFC 1035 §3.3).
func chunks(s string) []string {
	var all []string
	for len(s) > 255 {
		all, s = append(all, s[:255]), s[255:]
	}
	return append(all, s)
}

// reversed is an IPv4 address's name (RFC 1035 §3.5).
func reversed(address string) string {
	octets := strings.Split(address, ".")
	name := ""
	for _, o := range octets {
		name = o + "." + name
	}
	return name + "in-addr.arpa."
}

func (d *DNS) serve() {
	defer close(d.done)
	packet := make([]byte, 1232)
	for {
		n, from, err := d.conn.ReadFromUDPAddrPort(packet)
		if err != nil {
			return
		}
		if answer, err := d.answer(packet[:n]); err == nil {
			_, _ = d.conn.WriteToUDPAddrPort(answer, from) // whoever hears nothing asks again
		}
	}
}

func (d *DNS) answer(query []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return nil, errors.New("no question")
	}
	q := m.Questions[0]
	kind := strings.TrimPrefix(q.Type.String(), "Type")
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true, RecursionDesired: true, RecursionAvailable: true}
	m.Additionals = nil
	header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}
	for _, body := range d.records[kind+" "+strings.ToLower(q.Name.String())] {
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: body})
	}
	if len(m.Answers) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	}
	return m.Pack()
}

package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"code.dny.dev/ssrf"
	"golang.org/x/net/dns/dnsmessage"

	"marquee/internal/fetch"
)

// Whatever an address pretends to be, a listener on this machine sees nobody.
func TestPrivateAddressesAreNeverConnected(t *testing.T) {
	t.Parallel()
	port, connections := listen(t)
	c := fetch.New(fetch.Config{Now: now})
	c.AnyPort() // so that it is the address that is refused
	c.Resolve(nameServer(t, func(string) netip.Addr { return netip.MustParseAddr("127.0.0.1") }))
	for _, address := range hostileAddresses() {
		address = strings.ReplaceAll(address, "PORT", port)
		if resp, err := c.Get(t.Context(), fetch.Request{URL: address}); err == nil {
			t.Errorf("Get(%q) = %+v, want an error", address, resp)
		}
	}
	if n := connections(); n != 0 {
		t.Errorf("%d connections reached the listener", n)
	}
}

// A server that may be asked sends us nowhere that may not: to none of those
// addresses, and by no other scheme.
func TestRedirectsToPrivateAddresses(t *testing.T) {
	t.Parallel()
	port, connections := listen(t)
	hostile := hostileAddresses()
	outer := serveOn(t, "127.0.0.2:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var i int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &i); err != nil {
			return // where a relative one of them leads
		}
		w.Header().Set("Location", strings.ReplaceAll(hostile[i], "PORT", port))
		w.WriteHeader([]int{301, 302, 303, 307, 308}[i%5])
	}))
	c := fetch.New(fetch.Config{Now: now, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}})
	t.Cleanup(c.Close)
	c.AnyPort()
	c.Resolve(nameServer(t, func(string) netip.Addr { return netip.MustParseAddr("127.0.0.1") }))
	for i, address := range hostile {
		resp, err := c.Get(t.Context(), fetch.Request{URL: fmt.Sprintf("%s/%d", outer, i)})
		if err == nil && !strings.HasPrefix(resp.URL, outer) {
			t.Errorf("a redirect to %q led to %s", address, resp.URL)
		}
	}
	if n := connections(); n != 0 {
		t.Errorf("%d connections reached the listener", n)
	}
}

// A name with an address that may be reached and one that may not leads only to
// the first.
func TestNameOfTwoAddresses(t *testing.T) {
	t.Parallel()
	port, connections := listen(t)
	c := fetch.New(fetch.Config{Now: now, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}})
	t.Cleanup(c.Close)
	c.AnyPort()
	c.Resolve(nameServer(t, func(string) netip.Addr { return netip.MustParseAddr("127.0.0.2") }, netip.MustParseAddr("127.0.0.1")))
	failed := refusal(t, c, fetch.Request{URL: "http://both.example:" + port + "/"})
	if n := connections(); n != 0 {
		t.Errorf("%d connections reached the listener; %v", n, failed)
	}
}

// A proxy of the environment would connect for us to where we do not. Not
// parallel: the environment is everybody's.
func TestNoProxyOfTheEnvironment(t *testing.T) {
	port, connections := listen(t)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, "http://127.0.0.1:"+port)
	}
	c := fetch.New(fetch.Config{Now: now, Allow: loopback})
	t.Cleanup(c.Close)
	c.Resolve(nameServer(t, func(string) netip.Addr { return netip.MustParseAddr("127.0.0.3") }))
	refusal(t, c, fetch.Request{URL: "http://lanternscreen.example:1/"}) // nobody listens on 127.0.0.3:1
	if n := connections(); n != 0 {
		t.Errorf("%d connections reached the proxy", n)
	}
}

// listen counts the connections that reach this machine, on a port of both of
// its loopback addresses, until they are asked for.
func listen(t *testing.T) (port string, connections func() int32) {
	t.Helper()
	v4, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err = net.SplitHostPort(v4.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	listeners := []net.Listener{v4}
	if v6, err := net.Listen("tcp6", net.JoinHostPort("::1", port)); err == nil { // where there is IPv6
		listeners = append(listeners, v6)
	}
	var seen atomic.Int32
	var done sync.WaitGroup
	for _, l := range listeners {
		done.Go(func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				seen.Add(1)
				_ = conn.Close()
			}
		})
	}
	stop := sync.OnceFunc(func() {
		for _, l := range listeners {
			_ = l.Close()
		}
		done.Wait()
	})
	t.Cleanup(stop)
	return port, func() int32 {
		stop()
		return seen.Load()
	}
}

// hostileAddresses all mean 127.0.0.1:PORT to somebody.
func hostileAddresses() []string {
	return []string{
		"http://127.0.0.1:PORT/", "https://127.0.0.1:PORT/", "http://127.0.0.1.:PORT/", "http://127.1:PORT/",
		"http://127.0.1:PORT/", "http://127.000.000.001:PORT/", "http://127.127.127.127:PORT/", "http://127.0.0.255:PORT/",
		"http://0:PORT/", "http://0.0.0.0:PORT/", "http://0.0.0.1:PORT/", "http://:PORT/", "http://[::]:PORT/",
		"http://2130706433:PORT/", "http://4294967296:PORT/", "http://0x7f000001:PORT/", "http://0x7f.0.0.1:PORT/",
		"http://017700000001:PORT/", "http://0177.0.0.1:PORT/", "http://0177.0.0.01:PORT/", "http://127.0.0.0x1:PORT/",
		"http://[::1]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[::ffff:127.0.0.1]:PORT/",
		"http://[::ffff:7f00:1]:PORT/", "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/", "http://[::127.0.0.1]:PORT/",
		"http://[64:ff9b::127.0.0.1]:PORT/", "http://[64:ff9b::7f00:1]:PORT/", "http://[64:ff9b:1::7f00:1]:PORT/",
		"http://[2002:7f00:1::]:PORT/", "http://[2001:0:0:0:0:0:80ff:fffe]:PORT/", "http://[fe80::1%25lo]:PORT/",
		"http://[::1%25lo]:PORT/", "http://[fe80::1]:PORT/", "http://[fc00::1]:PORT/", "http://[fd00::1]:PORT/",
		"http://localhost:PORT/", "http://LOCALHOST:PORT/", "http://localhost.:PORT/", "http://ip6-localhost:PORT/",
		"http://localtest.example:PORT/", "http://127.0.0.1.nip.example:PORT/", "http://user@127.0.0.1:PORT/",
		"http://lanternscreen.example@127.0.0.1:PORT/", "http://127.0.0.1:PORT@127.0.0.1:PORT/",
		"http://127.0.0.1:PORT#@lanternscreen.example/", "http://127.0.0.1:PORT?@lanternscreen.example/",
		"http://①②⑦.⓪.⓪.①:PORT/", "http://127。0。0。1:PORT/", "http://%31%32%37.0.0.1:PORT/", "http://127.0.0.1%00:PORT/",
		"HTTP://127.0.0.1:PORT/", "http:\\\\127.0.0.1:PORT/", "http:/127.0.0.1:PORT/", "//127.0.0.1:PORT/",
		"unix:/tmp/s.sock", "unix://127.0.0.1:PORT/", "file:///etc/passwd", "file://127.0.0.1:PORT/x",
		"gopher://127.0.0.1:PORT/_x", "ftp://127.0.0.1:PORT/", "dict://127.0.0.1:PORT/", "ws://127.0.0.1:PORT/",
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]error{
		"93.184.215.14:80": nil, "93.184.215.14:443": nil, "[2606:2800:21f::1]:443": nil,
		"100.63.255.255:80": nil, "100.128.0.0:80": nil, "172.32.0.1:80": nil, "223.255.255.255:80": nil,

		"93.184.215.14:22": ssrf.ErrProhibitedPort, "93.184.215.14:8080": ssrf.ErrProhibitedPort,
		"[2606:2800:21f::1]:25": ssrf.ErrProhibitedPort, "127.0.0.1:25": ssrf.ErrProhibitedPort,

		"0.0.0.0:80": ssrf.ErrProhibitedIP, "0.1.2.3:80": ssrf.ErrProhibitedIP, "10.0.0.1:80": ssrf.ErrProhibitedIP,
		"100.64.0.0:80": ssrf.ErrProhibitedIP, "100.127.255.255:80": ssrf.ErrProhibitedIP, "127.0.0.1:80": ssrf.ErrProhibitedIP,
		"127.255.255.255:443": ssrf.ErrProhibitedIP, "169.254.169.254:80": ssrf.ErrProhibitedIP,
		"172.16.0.1:80": ssrf.ErrProhibitedIP, "172.31.255.255:80": ssrf.ErrProhibitedIP, "192.0.0.1:80": ssrf.ErrProhibitedIP,
		"192.0.2.1:80": ssrf.ErrProhibitedIP, "192.88.99.1:80": ssrf.ErrProhibitedIP, "192.168.1.1:80": ssrf.ErrProhibitedIP,
		"198.18.0.1:80": ssrf.ErrProhibitedIP, "198.19.255.255:80": ssrf.ErrProhibitedIP, "198.51.100.1:80": ssrf.ErrProhibitedIP,
		"203.0.113.1:80": ssrf.ErrProhibitedIP, "224.0.0.1:80": ssrf.ErrProhibitedIP, "239.255.255.255:80": ssrf.ErrProhibitedIP,
		"240.0.0.1:80": ssrf.ErrProhibitedIP, "255.255.255.255:80": ssrf.ErrProhibitedIP,

		"[::]:80": ssrf.ErrProhibitedIP, "[::1]:80": ssrf.ErrProhibitedIP, "[::127.0.0.1]:80": ssrf.ErrProhibitedIP,
		"[::ffff:127.0.0.1]:80": ssrf.ErrProhibitedIP, "[::ffff:93.184.215.14]:80": ssrf.ErrProhibitedIP,
		"[64:ff9b::10.0.0.1]:80": ssrf.ErrProhibitedIP, "[64:ff9b:1::1]:80": ssrf.ErrProhibitedIP,
		"[100::1]:80": ssrf.ErrProhibitedIP, "[2001::7f00:1]:80": ssrf.ErrProhibitedIP, "[2001:20::1]:80": ssrf.ErrProhibitedIP,
		"[2001:db8::1]:80": ssrf.ErrProhibitedIP, "[2002:7f00:1::1]:80": ssrf.ErrProhibitedIP, "[3fff::1]:80": ssrf.ErrProhibitedIP,
		"[5f00::1]:80": ssrf.ErrProhibitedIP, "[fc00::1]:80": ssrf.ErrProhibitedIP, "[fdff::1]:80": ssrf.ErrProhibitedIP,
		"[fe80::1]:80": ssrf.ErrProhibitedIP, "[fe80::1%eth0]:80": ssrf.ErrProhibitedIP, "[2606:2800:21f::1%eth0]:80": ssrf.ErrProhibitedIP,
		"[fec0::1]:80": ssrf.ErrProhibitedIP, "[ff02::1]:80": ssrf.ErrProhibitedIP,

		":80": ssrf.ErrInvalidHostPort, "localhost:80": ssrf.ErrInvalidHostPort, "/run/x.sock": ssrf.ErrInvalidHostPort,
	} {
		network := "tcp4"
		if strings.HasPrefix(address, "[") {
			network = "tcp6"
		}
		if err := fetch.Control(network, address); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%s: %v, want %v", address, err, want)
		}
	}
	if err := fetch.Control("udp4", "93.184.215.14:443"); !errors.Is(err, ssrf.ErrProhibitedNetwork) {
		t.Errorf("udp: %v", err)
	}
}

// The port is judged too: no allowance was made for it here.
func TestRefusalSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c := fetch.New(fetch.Config{Now: now})
	failed := refusal(t, c, fetch.Request{URL: "http://127.0.0.1/feed"})
	if !errors.Is(failed, ssrf.ErrProhibitedIP) || !strings.Contains(failed.Error(), "fetch.allow") {
		t.Errorf("Get = %v", failed)
	}
}

func TestRedirectToPrivateAddress(t *testing.T) {
	t.Parallel()
	inner := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the private server was asked") })
	outer := serveOn(t, "127.0.0.2:0", http.RedirectHandler(inner.URL, http.StatusFound))
	c := fetch.New(fetch.Config{Now: now, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}})
	t.Cleanup(c.Close)
	c.AnyPort()
	failed := refusal(t, c, fetch.Request{URL: outer})
	if !errors.Is(failed, ssrf.ErrProhibitedIP) || failed.URL != inner.URL {
		t.Errorf("Get = %v", failed)
	}
}

// A name that leads to an allowed address first and to a private one later
// does not lead us there.
func TestRebinding(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	outer := serveOn(t, "127.0.0.2:0", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	_, port, err := net.SplitHostPort(strings.TrimPrefix(outer, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	c := fetch.New(fetch.Config{Now: now, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}})
	c.AnyPort()
	var later atomic.Bool
	c.Resolve(nameServer(t, func(string) netip.Addr {
		if later.Load() {
			return netip.MustParseAddr("127.0.0.1")
		}
		return netip.MustParseAddr("127.0.0.2")
	}))
	req := fetch.Request{URL: "http://rebind.example:" + port + "/"}
	if _, err := c.Get(t.Context(), req); err != nil || asked.Load() != 1 {
		t.Fatalf("first Get = %v, %d requests", err, asked.Load())
	}
	c.Close()
	later.Store(true)
	if failed := refusal(t, c, req); !errors.Is(failed, ssrf.ErrProhibitedIP) {
		t.Errorf("second Get = %v", failed)
	}
}

// serveOn serves on another address of the loopback network.
func serveOn(t *testing.T, address string, h http.Handler) string {
	t.Helper()
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		t.Skipf("this system has no %s: %v", address, err)
	}
	s := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
	return "http://" + listener.Addr().String()
}

// nameServer answers every question for an address of a name: with one, and with
// some more.
func nameServer(t *testing.T, answer func(name string) netip.Addr, more ...netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply, err := resolve(buf[:n], answer, more); err == nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
}

// resolve answers one question: A with addresses, all others with nothing.
func resolve(question []byte, answer func(string) netip.Addr, more []netip.Addr) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		for _, address := range append([]netip.Addr{answer(q.Name.String())}, more...) {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: address.As4()},
			})
		}
	}
	return m.Pack()
}

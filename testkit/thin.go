package testkit

import (
	"io"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// Thin is a link as a phone has it in the Darién: slow, late, and cut again and
// again. It carries TCP to a server on loopback.
type Thin struct {
	Address string        // where to connect, "127.0.0.1:…"
	Rate    int           // bytes a second, each way
	Late    time.Duration // before anything passes
	Cut     int           // a connection ends, without a word, after about so many bytes; 0 for never
	Up      atomic.Int64  // bytes that went to the server
	Down    atomic.Int64  // and came back
	Cuts    atomic.Int64  // how often it was cut
	dice    atomic.Uint64
}

// ThinLink opens a link to a server. What it does is the same at every run with the
// same seed, but for what is concurrent.
func ThinLink(t testing.TB, server string, l *Thin, seed uint64) *Thin {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	l.Address = listener.Addr().String()
	l.dice.Store(seed)
	go func() {
		for {
			phone, err := listener.Accept()
			if err != nil {
				return
			}
			go l.carry(phone, server)
		}
	}()
	return l
}

func (l *Thin) carry(phone net.Conn, server string) {
	defer phone.Close()
	node, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer node.Close()
	time.Sleep(l.Late)
	left := new(atomic.Int64)
	left.Store(1 << 40)
	if l.Cut > 0 {
		dice := rand.New(rand.NewPCG(l.dice.Add(1), 7))
		left.Store(int64(l.Cut/2 + dice.IntN(l.Cut)))
	}
	done := make(chan bool, 2)
	go func() { l.pipe(node, phone, &l.Up, left); done <- true }()
	go func() { l.pipe(phone, node, &l.Down, left); done <- true }()
	<-done
}

// pipe passes bytes at the link's rate until one end is done or the link is cut.
func (l *Thin) pipe(to io.Writer, from io.Reader, count, left *atomic.Int64) {
	piece := make([]byte, max(64, l.Rate/20))
	for {
		n, err := from.Read(piece)
		if n > 0 {
			time.Sleep(time.Second * time.Duration(n) / time.Duration(l.Rate))
			if left.Add(-int64(n)) < 0 {
				l.Cuts.Add(1)
				return
			}
			count.Add(int64(n))
			if _, err := to.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

package node

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"istmo/calendar"
)

// Serve listens, talks with partners and keeps the clocks until ctx ends, then
// stops cleanly: running requests finish, and what is queued stays queued.
func (n *Node) Serve(ctx context.Context) error {
	handler, err := n.Handler()
	if err != nil {
		return err
	}
	servers := []*server{{http: n.server(behind(n.Config.Proxy, handler)), addr: n.Config.Listen}}
	if n.Config.ExchangeListen != "" {
		servers = append(servers, &server{http: n.server(n.Border), addr: n.Config.ExchangeListen, tls: n.Border.TLSConfig()})
	}
	for _, s := range servers {
		if err := s.listen(); err != nil {
			return err
		}
	}
	n.log.Info("serving", "node", n.Config.Node, "site", n.Config.Site, "exchange", n.Config.ExchangeListen)
	return n.run(ctx, servers)
}

func (n *Node) run(ctx context.Context, servers []*server) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	errs := make(chan error, len(servers)+3)
	var all sync.WaitGroup
	for _, s := range servers {
		all.Go(func() { errs <- s.serve() })
	}
	all.Go(func() { errs <- n.Border.Run(ctx) })
	all.Go(func() { errs <- n.keepTime(ctx) })
	all.Go(func() { errs <- n.Notices.Run(ctx) })
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-errs:
	}
	stop()
	for _, s := range servers {
		s.stop()
	}
	all.Wait()
	if errors.Is(failed, context.Canceled) {
		failed = nil
	}
	return failed
}

// keepTime ticks. A tick that fails is told and tried again at the next.
func (n *Node) keepTime(ctx context.Context) error {
	every := time.NewTicker(time.Duration(n.Config.ClockEvery))
	defer every.Stop()
	for {
		if err := n.Tick(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("a tick failed and will be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}

func (n *Node) server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(n.log.Handler(), slog.LevelDebug)}
}

// server is one listener.
type server struct {
	http     *http.Server
	addr     string
	tls      *tls.Config
	listener net.Listener
}

func (s *server) listen() (err error) {
	s.listener, err = net.Listen("tcp", s.addr)
	if err == nil && s.tls != nil {
		s.listener = tls.NewListener(s.listener, s.tls)
	}
	return err
}

func (s *server) serve() error {
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (s *server) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
}

// zone is the country's time; a country whose calendar we lack keeps UTC.
func (n *Node) zone() *time.Location {
	var c *calendar.Country
	c, err := n.Calendar.Country(n.Config.Country)
	if err != nil {
		return time.UTC
	}
	return c.Zone
}

// behind takes the word of the proxy in front, and of nobody else, on where a
// visitor comes from: the last address of X-Forwarded-For, which the proxy
// itself has added. With no proxy the header says nothing.
func behind(proxy string, next http.Handler) http.Handler {
	trusted, err := netip.ParseAddr(proxy)
	if err != nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && from.Addr().Unmap() == trusted {
			said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			if visitor, err := netip.ParseAddr(strings.TrimSpace(said[len(said)-1])); err == nil {
				r.RemoteAddr = netip.AddrPortFrom(visitor, 0).String()
			}
		}
		next.ServeHTTP(w, r)
	})
}

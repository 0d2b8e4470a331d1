package notices

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"istmo/fault"
)

// MailServer is where this node hands in its e-mail. Without a server it sends
// none.
type MailServer struct {
	Server       string // "mail.institucion.example:587"
	TLS          string // "starttls", "implicit", or "none" on loopback
	User         string // empty where the server asks for none
	PasswordFile string // readable by the node alone
	From         string // the address it sends from
}

// patience is how long a mail server or a push service may take for one step.
const patience = 20 * time.Second

// check says what is wrong with the settings.
func (m MailServer) check() error {
	if m.Server == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(m.Server)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || host == "" || n < 1 || n > 65535 {
		return fault.Invalid("mail_server", "notices.mail-server")
	}
	if !isAddress(m.From) {
		return fault.Invalid("mail_from", "notices.mail-from")
	}
	switch m.TLS {
	case "starttls", "implicit":
	case "none":
		if !loopback(host) {
			return fault.Invalid("mail_tls", "notices.mail-in-clear")
		}
	default:
		return fault.Invalid("mail_tls", "notices.mail-tls")
	}
	_, err = m.password()
	return err
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// password reads the file anew each time, so that a new password needs no restart.
func (m MailServer) password() (string, error) {
	if m.User == "" && m.PasswordFile == "" {
		return "", nil
	}
	f, err := os.Open(m.PasswordFile)
	if err != nil {
		return "", fault.Invalid("mail_password_file", "notices.password-file")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		return "", fault.Invalid("mail_password_file", "notices.password-file-open")
	}
	text, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil || strings.TrimSpace(string(text)) == "" || m.User == "" {
		return "", fault.Invalid("mail_password_file", "notices.password-file")
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// domain is that of the address it sends from: by it the node greets, and its
// messages are named.
func (m MailServer) domain() string { return m.From[strings.LastIndex(m.From, "@")+1:] }

// mail sends by e-mail, over one connection.
func (s *Sender) mail(ctx context.Context, parcels []parcel) error {
	client, v := s.dial(ctx)
	if client != nil {
		defer client.Close()
	}
	for _, p := range parcels {
		if client != nil {
			v = s.hand(client, p)
		}
		if err := s.mark(ctx, p, v); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// dial connects and signs in. What goes wrong here is nobody's address's fault.
func (s *Sender) dial(ctx context.Context) (*mail.Client, verdict) {
	m := s.o.Mail
	host, port, _ := net.SplitHostPort(m.Server)
	number, _ := strconv.Atoi(port)
	password, err := m.password()
	if err != nil {
		return nil, verdict{outcome: "later", why: "password-file"}
	}
	options := []mail.Option{mail.WithPort(number), mail.WithTimeout(patience), mail.WithHELO(m.domain()),
		mail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: s.o.Roots, MinVersion: tls.VersionTLS12})}
	switch m.TLS {
	case "implicit":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.User), mail.WithPassword(password))
	}
	client, err := mail.NewClient(host, options...)
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		return nil, verdict{outcome: "later", why: whyUnreached(err)}
	}
	return client, verdict{}
}

// whyUnreached names what is wrong with a server, in a code. The words of a server
// or a library may hold an address, and are kept nowhere.
func whyUnreached(err error) string {
	var cert *tls.CertificateVerificationError
	var dial *net.OpError
	switch text := err.Error(); {
	case errors.As(err, &cert):
		return "tls"
	case errors.As(err, &dial) && dial.Op == "dial":
		return "unreachable"
	case strings.Contains(text, "AUTH"), strings.Contains(text, "535"), strings.Contains(text, "534"):
		return "sign-in"
	case strings.Contains(text, "STARTTLS"), strings.Contains(text, "tls:"):
		return "tls"
	}
	return "unreachable"
}

// hand hands in one message.
func (s *Sender) hand(client *mail.Client, p parcel) verdict {
	msg, err := s.message(p)
	if err != nil {
		return verdict{outcome: "never", why: "address"}
	}
	if err := client.Send(msg); err == nil {
		return verdict{outcome: "sent"}
	}
	var failed *mail.SendError
	if !errors.As(msg.SendError(), &failed) || failed.ErrorCode() == 0 {
		return verdict{outcome: "later", why: "unreachable"}
	}
	return judge(failed.Reason, failed.ErrorCode(), failed.EnhancedStatusCode())
}

// judge reads a mail server's refusal. Of an address it is final when the server
// says that there is no such mailbox (RFC 5321 4.2.3), and not when it is the
// server's policy (RFC 3463 X.7) or a full mailbox: greylisting, blocklists and
// quotas pass. A message that was refused as it is will be refused again.
func judge(at mail.SendErrReason, code int, enhanced string) verdict {
	why := "smtp-" + strconv.Itoa(code)
	switch {
	case at == mail.ErrSMTPRcptTo && (code == 550 || code == 551 || code == 553) && !strings.HasPrefix(enhanced, "5.7"):
		return verdict{outcome: "refused", why: why}
	case (at == mail.ErrSMTPData || at == mail.ErrSMTPDataClose) && code >= 500:
		return verdict{outcome: "never", why: why}
	}
	return verdict{outcome: "later", why: why}
}

// message writes a mail: text only, with nothing in it that tells when it is read.
// Its id and date are those of the message, each time it is sent.
func (s *Sender) message(p parcel) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.FromFormat("istmo", s.o.Mail.From); err != nil {
		return nil, err
	}
	if err := msg.To(p.to["address"]); err != nil {
		return nil, err
	}
	msg.Subject(p.subject)
	msg.SetMessageIDWithValue(p.ID + "@" + s.o.Mail.domain())
	msg.SetDateWithValue(p.At)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nothing answers it
	msg.SetBodyString(mail.TypeTextPlain, p.text)
	return msg, nil
}

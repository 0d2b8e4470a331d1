package notices

import (
	"strings"

	"istmo/i18n"
	"istmo/store"
	"istmo/vault"
)

// written is a message put into words. All that is filled into a sentence is a
// number, an address of this node, the code of an address, or another sentence.
type written struct {
	subject string
	text    string
	path    string // where it leads on this node
}

// written puts a message into the words of its receiver's language. One of whose
// notices nothing waits any more has no text.
func (s *Sender) written(tx *store.Tx, m Message, lang string) (w written, err error) {
	switch m.What {
	case "code":
		return s.code(tx, m, lang)
	case "test":
		w = written{subject: i18n.Say(lang, "notices.mail.test"), text: i18n.Say(lang, "notices.test.text")}
	default:
		all, err := saidBy(tx, m.ID, m.State == "shown")
		if err != nil || len(all) == 0 {
			return w, err
		}
		w = waits(lang, m.Urgent, all)
	}
	if m.Way == Mail {
		w.text = s.letter(lang, w)
	}
	return w, nil
}

// waits says what kinds of thing wait.
func waits(lang string, urgent bool, all []Notice) written {
	w := written{subject: i18n.Say(lang, "notices.mail.subject"), path: root}
	if urgent {
		w.subject = i18n.Say(lang, "notices.mail.urgent")
	}
	if len(all) == 1 {
		w.path = root + "/" + all[0].ID
		w.text = i18n.Say(lang, "notices.waits", "What", i18n.Say(lang, "notices.kind."+all[0].Kind))
		return w
	}
	lines := []string{i18n.Say(lang, "notices.waits.several", "Count", len(all))}
	for _, k := range Kinds {
		n := 0
		for _, one := range all {
			if one.Kind == k.Code {
				n++
			}
		}
		if n > 0 {
			lines = append(lines, i18n.Say(lang, "notices.waits.line", "Number", i18n.Number(lang, int64(n)), "What", i18n.Say(lang, "notices.kind."+k.Code)))
		}
	}
	w.text = strings.Join(lines, "\n")
	return w
}

// letter adds to a mail where it leads and what it is.
func (s *Sender) letter(lang string, w written) string {
	return strings.Join([]string{w.text, "", s.enter(lang, w) +
		i18n.Say(lang, "notices.mail.safe"),
		i18n.Say(lang, "notices.mail.change"), s.o.Site + root, ""}, "\n")
}

// enter says where to sign in; a test leads nowhere.
func (s *Sender) enter(lang string, w written) string {
	if w.path == "" {
		return ""
	}
	return i18n.Say(lang, "notices.mail.enter") + "\n" + s.o.Site + w.path + "\n\n"
}

// code is the mail that proves that an address is somebody's own. It leads
// nowhere: who did not ask for it should not follow it.
func (s *Sender) code(tx *store.Tx, m Message, lang string) (written, error) {
	secret, err := vault.Get(tx, m.Channel, "code")
	if err != nil || secret["code"] == "" {
		return written{}, err
	}
	code := secret["code"][:4] + "-" + secret["code"][4:]
	return written{subject: i18n.Say(lang, "notices.mail.code"),
		text: strings.Join([]string{i18n.Say(lang, "notices.code.text"), "", code, "", i18n.Say(lang, "notices.code.not-you"), ""}, "\n")}, nil
}

// root is where everybody's notices are.
const root = "/notices"

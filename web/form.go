package web

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"istmo/i18n"
)

// Form is one form of a page. A template opens it, places its fields and
// buttons, and closes it:
//
//	{{$f := .Form "referrals.decline"}}
//	{{$f.Open "/referrals/{id}"}}
//	  {{$f.Hidden "id" .Data.ID}}
//	  {{$f.Textarea "reason" "referrals.decline.reason"}}
//	  {{$f.Submit "referrals.decline.button"}}
//	{{$f.Close}}
//
// Fields take a name, the key of their label, and then options as pairs of name
// and value; see Field.
type Form struct {
	page   *Page
	verb   string // or a path, for a form that is no verb
	id     string // tells it from the page's other forms
	typed  url.Values
	isBack bool
}

// Form is the form that posts a verb, or one to a path that Post serves. Where a
// page has several for the same verb, key tells them apart.
func (p *Page) Form(verb string, key ...string) *Form {
	f := &Form{page: p, verb: verb, id: strings.Join(append([]string{verb}, key...), ":")}
	if p.again != nil && p.again.form == f.id {
		f.isBack, f.typed = true, p.again.typed
	}
	return f
}

// Open begins the form. When the verb is done the reader goes on to next, in
// which {id} stands for the object; next may be left out where Post decides.
func (f *Form) Open(next ...string) (template.HTML, error) { return f.open(false, next) }

// OpenFiles begins a form that has file fields.
func (f *Form) OpenFiles(next ...string) (template.HTML, error) { return f.open(true, next) }

func (f *Form) open(files bool, next []string) (template.HTML, error) {
	action := f.verb
	if !strings.HasPrefix(action, "/") {
		action = "/do/" + f.verb
	}
	return f.part("form-open", map[string]any{
		"Action": action, "Files": files, "Form": f.id, "Page": f.page.URL.RequestURI(),
		"Next": strings.Join(next, ""), "Token": visitOf(f.page.Request.Request).token,
	})
}

// Close ends the form.
func (f *Form) Close() template.HTML { return "</form>" }

// Act is a form of one button: a deed that is neither grave nor in need of
// words. The pairs are the hidden values it sends.
func (f *Form) Act(label, next string, values ...any) (template.HTML, error) {
	open, err := f.Open(next)
	if err != nil {
		return "", err
	}
	all := open
	for i := 0; i+1 < len(values); i += 2 {
		hidden, err := f.Hidden(fmt.Sprint(values[i]), values[i+1])
		if err != nil {
			return "", err
		}
		all += hidden
	}
	button, err := f.Submit(label, "kind", "secondary")
	return all + button + f.Close(), err
}

// Hidden carries a value along.
func (f *Form) Hidden(name string, value any) (template.HTML, error) {
	return f.part("hidden", map[string]any{"Name": name, "Value": fmt.Sprint(value)})
}

// Text is one line.
func (f *Form) Text(name, label string, options ...any) (template.HTML, error) {
	return f.field("text", name, label, options)
}

// Number is one line of digits.
func (f *Form) Number(name, label string, options ...any) (template.HTML, error) {
	return f.field("text", name, label, append([]any{"mode", "numeric", "width", 5}, options...))
}

// Password is one line that is neither shown nor ever sent back.
func (f *Form) Password(name, label string, options ...any) (template.HTML, error) {
	return f.field("password", name, label, options)
}

// Textarea is several lines.
func (f *Form) Textarea(name, label string, options ...any) (template.HTML, error) {
	return f.field("textarea", name, label, options)
}

// Date is a day, month and year, which reach the verb as one "2006-01-02". The
// value option takes a time.Time or such a text.
func (f *Form) Date(name, label string, options ...any) (template.HTML, error) {
	return f.field("date", name, label, options)
}

// Select is one of many choices.
func (f *Form) Select(name, label string, choices []Option, options ...any) (template.HTML, error) {
	return f.field("select", name, label, append([]any{"choices", choices}, options...))
}

// Radios is one of a few choices. Option "then.x" is what opens under choice x.
func (f *Form) Radios(name, label string, choices []Option, options ...any) (template.HTML, error) {
	return f.field("radios", name, label, append([]any{"choices", choices}, options...))
}

// Checkboxes is any of some choices. Option "then.x" is what opens under choice x.
func (f *Form) Checkboxes(name, label string, choices []Option, options ...any) (template.HTML, error) {
	return f.field("checkboxes", name, label, append([]any{"choices", choices}, options...))
}

// Check is one box, "true" when ticked and absent when not.
func (f *Form) Check(name, label string, options ...any) (template.HTML, error) {
	return f.field("check", name, label, options)
}

// File is an upload, in a form begun with OpenFiles. A file cannot be given back
// to a form that could not be taken: it must be chosen again.
func (f *Form) File(name, label string, options ...any) (template.HTML, error) {
	return f.field("file", name, label, options)
}

// Submit is the button. Its words are a verb that says what happens. Option
// "kind" is "secondary", "warning" for what is grave, or "inverse" on the panel
// of an interruption; "name" and "value" tell which of several was pressed.
func (f *Form) Submit(label string, options ...any) (template.HTML, error) {
	o, err := pairs(options)
	if err != nil {
		return "", err
	}
	return f.part("submit", map[string]any{"Label": f.page.Say(label, sayArgs(o)...), "Kind": o.text("kind"), "Name": o.text("name"), "Value": o.text("value")})
}

// Passkey has the browser make a passkey ("create") or sign with one ("get")
// when the form is sent, and send its answer as the field "credential". The
// options are the JSON of the WebAuthn challenge. It needs View.Script "passkey".
func (f *Form) Passkey(do, options string) (template.HTML, error) {
	return f.part("passkey", map[string]any{"Do": do, "Options": options})
}

// part fills a component.
func (f *Form) part(name string, data any) (template.HTML, error) {
	return f.page.site.part(f.page.Lang, name, data)
}

// Option is one choice of a select, of radios or of checkboxes.
type Option struct {
	Value string
	Label string // in the reader's language
	Hint  string
}

// Choices are options whose words are the keys prefix+value; one that has a
// sentence under prefix+value+".hint" shows it.
func Choices(lang, prefix string, values ...string) []Option {
	choices := make([]Option, len(values))
	for i, v := range values {
		choices[i] = Option{Value: v, Label: i18n.Say(lang, prefix+v)}
		if hint := prefix + v + ".hint"; i18n.Has(lang, hint) {
			choices[i].Hint = i18n.Say(lang, hint)
		}
	}
	return choices
}

// Field is an input as its template sees it. What a feature may set are the
// options, as pairs in the call: "value" (a default), "hint" (a key; without it
// the sentence under the label's key + ".hint", if there is one), "optional"
// (true says so beside the label), "heading" (true makes the label the page's
// heading), "width" (in characters), "rows", "mode" (the keyboard of a phone:
// "numeric", "tel", "email"), "complete" (the autocomplete of HTML; "off" if not
// set), "accept" and "multiple" for files, "small" for choices in a dense form,
// "args" (a list of pairs for the label's sentence).
type Field struct {
	Kind, Name, ID  string
	Label, Hint     string
	Value           string
	Values          []string
	Error           string
	WrongPart       map[string]bool // of a date
	Choices         []Choice
	Optional, Small bool
	Heading         bool
	Multiple        bool
	Width, Rows     int
	Mode, Complete  string
	Accept          string
	Described       string // ids of hint and error
}

// Choice is an option with what the reader has chosen.
type Choice struct {
	Option
	ID     string
	Chosen bool
	Then   template.HTML
}

// knownField is an input of the form that came back, for the error summary.
type knownField struct{ name, anchor, label string }

func (f *Form) field(kind, name, label string, options []any) (template.HTML, error) {
	o, err := pairs(options)
	if err != nil {
		return "", fmt.Errorf("field %s: %w", name, err)
	}
	d := &Field{Kind: kind, Name: name, ID: anchor(f.id + "-" + name), Label: f.page.Say(label, sayArgs(o)...),
		Optional: o.is("optional"), Heading: o.is("heading"), Small: o.is("small"), Multiple: o.is("multiple"),
		Width: o.number("width", 0), Rows: o.number("rows", 4), Mode: o.text("mode"), Accept: o.text("accept"), Complete: o.text("complete")}
	d.Hint = f.hint(label, o)
	f.fill(d, o["value"])
	f.blame(d)
	d.Choices = d.choices(o)
	if d.Hint != "" {
		d.Described = d.ID + "-hint"
	}
	if d.Error != "" {
		d.Described = strings.TrimSpace(d.Described + " " + d.ID + "-error")
	}
	return f.part("field-"+kind, d)
}

func (f *Form) hint(label string, o opts) string {
	key := label + ".hint"
	if o["hint"] != nil {
		key = o.text("hint")
	} else if !i18n.Has(f.page.Lang, key) {
		return ""
	}
	return f.page.Say(key, sayArgs(o)...)
}

// fill puts in what was typed, or the default on a first visit.
func (f *Form) fill(d *Field, value any) {
	if f.isBack {
		d.Values = f.typed[d.Name]
		if d.Kind == "date" {
			d.Values = []string{f.typed.Get(d.Name + "-day"), f.typed.Get(d.Name + "-month"), f.typed.Get(d.Name + "-year")}
		}
	} else {
		d.Values = defaults(d.Kind, value)
	}
	if len(d.Values) > 0 {
		d.Value = d.Values[0]
	}
}

// blame marks a field with the first fault about it, and notes where it stands
// for the summary above the page.
func (f *Form) blame(d *Field) {
	if !f.isBack {
		return
	}
	at := d.ID
	if d.Kind == "date" {
		at += "-day"
	}
	for _, one := range f.page.again.faults {
		if one.Field != d.Name || d.Error != "" {
			continue
		}
		d.Error = f.page.sentence(one, d.Label)
		if part, ok := strings.CutPrefix(one.Key, "fault.date."); ok && d.Kind == "date" {
			d.WrongPart = map[string]bool{part: true}
			at = d.ID + "-" + part
		}
	}
	f.page.known = append(f.page.known, knownField{d.Name, at, d.Label})
}

func (d *Field) choices(o opts) []Choice {
	list, _ := o["choices"].([]Option)
	all := make([]Choice, len(list))
	for i, c := range list {
		then, _ := o["then."+c.Value].(template.HTML)
		all[i] = Choice{Option: c, ID: d.ID, Chosen: slices.Contains(d.Values, c.Value), Then: then}
		if i > 0 {
			all[i].ID = fmt.Sprintf("%s-%d", d.ID, i+1)
		}
	}
	return all
}

// summary lists the faults of the form that came back, those with a field first
// and in the order of the page.
func (p *Page) summary() []summed {
	if p.again == nil {
		return nil
	}
	var lines []summed
	said := map[int]bool{}
	for _, k := range p.known {
		for i, one := range p.again.faults {
			if one.Field == k.name && !said[i] {
				said[i] = true
				lines = append(lines, summed{p.sentence(one, k.label), k.anchor})
			}
		}
	}
	for i, one := range p.again.faults {
		if !said[i] {
			lines = append(lines, summed{Text: p.sentence(one, one.Field)})
		}
	}
	return lines
}

// anchor makes an id of HTML from the names of a form and a field.
func anchor(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, strings.Trim(name, "/"))
}

package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"strings"
	"time"

	"istmo/i18n"
)

//go:embed templates
var own embed.FS

// parse reads the templates of all features once per language: their helpers
// speak that language.
func (s *Site) parse() error {
	s.sets = map[string]*template.Template{}
	for _, lang := range i18n.Langs {
		set := template.New("").Funcs(s.helpers(lang))
		for _, src := range s.sources {
			if err := parseAll(set, src); err != nil {
				return err
			}
		}
		s.sets[lang] = set
	}
	return nil
}

func parseAll(set *template.Template, src source) error {
	return fs.WalkDir(src.files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		text, err := fs.ReadFile(src.files, name)
		if err != nil {
			return fmt.Errorf("web: templates of %s: %w", src.feature, err)
		}
		called := src.feature + "/" + strings.TrimSuffix(path.Base(name), ".html")
		if set.Lookup(called) != nil {
			return fmt.Errorf("web: two templates are called %s", called)
		}
		if _, err := set.New(called).Parse(string(text)); err != nil {
			return fmt.Errorf("web: %w", err)
		}
		return nil
	})
}

// part fills a component of ours.
func (s *Site) part(lang, name string, data any) (template.HTML, error) {
	var out bytes.Buffer
	if err := s.sets[lang].ExecuteTemplate(&out, "web/"+name, data); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil
}

// helpers are what templates can call, in one language: words, and parts.
func (s *Site) helpers(lang string) template.FuncMap {
	all := s.words(lang)
	maps.Copy(all, s.parts(lang))
	return all
}

func (s *Site) words(lang string) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, values ...any) string { return i18n.Say(lang, key, values...) },
		"date":     func(t time.Time) string { return i18n.Date(lang, t.In(s.o.Zone)) },
		"day":      func(t time.Time) string { return i18n.Date(lang, t) },
		"dateTime": func(t time.Time) string { return i18n.DateTime(lang, t, s.o.Zone) },
		"stamp":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"ago":      func(t time.Time) string { return i18n.Since(lang, t, s.o.Clock()) },
		"number":   func(n any) (string, error) { return number(lang, n) },
		"list":     func(words []string) string { return i18n.List(lang, words...) },
		"country":  func(code string) string { return i18n.Country(lang, code) },
		"language": func(code string) string { return i18n.Language(lang, code) },
		"choices":  func(prefix string, values any) ([]Option, error) { return choices(lang, prefix, values) },
		"args":     func(list ...any) []any { return list },
		"asset":    s.assets.address,
		"isTime":   func(v any) bool { _, ok := v.(time.Time); return ok },
	}
}

func (s *Site) parts(lang string) template.FuncMap {
	part := func(name string) func(any) (template.HTML, error) {
		return func(data any) (template.HTML, error) { return s.part(lang, name, data) }
	}
	return template.FuncMap{
		"clock":        func(c Clock) (template.HTML, error) { return s.clock(lang, c) },
		"tag":          func(v any, text ...string) (template.HTML, error) { return s.tag(lang, v, text) },
		"filters":      s.filters,
		"ladder":       func(l Ladder) (template.HTML, error) { return s.ladder(lang, l) },
		"stateDiagram": func(d Drawing) (template.HTML, error) { return s.drawing(lang, d) },
		"banner":       func(tone Tone, text string) (template.HTML, error) { return s.part(lang, "banner", Tag{text, tone}) },
		"chart":        func(c Chart) (template.HTML, error) { return s.Chart(lang, c) },
		"icon":         part("icon"),
		"timeline":     part("timeline"),
		"summaryList":  part("summary-list"),
		"taskList":     part("task-list"),
		"pagination":   part("pagination"),
		"emptyState":   part("empty-state"),
		"sideBySide":   part("side-by-side"),
	}
}

func number(lang string, n any) (string, error) {
	switch v := n.(type) {
	case int:
		return i18n.Number(lang, int64(v)), nil
	case int64:
		return i18n.Number(lang, v), nil
	}
	return "", fmt.Errorf("number: %T is no whole number", n)
}

func (s *Site) clock(lang string, c Clock) (template.HTML, error) {
	now := s.o.Clock()
	data := struct {
		Clock
		State, Told string
	}{Clock: c, State: c.State(now)}
	switch data.State {
	case "ok", "soon":
		data.Told = i18n.Say(lang, "web.clock.left", "Span", i18n.Span(lang, c.Due.Sub(now)))
	case "overdue":
		data.Told = i18n.Say(lang, "web.clock.over", "Span", i18n.Span(lang, now.Sub(c.Due)))
	default:
		data.Told = i18n.Say(lang, "web.clock.on", "Date", i18n.Date(lang, c.Done.In(s.o.Zone)))
	}
	return s.part(lang, "clock", data)
}

func (s *Site) tag(lang string, v any, text []string) (template.HTML, error) {
	switch v := v.(type) {
	case Tag:
		return s.part(lang, "tag", v)
	case Tone:
		return s.part(lang, "tag", Tag{Text: strings.Join(text, " "), Tone: v})
	case string:
		return s.part(lang, "tag", Tag{Text: strings.Join(text, " "), Tone: Tone(v)})
	}
	return "", fmt.Errorf("tag: %T is neither a Tag nor a tone", v)
}

// ladder marks the rung that is awaited now.
func (s *Site) ladder(lang string, l Ladder) (template.HTML, error) {
	type rung struct {
		Rung
		State string // climbed, awaited, ahead, refused
	}
	rungs := make([]rung, len(l.Rungs))
	awaited := false
	for i, r := range l.Rungs {
		rungs[i] = rung{r, "climbed"}
		switch {
		case r.Failed:
			rungs[i].State, awaited = "refused", true
		case r.At.IsZero() && awaited:
			rungs[i].State = "ahead"
		case r.At.IsZero():
			rungs[i].State, awaited = "awaited", true
		}
	}
	return s.part(lang, "ladder", map[string]any{"To": l.To, "Rungs": rungs})
}

// choices takes the values of a choice as a feature has them or as a template
// lists them.
func choices(lang, prefix string, values any) ([]Option, error) {
	list := reflect.ValueOf(values)
	if list.Kind() != reflect.Slice {
		return nil, fmt.Errorf("choices of %s: %T is no list", prefix, values)
	}
	words := make([]string, list.Len())
	for i := range words {
		words[i] = fmt.Sprint(list.Index(i).Interface())
	}
	return Choices(lang, prefix, words...), nil
}

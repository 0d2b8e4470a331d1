package ledger_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"istmo/i18n"
	"istmo/ledger"
)

// TestSentences: everything that can be found has its sentence in each language.
func TestSentences(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "finding.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || v.Type == nil || len(v.Values) != 1 {
			return true
		}
		kind, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		kinds++
		for _, last := range []int64{7, 9} {
			f := ledger.Finding{Kind: ledger.Kind(kind), Seq: 7, Last: last, Node: "PA", Via: "CO", Size: 12}
			for _, lang := range []string{"es", "en"} {
				if text := i18n.Say(lang, f.Key(), f.Args()...); text == "" || strings.Contains(text, "⟦") || strings.Contains(text, "<no value>") {
					t.Errorf("%s in %s: %q", kind, lang, text)
				}
			}
		}
		return true
	})
	if kinds < 16 {
		t.Errorf("only %d kinds were looked at", kinds)
	}
	for _, s := range []ledger.State{ledger.Agreed, ledger.Missing, ledger.Broken, ledger.Unknown} {
		if text := i18n.Say("es", "ledger.countersigned."+string(s), "Size", 3); strings.Contains(text, "⟦") {
			t.Error(text)
		}
	}
}

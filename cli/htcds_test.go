package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/node"
	"istmo/store"
	"istmo/vault"
)

const records = "prs_ID,prs_FirstName,prs_Birthdate\n1,Marta,2001-02-03\n2,Bea,ayer\n"

// terminal is one at a new node, with the token of a case worker in a file.
func terminal(t *testing.T) (term *Terminal, out *bytes.Buffer, token string) {
	return terminalOf(t, "case-worker", "cases.*")
}

// terminalOf is one at a new node, with the token of somebody in a role.
func terminalOf(t *testing.T, role, scope string) (term *Terminal, out *bytes.Buffer, token string) {
	dir, ctx := t.TempDir(), context.Background()
	key := filepath.Join(dir, "unlock.key")
	must(t, vault.NewKeyFile(key))
	c := node.Config{Data: filepath.Join(dir, "data"), Node: "PA", KeyFile: key}
	must(t, node.Init(c))
	c, err := node.Load(c.Data)
	must(t, err)
	n, err := node.Open(ctx, c, node.Options{})
	must(t, err)
	defer n.Close()
	agency, err := act.Do(ctx, n.Engine, n.Engine.Self, people.AddAgency{Code: "uia", Kind: "response-team", Name: "Unidad (ficticia)", Place: "Darién", Contact: "turno@uia.example"})
	must(t, err)
	_, err = act.Do(ctx, n.Engine, n.Engine.Self, people.AddUser{Name: "ana", Agency: agency.Object, Roles: []string{role}, Lang: "es", FullName: "Ficticia"})
	must(t, err)
	who, err := n.Who(ctx, "ana")
	must(t, err)
	issued, err := act.Do(ctx, n.Engine, who, people.IssueToken{Name: "test", Scope: []string{scope}, Expires: time.Now().Add(time.Hour)})
	must(t, err)
	var bearer string
	must(t, n.DB.Write(ctx, func(tx *store.Tx) (err error) {
		bearer, err = people.NewBearer(tx, issued.Object)
		return err
	}))
	token = filepath.Join(dir, "token")
	must(t, os.WriteFile(token, []byte(bearer+"\n"), 0o600))
	out = &bytes.Buffer{}
	return &Terminal{Out: out, Err: out, Lang: "es", ctx: ctx, data: c.Data}, out, token
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRecordsAtTheTerminal(t *testing.T) {
	term, out, token := terminal(t)
	file := filepath.Join(t.TempDir(), "personas.csv")
	must(t, os.WriteFile(file, []byte(records), 0o600))
	says := func(err error, key string, want ...string) {
		t.Helper()
		if faults := fault.All(err); key == "" && err != nil || key != "" && (len(faults) != 1 || faults[0].Key != key) {
			t.Errorf("got %v, want %q", err, key)
		}
		for _, words := range want {
			if !strings.Contains(out.String(), words) {
				t.Errorf("it does not say %q:\n%s", words, out)
			}
		}
		if strings.Contains(out.String(), "Marta") {
			t.Errorf("it says a name:\n%s", out)
		}
		out.Reset()
	}
	says((&htcdsPreview{file}).Run(term), "records.preview.has-errors", "Filas: 2. Se pueden importar: 1. No se pueden: 1.", "Fila 3", "prs_Birthdate", "No se entiende la fecha.")
	says((&htcdsImport{File: file}).Run(term), "records.no-token")
	says((&htcdsExport{File: file + ".json"}).Run(term), "records.no-token")
	says((&htcdsImport{file, token}).Run(term), "records.not-all", "Importadas: 1.", "Con errores: 1.", "Fila 3", "prs_Birthdate")
	says((&htcdsImport{file, token}).Run(term), "records.not-all", "Importadas: 0. Ya estaban, sin cambios: 1.")
	says((&htcdsExport{filepath.Join(t.TempDir(), "nadie", "x.json"), token}).Run(term), "cli.no-file")
	left := filepath.Join(t.TempDir(), "de-vuelta.json")
	says((&htcdsExport{left, token}).Run(term), "", "1 persona escrita en "+left)
	text, err := os.ReadFile(left)
	if info, _ := os.Stat(left); err != nil || !strings.Contains(string(text), `"prs_FirstName":"Marta"`) || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %s", err, text)
	}
	says((&htcdsImport{left, token}).Run(term), "", "Ya estaban, sin cambios: 1.")
	says((&htcdsImport{file + ".pdf", token}).Run(term), "cli.no-file")
}

func TestEveryCommandHasItsHelp(t *testing.T) {
	vars := words("en")
	for _, name := range []string{"htcds", "htcds_preview", "htcds_import", "htcds_export", "htcds_file"} {
		if vars[name] == "" {
			t.Errorf("%s has no help", name)
		}
	}
}

package api

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"istmo/act"
	"istmo/i18n"
)

// describe writes the OpenAPI 3.1 description of every verb that programs may
// say, from the types that carry them out.
func describe(verbs *act.Catalogue, o Options) []byte {
	registry := huma.NewMapRegistry("#/components/schemas/", typeName)
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "istmo: " + o.Node, Version: "1",
			Description: "Every verb of this node. What you may do is decided by the same policies as in the browser; what you may not see is not there (404)."},
		Servers: []*huma.Server{{URL: o.Site}},
		Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
			"bearer": {Type: "http", Scheme: "bearer", Description: "A token with a scope and an expiry, made under Account → Tokens."}}},
		Security: []map[string][]string{{"bearer": {}}},
	}
	problem := registry.Schema(reflect.TypeFor[Problem](), true, "Problem")
	done := registry.Schema(reflect.TypeFor[Done](), true, "Done")
	for _, entry := range verbs.All() {
		if !entry.Wire {
			doc.AddOperation(operation(entry, registry, done, problem))
		}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // types of ours that cannot be described: found by the first test that opens a node
	}
	return text
}

func operation(entry act.Entry, registry huma.Registry, done, problem *huma.Schema) *huma.Operation {
	feature, _, _ := strings.Cut(string(entry.Verb), ".")
	op := &huma.Operation{
		OperationID: string(entry.Verb), Path: Path(entry.Verb), Tags: []string{feature},
		Summary:   summary(entry),
		Responses: map[string]*huma.Response{"200": jsonResponse("Done.", done)},
	}
	for status, words := range map[string]string{"401": "No token that covers this verb.", "404": "Not there, or not for you.",
		"409": "Things have moved on, or a rule forbids it now.", "422": "Something in the request cannot be taken; see faults.", "503": "Not now."} {
		op.Responses[status] = &huma.Response{Description: words, Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}}
	}
	if entry.Changes() {
		op.Method = "POST"
		op.Parameters = []*huma.Param{{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string"},
			Description: "Of your choosing: the same key with the same request is done once and answered the same."}}
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/json": {Schema: inputSchema(entry)}}}
		return op
	}
	op.Method = "GET"
	properties := inputSchema(entry).Properties
	for _, f := range act.Fields(entry.Input) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: f.Name, In: "query", Schema: properties[f.Name]})
	}
	answer := registry.Schema(entry.Output, true, string(entry.Verb))
	if entry.Output.Kind() == reflect.Slice {
		answer = &huma.Schema{Type: "object", Required: []string{"items"}, Properties: map[string]*huma.Schema{
			"items": answer, "next": {Type: "string", Description: "Ask again with before=next for what follows."}}}
	}
	op.Responses["200"] = jsonResponse("The answer.", answer)
	return op
}

func jsonResponse(words string, schema *huma.Schema) *huma.Response {
	return &huma.Response{Description: words, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

// summary is the verb's own words, where a language has them.
func summary(entry act.Entry) string {
	if key := "verb." + string(entry.Verb); i18n.Has("en", key) {
		return i18n.Say("en", key)
	}
	return strings.ReplaceAll(strings.TrimPrefix(string(entry.Verb), strings.Split(string(entry.Verb), ".")[0]+"."), "-", " ")
}

// inputSchema describes what a verb takes: flat, and nothing else than it knows.
func inputSchema(entry act.Entry) *huma.Schema {
	s := &huma.Schema{Type: "object", AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
	for _, f := range act.Fields(entry.Input) {
		s.Properties[f.Name] = fieldSchema(f.Type)
	}
	return s
}

func fieldSchema(t reflect.Type) *huma.Schema {
	switch {
	case t.PkgPath() == "time" && t.Name() == "Time":
		return &huma.Schema{Type: "string", Format: "date-time"}
	case t.Kind() == reflect.Slice:
		return &huma.Schema{Type: "array", Items: &huma.Schema{Type: "string"}}
	case t.Kind() == reflect.Bool:
		return &huma.Schema{Type: "boolean"}
	case t.Kind() == reflect.Int64 || t.Kind() == reflect.Int:
		return &huma.Schema{Type: "integer", Format: "int64"}
	}
	return &huma.Schema{Type: "string"}
}

// typeName tells types of the same name in different features apart.
func typeName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	path := strings.Split(t.PkgPath(), "/")
	if feature := path[len(path)-1]; feature != "" && feature != "api" {
		return strings.ToUpper(feature[:1]) + feature[1:] + name
	}
	return name
}

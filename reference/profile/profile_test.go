package profile

import "testing"

func TestBuiltIn(t *testing.T) {
	for _, name := range Names() {
		p, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != name || string(p.Type) != name {
			t.Errorf("%s: name %q, type %q", name, p.Name, p.Type)
		}
		if len(p.Statements()) < 14 {
			t.Errorf("%s: %d statements", name, len(p.Statements()))
		}
	}
}

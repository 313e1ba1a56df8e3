package panel

import (
	"bytes"
	"encoding/json"
)

// Encode gives the bytes of panel.json: one gene, region or repeat a line, so
// that two panels can be compared line by line.
func (p *Panel) Encode() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"genes":`)
	if err := encodeList(&b, p.Genes); err != nil {
		return nil, err
	}
	b.WriteString(`,"regions":`)
	if err := encodeList(&b, p.Regions); err != nil {
		return nil, err
	}
	b.WriteString(`,"strs":`)
	if err := encodeList(&b, p.STRs); err != nil {
		return nil, err
	}
	b.WriteString("}\n")
	return b.Bytes(), nil
}

func encodeList[T any](b *bytes.Buffer, list []T) error {
	b.WriteString("[\n")
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for i := range list {
		if err := enc.Encode(&list[i]); err != nil {
			return err
		}
		if i+1 < len(list) {
			b.Truncate(b.Len() - 1)
			b.WriteString(",\n")
		}
	}
	b.WriteByte(']')
	return nil
}
